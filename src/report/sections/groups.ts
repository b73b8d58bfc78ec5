import type { ProblemIndex } from "../../runs/problem-index.ts";
import { difficultyFifth } from "../../statistics/problem-parts.ts";
import type { GroupSection } from "../data.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";

/** Tags beyond these stand in no table; a metric by tag has them all. */
const mostTags = 100;

/**
 * Accuracy by dataset (where there are several), by the dataset's own difficulty in fifths of its range, and by tag.
 */
export function groupSections(arms: readonly ArmColumns[], index: ProblemIndex): GroupSection[] {
  const datasets = grouped(index, ({ dataset }) => [dataset]);
  const difficulties = grouped(index, ({ difficulty }) =>
    difficulty === undefined ? [] : [difficultyFifth(difficulty)],
  );
  const tags = grouped(index, (facts) => facts.tags ?? []);
  const frequent = [...tags].sort(([a, p], [b, q]) => q.length - p.length || (a < b ? -1 : 1)).slice(0, mostTags);
  const section = (kind: GroupSection["kind"], groups: Iterable<readonly [string, readonly number[]]>, hidden = 0) => ({
    kind,
    rows: [...groups].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })).map(rowOf(arms)),
    hidden,
  });
  return [
    ...(datasets.size > 1 ? [section("dataset", datasets)] : []),
    ...(difficulties.size > 1 ? [section("difficulty", difficulties)] : []),
    ...(tags.size > 1 ? [section("tag", frequent, tags.size - frequent.length)] : []),
  ];
}

function grouped(
  index: ProblemIndex,
  keysOf: (facts: ProblemIndex["facts"][number]) => readonly string[],
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  index.facts.forEach((facts, number) => {
    for (const key of keysOf(facts)) {
      const members = groups.get(key);
      if (members === undefined) groups.set(key, [number]);
      else members.push(number);
    }
  });
  return groups;
}

const rowOf =
  (arms: readonly ArmColumns[]) =>
  ([name, problems]: readonly [string, readonly number[]]): GroupSection["rows"][number] => ({
    name,
    problems: problems.length,
    cells: arms.map(({ tally }) => {
      let [right, trials] = [0, 0];
      for (const number of problems) {
        right += tally.right.at(number);
        trials += tally.trials.at(number);
      }
      return { arm: tally.arm, accuracy: trials === 0 ? null : right / trials };
    }),
  });
