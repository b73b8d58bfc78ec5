import { accuracyOf } from "../../runs/readings.ts";
import type { Comparison } from "../../statistics/comparing/comparison.ts";
import type { ReadingSection } from "../data.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";
import { type ComparedWith, comparisons } from "./comparisons.ts";

/**
 * Accuracies and verdicts of all arms where trials that failed or could not be judged are left out, and where they
 * count as wrong. Empty where every trial was judged.
 */
export function readingSections(
  arms: readonly ArmColumns[],
  compared: ReadonlyMap<string, ComparedWith>,
): ReadingSection[] {
  const lost = arms.map(({ tally }) => ({ failed: tally.count("error"), undecided: tally.count("undecided") }));
  if (lost.every(({ failed, undecided }) => failed + undecided === 0)) return [];
  const [leftOut, wrong] = (["left-out", "wrong"] as const).map(
    (reading) => new Map(comparisons(arms, compared, reading).map((one) => [one.a, one])),
  );
  return arms.map(({ tally }, i) => ({
    arm: tally.arm,
    failed: lost[i]?.failed ?? 0,
    undecided: lost[i]?.undecided ?? 0,
    leftOut: { ...(accuracyOf(tally, "left-out") ?? none), ...verdictOf(leftOut?.get(tally.arm)) },
    countedWrong: { ...(accuracyOf(tally, "wrong") ?? none), ...verdictOf(wrong?.get(tally.arm)) },
  }));
}

const none = { accuracy: null, interval: null, trials: 0 };

const verdictOf = (comparison: Comparison | undefined) => ({
  difference: comparison?.difference ?? null,
  verdict: comparison?.verdict ?? null,
});
