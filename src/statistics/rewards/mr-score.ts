/** Judgements of solutions, right ones being positive, as counts. */
export interface Confusion {
  readonly truePositive: number;
  readonly trueNegative: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

/** Matthews' correlation; 0 where a row or a column of the table is empty (the authors' script divides by 0 there). */
export function matthews({
  truePositive: tp,
  trueNegative: tn,
  falsePositive: fp,
  falseNegative: fn,
}: Confusion): number {
  const product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn);
  return product === 0 ? 0 : (tp * tn - fp * fn) / Math.sqrt(product);
}

/**
 * MR-Score (Zeng et al. 2023, arXiv:2312.17080, section 3.3; dvlab-research/MR-GSM8K, mr_score): 0.2 · max(0, MCC) +
 * 0.3 · ACC_step + 0.5 · ACC_reason, the accuracies being shares of the wrong solutions.
 */
export const mrScore = (
  { mcc, step, reason }: { readonly mcc: number; readonly step: number; readonly reason: number },
  [verdict, ofStep, ofReason]: readonly [number, number, number] = [0.2, 0.3, 0.5],
): number => verdict * Math.max(0, mcc) + ofStep * step + ofReason * reason;
