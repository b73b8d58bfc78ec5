import { at } from "./arrays.ts";
import { logFactorials } from "./gamma.ts";

/** ln C(n, k); −∞ where there is no such choice. */
export function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity;
  const logs = logFactorials(n);
  return at(logs, n) - at(logs, k) - at(logs, n - k);
}

/** C(n, k) exactly. */
export function chooseExact(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  const shorter = Math.min(k, n - k);
  let value = 1n;
  for (let i = 1; i <= shorter; i++) value = (value * BigInt(n - shorter + i)) / BigInt(i);
  return value;
}

/** C(n, k) as a double; Infinity where it overflows. Exact up to 2^53. */
export function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  const shorter = Math.min(k, n - k);
  let value = 1;
  for (let i = 1; i <= shorter; i++) {
    value = (value * (n - shorter + i)) / i;
    if (value > 2 ** 50) return shorter > 1000 ? Math.exp(logChoose(n, k)) : Number(chooseExact(n, k));
  }
  return Math.round(value);
}

/** P(X = k) for X ~ Binomial(n, p). */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  if (p <= 0) return k === 0 ? 1 : 0;
  if (p >= 1) return k === n ? 1 : 0;
  return Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** P(X ≤ k) for X ~ Binomial(n, p), summed from the small end. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  if (k + 1 > n * p) {
    let above = 0;
    for (let i = n; i > k; i--) above += binomialPmf(i, n, p);
    return Math.max(0, 1 - above);
  }
  let below = 0;
  for (let i = 0; i <= k; i++) below += binomialPmf(i, n, p);
  return Math.min(1, below);
}

/** P(`hits` of `drawn` items are marked) when `marked` of `total` items are and the draw is without replacement. */
export function hypergeometricPmf(hits: number, total: number, marked: number, drawn: number): number {
  const ways = logChoose(marked, hits) + logChoose(total - marked, drawn - hits);
  return ways === -Infinity ? 0 : Math.exp(ways - logChoose(total, drawn));
}

/** C(n − c, k) / C(n, k): the chance that k of n items drawn without replacement miss all c marked ones. */
export function missShare(n: number, c: number, k: number): number {
  if (n - c < k) return 0;
  const [factors, step] = c < k ? [c, k] : [k, c];
  if (factors > 1e5) return Math.exp(logChoose(n - c, k) - logChoose(n, k));
  let share = 1;
  for (let i = 0; i < factors; i++) share *= (n - step - i) / (n - i);
  return share;
}
