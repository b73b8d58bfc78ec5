import type { VerifierSection } from "../data.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";
import { banded, type Resamples, total } from "../tally/blocks.ts";
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
      const counts = scores.counts[b] ?? new Float64Array();
      const right = banded(scores.right[b] ?? [], counts, resamples, { binary: true });
      const count = total(counts);
      return {
        low: b / scoreBins,
        high: (b + 1) / scoreBins,
        count,
        meanScore: count === 0 ? null : (scores.scoreSums[b] ?? 0) / count,
        accuracy: right?.value ?? null,
        interval: right === null ? null : { low: right.low, high: right.high },
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
