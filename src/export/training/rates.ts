import { draws, isIndependent, type PooledCandidate } from "./pool.ts";

/** How often a problem is solved: right ones of the independent draws that are whole and graded. */
export interface SolveRate {
  readonly rate: number;
  readonly right: number;
  readonly drawn: number;
}

/** Null where no independent draw is whole and graded. */
export function solveRate(candidates: readonly PooledCandidate[]): SolveRate | null {
  const known = draws(candidates.filter(isIndependent)).filter(
    ({ right, record }) => right !== null && record.complete,
  );
  if (known.length === 0) return null;
  const right = known.filter((candidate) => candidate.right).length;
  return { rate: right / known.length, right, drawn: known.length };
}

/**
 * F(N, p) = N (1 − p)^(N−1) p / (1 − (1 − p)^N): what the gradient of log p weighs where pass@N is trained for (DCO,
 * Chen et al. 2025, arXiv:2502.07154). 1 at N = 1 and in the limit p → 0; 0 at p = 1 for N > 1.
 */
export function passWeight(n: number, p: number): number {
  if (p <= 0 || n === 1) return 1;
  if (p >= 1) return 0;
  return (n * (1 - p) ** (n - 1) * p) / -Math.expm1(n * Math.log1p(-p));
}
