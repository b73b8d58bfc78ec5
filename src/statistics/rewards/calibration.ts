import { mean } from "../numeric/arrays.ts";
import { requireInteger, requireNumber, requireSome } from "../numeric/require.ts";
import type { Labelled } from "./discrimination.ts";

function check(where: string, items: readonly Labelled[]): void {
  requireSome(where, "items", items);
  for (const { score } of items) requireNumber(where, "score", score, 0, 1);
}

const truth = (item: Labelled): number => (item.correct ? 1 : 0);

/** Brier score: mean squared distance of the probability from the outcome. 0 is perfect, 0.25 is saying ½. */
export function brier(items: readonly Labelled[]): number {
  check("brier", items);
  return mean(items.map((item) => (item.score - truth(item)) ** 2));
}

/**
 * Mean −ln of the probability given to what happened. Probabilities are kept `clip` away from 0 and 1, so it stays
 * finite.
 */
export function logLoss(items: readonly Labelled[], clip = 1e-15): number {
  check("log-loss", items);
  return mean(
    items.map((item) => {
      const p = Math.min(1 - clip, Math.max(clip, item.score));
      return -(item.correct ? Math.log(p) : Math.log1p(-p));
    }),
  );
}

export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean score and share of right items; null in an empty bin. */
  readonly meanScore: number | null;
  readonly accuracy: number | null;
}

/** The reliability curve over equally wide bins of [0, 1]; a bin holds its lower edge, the last one both. */
export function reliabilityBins(items: readonly Labelled[], bins = 10): ReliabilityBin[] {
  requireInteger("reliability-bins", "bins", bins, 1);
  check("reliability-bins", items);
  return Array.from({ length: bins }, (_, b) => {
    const inside = items.filter(({ score }) => Math.min(bins - 1, Math.floor(score * bins)) === b);
    return {
      low: b / bins,
      high: (b + 1) / bins,
      count: inside.length,
      meanScore: inside.length === 0 ? null : mean(inside.map(({ score }) => score)),
      accuracy: inside.length === 0 ? null : mean(inside.map(truth)),
    };
  });
}

/**
 * Expected calibration error over equally wide bins: Σ (share of items) × |accuracy − mean score|. State the number of
 * bins.
 */
export function expectedCalibrationError(items: readonly Labelled[], bins = 10): number {
  return reliabilityBins(items, bins).reduce(
    (sum, bin) => sum + (bin.count / items.length) * Math.abs((bin.accuracy ?? 0) - (bin.meanScore ?? 0)),
    0,
  );
}
