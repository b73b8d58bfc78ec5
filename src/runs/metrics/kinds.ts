import type { AnswerKind } from "../../core/question.ts";
import type { LoadedDataset } from "../load-datasets.ts";

/** By dataset: the kind of all its answers, or that of each problem by its id. */
export type AnswerKinds = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

export function kindsOf(datasets: readonly LoadedDataset[]): AnswerKinds {
  return Object.fromEntries(
    datasets.map(({ name, problems }) => {
      const kinds = new Set(problems.map(({ question }) => question.kind));
      const [only] = kinds;
      if (kinds.size === 1 && only !== undefined) return [name, only];
      return [name, Object.fromEntries(problems.map(({ question }) => [question.id, question.kind]))];
    }),
  );
}

export const kindReader =
  (kinds: AnswerKinds = {}) =>
  (dataset: string, problem: string): AnswerKind | undefined => {
    const known = kinds[dataset];
    return (typeof known === "object" ? known[problem] : known) as AnswerKind | undefined;
  };
