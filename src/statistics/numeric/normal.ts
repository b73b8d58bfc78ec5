import { at } from "./arrays.ts";

/** erf by its all-positive series, for |x| below 2. */
function erfSeries(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

/** erfc by its continued fraction, for x of at least 2, evaluated from the far end. */
function erfcFraction(x: number): number {
  let tail = x;
  for (let n = 120; n >= 1; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}

/** The complementary error function, good to about 1e-13 relative in both tails. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  return x < 2 ? 1 - erfSeries(x) : erfcFraction(x);
}

/** P(Z ≤ z) for a standard normal Z. */
export const normalCdf = (z: number): number => 0.5 * erfc(-z / Math.SQRT2);

/** Coefficients of Acklam's rational start (relative error 1.15e-9 before the correction step). */
const centre = {
  top: [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ],
  bottom: [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1],
};
const tail = {
  top: [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  bottom: [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
};

const horner = (coefficients: readonly number[], x: number): number => {
  let value = 0;
  for (let i = 0; i < coefficients.length; i++) value = value * x + at(coefficients, i);
  return value;
};

function startOf(share: number): number {
  if (share < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(share));
    return horner(tail.top, q) / horner(tail.bottom, q);
  }
  const q = share - 0.5;
  return (horner(centre.top, q * q) * q) / horner(centre.bottom, q * q);
}

/** The z with P(Z ≤ z) = share, for share in [0, 1]: a rational start and one Halley step on {@link erfc}. */
export function normalQuantile(share: number): number {
  if (!(share >= 0 && share <= 1)) return NaN;
  if (share === 0) return -Infinity;
  if (share === 1) return Infinity;
  if (share > 0.5) return -normalQuantile(1 - share);
  const start = startOf(share);
  const error = normalCdf(start) - share;
  const step = error * Math.sqrt(2 * Math.PI) * Math.exp((start * start) / 2);
  return start - step / (1 + (start * step) / 2);
}
