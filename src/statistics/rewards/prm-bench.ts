import { harmonicMean } from "./process-bench.ts";

/** A step's truth and the verdict on it. A null verdict is counted as disagreeing with the truth. */
export interface StepVerdict {
  readonly valid: boolean;
  readonly judgedValid: boolean | null;
}

export interface PrmBenchScore {
  readonly f1: number;
  readonly negativeF1: number;
  /** Mean of the two. */
  readonly score: number;
  readonly validAccuracy: number | null;
  readonly invalidAccuracy: number | null;
}

/**
 * PRMBench (Song et al. 2025, arXiv:2501.03124): counts pooled over all steps, a valid step being the positive class.
 * PRMScore is the mean of the F1 of valid and of invalid steps, ½ each. The benchmark's error steps count from 1;
 * convert before.
 */
export function prmBench(steps: readonly StepVerdict[]): PrmBenchScore {
  const count = (valid: boolean, right: boolean) =>
    steps.filter((step) => step.valid === valid && (step.judgedValid === valid) === right).length;
  const [truePositive, falseNegative] = [count(true, true), count(true, false)];
  const [trueNegative, falsePositive] = [count(false, true), count(false, false)];
  const ratio = (part: number, rest: number) => (part + rest === 0 ? 0 : part / (part + rest));
  const f1 = harmonicMean(ratio(truePositive, falsePositive), ratio(truePositive, falseNegative));
  const negativeF1 = harmonicMean(ratio(trueNegative, falseNegative), ratio(trueNegative, falsePositive));
  return {
    f1,
    negativeF1,
    score: (f1 + negativeF1) / 2,
    validAccuracy: truePositive + falseNegative === 0 ? null : ratio(truePositive, falseNegative),
    invalidAccuracy: trueNegative + falsePositive === 0 ? null : ratio(trueNegative, falsePositive),
  };
}
