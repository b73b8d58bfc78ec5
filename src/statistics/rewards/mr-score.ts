import { requireNumber } from "../numeric/require.ts";

/** Counts of a two-class judgement of whole solutions. */
export interface Confusion {
  readonly truePositive: number;
  readonly trueNegative: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

/** Matthews correlation; 0 where a margin is empty (the reference script divides by zero there). */
export function matthews({ truePositive, trueNegative, falsePositive, falseNegative }: Confusion): number {
  const margins =
    (truePositive + falsePositive) *
    (truePositive + falseNegative) *
    (trueNegative + falsePositive) *
    (trueNegative + falseNegative);
  return margins === 0 ? 0 : (truePositive * trueNegative - falsePositive * falseNegative) / Math.sqrt(margins);
}

/**
 * MR-Score = 0.2 · max(0, MCC) + 0.3 · first-error accuracy + 0.5 · error-reason accuracy (MR-GSM8K, Zeng et al. 2023,
 * arXiv:2312.17080). Both accuracies are over all wrong solutions.
 */
export function mrScore(confusion: Confusion, stepAccuracy: number, reasonAccuracy: number): number {
  requireNumber("mr-score", "stepAccuracy", stepAccuracy, 0, 1);
  requireNumber("mr-score", "reasonAccuracy", reasonAccuracy, 0, 1);
  return 0.2 * Math.max(0, matthews(confusion)) + 0.3 * stepAccuracy + 0.5 * reasonAccuracy;
}
