import { choose, hypergeometricPmf, missShare } from "../numeric/binomial.ts";
import { requireInteger } from "../numeric/require.ts";

/** Where `n` samples were drawn and `c` are right. */
function check(where: string, n: number, c: number, k: number): void {
  requireInteger(where, "n", n, 1);
  requireInteger(where, "c", c, 0, n);
  requireInteger(where, "k", k, 1, n);
}

/**
 * pass@k, unbiased: the chance that k of the n samples, drawn without replacement, hold a right one, 1 − C(n − c, k) /
 * C(n, k) (Chen et al. 2021, arXiv:2107.03374, section 2.1). As a product of min(c, k) factors it neither overflows nor
 * cancels at n = 10,000.
 * @throws InvalidOptionError when k > n: undefined, which is not 0.
 */
export function passAtK(n: number, c: number, k: number): number {
  check("pass@k", n, c, k);
  return 1 - missShare(n, c, k);
}

/**
 * pass^k: the chance that k samples drawn without replacement are all right, C(c, k) / C(n, k) (τ-bench,
 * arXiv:2406.12045).
 */
export function passHatK(n: number, c: number, k: number): number {
  check("pass^k", n, c, k);
  return missShare(n, n - c, k);
}

/** P(at least `least` of the k drawn are right). */
function atLeast(n: number, c: number, k: number, least: number): number {
  let tail = 0;
  for (let hits = Math.max(least, k - (n - c)); hits <= Math.min(c, k); hits++) {
    tail += n <= 60 ? (choose(c, hits) * choose(n - c, k - hits)) / choose(n, k) : hypergeometricPmf(hits, n, c, k);
  }
  return Math.min(1, tail);
}

/**
 * G-Pass@k_τ: the chance that at least max(1, ⌈τk⌉) of k drawn samples are right (Liu et al. 2024, arXiv:2412.13147).
 * `threshold` is τ in [0, 1]: 0 gives pass@k, 1 gives pass^k.
 */
export function gPassAtK(n: number, c: number, k: number, threshold: number): number {
  check("g-pass@k", n, c, k);
  // 0.07 × 100 is 7.000000000000001 in doubles: without the slack its ceiling would be 8.
  return atLeast(n, c, k, Math.max(1, Math.ceil(threshold * k - 1e-9)));
}

/** mG-Pass@k: (2 / k) Σ_{i = ⌈k/2⌉+1}^{k} P(at least i of k right), the area under G-Pass@k_τ for τ in [½, 1]. */
export function meanGPassAtK(n: number, c: number, k: number): number {
  check("mg-pass@k", n, c, k);
  let total = 0;
  for (let i = Math.ceil(k / 2) + 1; i <= k; i++) total += atLeast(n, c, k, i);
  return (2 * total) / k;
}

/** About `points` distinct integers spaced evenly in log between 1 and n, both included. */
export function logSpaced(n: number, points = 40): number[] {
  const spaced = Array.from({ length: points }, (_, i) => Math.round(n ** (points === 1 ? 0 : i / (points - 1))));
  return [...new Set(spaced)];
}
