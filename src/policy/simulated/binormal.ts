/**
 * The binormal model of a noisy judge: what it sees of a wrong thing is N(0, 1), of a right one N(d, 1). The area under
 * its receiver operating curve is Φ(d / √2), and the likelihood ratio turns what it saw into a calibrated probability.
 */
export interface BinormalJudge {
  /** Area under the receiver operating curve, 0.5 (noise) to 1 (never wrong). */
  readonly auc: number;
  /** Share of right things among those judged: the prior of the calibrated probability. */
  readonly baseRate: number;
}

/** Distance d of the two normals. Infinite for an area of 1. */
export function separation(auc: number): number {
  return auc >= 1 ? Infinity : Math.SQRT2 * probit(auc);
}

/** Probability of being right for a thing that is `right`, seen with standard normal `noise`. */
export function judged({ auc, baseRate }: BinormalJudge, right: boolean, noise: number): number {
  const d = separation(auc);
  if (d === Infinity) return right ? 1 : 0;
  const seen = noise + (right ? d : 0);
  return logistic(logit(baseRate) + d * seen - (d * d) / 2);
}

export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
export const logit = (p: number): number => Math.log(p / (1 - p));

/**
 * Inverse of the standard normal distribution function: Acklam's rational approximation, relative error below 1.2e-9.
 */
export function probit(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  if (p < 0.02425) return tail(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - 0.02425) return -tail(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  const above = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const below = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  return (q * polynomial(above, r)) / polynomial(below, r);
}

function tail(q: number): number {
  const above = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const below = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  return polynomial(above, q) / polynomial(below, q);
}

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/** Standard normal distribution function: Hart's approximation as West (2005) gives it; absolute error below 1e-14. */
export function normalBelow(x: number): number {
  const size = Math.abs(x);
  const above = size > 37 ? 0 : Math.exp((-size * size) / 2) * upperShare(size);
  return x > 0 ? 1 - above : above;
}

function upperShare(x: number): number {
  if (x >= 7.07106781186547) return 1 / (x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))))) / 2.506628274631;
  return polynomial(hartAbove, x) / polynomial(hartBelow, x);
}

const hartAbove = [
  0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376,
];
const hartBelow = [
  0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];

export const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
