import { mean } from "../statistics/numeric/arrays.ts";

/** A chance beside the share that it foretells: 0 or 1, or the share of rollouts that ended right. */
export interface SoftScored {
  readonly score: number;
  readonly target: number;
}

/** What counts as right where a label is a share: at least half. */
export const isRight = (target: number): boolean => target >= 0.5;

/** Mean squared distance from the labels; of labels 0 and 1 the Brier score. */
export const softBrier = (rows: readonly SoftScored[]): number =>
  mean(rows.map(({ score, target }) => (score - target) ** 2));

/**
 * Expected calibration error against the labels over equally wide bins of [0, 1]; a bin holds its lower edge, the last
 * one both: Σ (share of rows) × |mean label − mean score|.
 */
export function softCalibrationError(rows: readonly SoftScored[], bins = 10): number {
  const filled = [...Map.groupBy(rows, ({ score }) => Math.min(bins - 1, Math.floor(score * bins))).values()];
  return filled.reduce((sum, inside) => {
    const distance = mean(inside.map(({ target }) => target)) - mean(inside.map(({ score }) => score));
    return sum + (inside.length / rows.length) * Math.abs(distance);
  }, 0);
}
