import type { TrialRow } from "../core/metric.ts";

/** What a metric can be split by, beside the keys of tags. */
const known = ["dataset", "difficulty", "variant", "tag"] as const;

/** A fifth of the range of a dataset's own difficulty: "0.2 – 0.4". */
export function difficultyFifth(difficulty: number): string {
  const bin = Math.min(4, Math.max(0, Math.floor(difficulty * 5)));
  return `${(bin / 5).toFixed(1)} – ${((bin + 1) / 5).toFixed(1)}`;
}

/** What of a problem says which parts it belongs to. */
export type PartFacts = Pick<TrialRow, "dataset" | "difficulty" | "variant" | "tags">;

/** The parts that a problem belongs to by one key; none where it says nothing of it. */
function partsByKey({ dataset, difficulty, variant, tags = [] }: PartFacts, key: string): readonly string[] {
  if (key === "dataset") return dataset === undefined ? [] : [dataset];
  if (key === "difficulty") return difficulty == null ? [] : [difficultyFifth(difficulty)];
  if (key === "variant") return variant == null ? [] : [variant];
  if (key === "tag") return tags;
  return tags.flatMap((tag) => (tag.startsWith(`${key}:`) ? [tag.slice(key.length + 1)] : []));
}

/** The same by several keys at once: "task+form" gives "solving · original". */
export const partsOfProblem = (facts: PartFacts, by: string): readonly string[] =>
  by
    .split("+")
    .map((key) => partsByKey(facts, key))
    .reduce((cells, own) => cells.flatMap((cell) => own.map((one) => (cell === "" ? one : `${cell} · ${one}`))), [""]);

/** What problems can be split by: "dataset", …, and the keys of their tags. */
export const splittable = (tags: Iterable<string>): string[] => [
  ...known,
  ...[...new Set([...tags].flatMap((tag) => (tag.includes(":") ? [tag.slice(0, tag.indexOf(":"))] : [])))].sort(),
];
