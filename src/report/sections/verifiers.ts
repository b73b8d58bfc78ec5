import { wilson } from "../../statistics/intervals/proportion.ts";
import type { VerifierSection } from "../data.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";
import { banded, type Resamples } from "../tally/blocks.ts";
import { scoreBins } from "../tally/score-tally.ts";

/** How far scores can be believed: reliability in bins, calibration, and order within a problem. */
export function verifierSections(
  arms: readonly ArmColumns[],
  nameOf: (arm: string) => string,
  resamples: Resamples,
): VerifierSection[] {
  return arms.flatMap(({ tally, scores }) => {
    if (scores.scored === 0) return [];
    const bins = Array.from({ length: scoreBins }, (_, b) => {
      const count = scores.counts[b] ?? 0;
      const right = scores.right[b] ?? 0;
      return {
        low: b / scoreBins,
        high: (b + 1) / scoreBins,
        count,
        meanScore: count === 0 ? null : (scores.scoreSums[b] ?? 0) / count,
        accuracy: count === 0 ? null : right / count,
        interval: count === 0 ? null : wilson(right, count),
      };
    });
    return [
      {
        arm: tally.arm,
        verifier: nameOf(tally.arm),
        scored: scores.scored,
        unscored: scores.unscored,
        auroc: banded(scores.areas, scores.areaTrials, resamples),
        brier: scores.squaredError / scores.scored,
        calibrationError: bins.reduce(
          (sum, bin) => sum + (bin.count / scores.scored) * Math.abs((bin.accuracy ?? 0) - (bin.meanScore ?? 0)),
          0,
        ),
        bins,
      },
    ];
  });
}
