import { requireInteger } from "../numeric/require.ts";

/** Bound on the KL divergence of best-of-n from the policy, in nats: ln n − (n − 1) / n. */
export function bestOfNDivergence(n: number): number {
  requireInteger("best-of-n-divergence", "n", n, 1);
  return Math.log(n) - (n - 1) / n;
}
