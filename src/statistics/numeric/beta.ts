import { logBeta } from "./gamma.ts";

const tiny = 1e-300;
const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);

/** The continued fraction of the incomplete beta function, by Lentz's method. */
function lentz(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return value;
}

/**
 * The regularised incomplete beta function I_x(a, b), that is P(Beta(a, b) ≤ x), for a, b > 0. Symmetry is used where x
 * lies past (a + 1) / (a + b + 2), so that the fraction converges fast.
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b));
  return x <= (a + 1) / (a + b + 2) ? (front * lentz(x, a, b)) / a : 1 - (front * lentz(1 - x, b, a)) / b;
}

/** A root of an increasing function on [low, high] by bisection down to neighbouring doubles or 1e-15 of the width. */
export function bisect(increasing: (x: number) => number, target: number, low: number, high: number): number {
  let [left, right] = [low, high];
  for (let i = 0; i < 200 && right - left > 1e-15 * Math.max(Math.abs(left), Math.abs(right)); i++) {
    const middle = (left + right) / 2;
    if (increasing(middle) < target) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}
