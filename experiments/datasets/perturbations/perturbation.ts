import type { ProblemRow } from "../../../src/core/problem.ts";
import type { Random } from "../../../src/core/random.ts";
import { stemOf, withOptions } from "../choices.ts";

/**
 * A pure map from a problem to its variants under one change: none where the change does not apply, several where it
 * has several forms. Ids, groups and tags are {@link perturb}'s.
 */
export interface Perturbation {
  readonly name: string;
  readonly summary: string;
  variants(problem: ProblemRow, random: Random): readonly ProblemRow[];
}

/**
 * A perturbation that rewrites the question's prose and keeps the answer. It leaves alone code tasks and text answers
 * (which may depend on every letter), formulas between `$` of a LaTeX question, and the options of a multiple-choice
 * question.
 */
export function rewriting(
  name: string,
  summary: string,
  rewrite: (text: string, random: Random, problem: ProblemRow) => string,
): Perturbation {
  return {
    name,
    summary,
    variants(problem, random) {
      if (problem.kind === "code" || problem.kind === "text") return [];
      const stem = stemOf(problem);
      const changed = rewrite(stem, random, problem);
      if (changed === stem) return [];
      return [{ ...problem, text: problem.choices === undefined ? changed : withOptions(changed, problem.choices) }];
    },
  };
}

/** Applies `rewrite` to the parts of a text that are not formulas. A single `$` before a digit is a currency sign. */
export function outsideFormulas(text: string, rewrite: (prose: string) => string): string {
  const formula =
    /(\\\[[\s\S]*?\\\]|\\\([\s\S]*?\\\)|\[asy\][\s\S]*?\[\/asy\]|\$\$[\s\S]*?\$\$|\$[^$]*[\\^_=+{}][^$]*\$)/;
  return text
    .split(formula)
    .map((part, index) => (index % 2 === 1 ? part : rewrite(part)))
    .join("");
}

/** Sentences with the blanks that follow them; titles such as "Mrs." do not end one. */
export function sentences(text: string): readonly string[] {
  const pieces = text.split(/(?<=[.!?]["”']?\s)(?=["“'$A-Z\d])/);
  const whole: string[] = [];
  for (const piece of pieces) {
    const last = whole.at(-1);
    if (last !== undefined && /\b(?:Mr|Mrs|Ms|Dr|St|Prof|No|vs)\.\s$/.test(last))
      whole[whole.length - 1] = last + piece;
    else whole.push(piece);
  }
  return whole;
}
