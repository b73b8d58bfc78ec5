import { logBeta } from "../numeric/gamma.ts";
import { requireSome } from "../numeric/require.ts";
import type { Counts } from "./power-law.ts";

/** The distribution of single-sample success rates over problems, Beta(alpha, beta). */
export interface SuccessBeta {
  readonly alpha: number;
  readonly beta: number;
  readonly logLikelihood: number;
}

/** Expected coverage at k when success rates are Beta(alpha, beta): 1 − B(alpha, beta + k) / B(alpha, beta). */
export const betaCoverage = ({ alpha, beta }: Pick<SuccessBeta, "alpha" | "beta">, k: number): number =>
  -Math.expm1(logBeta(alpha, beta + k) - logBeta(alpha, beta));

/**
 * Fits a Beta to the success rates of problems from their counts by maximum likelihood of the beta-binomial. A single
 * problem's failures decay exponentially in k; it is the heavy left tail of rates that makes coverage a power law, so
 * fitting the tail forecasts large k from fewer samples than fitting the curve (Schaeffer et al. 2025,
 * arXiv:2502.17578; theirs is also scaled, this one is not). A pattern search over (ln alpha, ln beta) in [1e-4, 1e5];
 * null where all problems agree on 0 or on n, for which there is no maximum.
 */
export function fitSuccessBeta(pools: readonly Counts[]): SuccessBeta | null {
  requireSome("beta-coverage", "pools", pools);
  if (pools.every(({ c }) => c === 0) || pools.every(({ n, c }) => c === n)) return null;
  const likelihood = (u: number, v: number) => {
    const [alpha, beta] = [Math.exp(u), Math.exp(v)];
    const base = logBeta(alpha, beta);
    return pools.reduce((sum, { n, c }) => sum + logBeta(c + alpha, n - c + beta) - base, 0);
  };
  const bound = (x: number) => Math.min(Math.log(1e5), Math.max(Math.log(1e-4), x));
  let [u, v] = [0, 0];
  let best = likelihood(u, v);
  // The two parameters rise together along a ridge: the diagonals are searched as well as the axes.
  const moves = [-1, 0, 1].flatMap((du) => [-1, 0, 1].map((dv) => [du, dv] as const));
  for (let step = 1; step > 1e-9; ) {
    let moved = false;
    for (const [du, dv] of moves) {
      const [nextU, nextV] = [bound(u + step * du), bound(v + step * dv)];
      const value = likelihood(nextU, nextV);
      if (value <= best) continue;
      [u, v, best, moved] = [nextU, nextV, value, true];
    }
    if (!moved) step /= 2;
  }
  return { alpha: Math.exp(u), beta: Math.exp(v), logLikelihood: best };
}
