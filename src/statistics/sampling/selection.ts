/**
 * Share of the gap between a random pick (pass@1) and the oracle (coverage) that a pick closes:
 * (pick − pass@1) / (coverage − pass@1). Null where there is no gap. May be negative: the pick is worse than chance.
 */
export function selectionEfficiency(pick: number, passAt1: number, coverage: number): number | null {
  const gap = coverage - passAt1;
  return gap <= 1e-12 ? null : (pick - passAt1) / gap;
}
