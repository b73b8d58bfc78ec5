import { sigmoid } from "../core/score.ts";
import { minimise } from "./lbfgs.ts";

/** Features from which on the matrix of second derivatives is not made any more. */
const wide = 256;
const mostRounds = 50;

/** A logistic model over standardised features. */
export interface LogisticModel {
  readonly means: readonly number[];
  readonly scales: readonly number[];
  readonly weights: readonly number[];
  readonly intercept: number;
}

/**
 * The probability that the model gives to features, as many as it was fitted on; for a missing one (NaN) the mean of
 * the fitted rows stands in.
 */
export function predict({ means, scales, weights, intercept }: LogisticModel, features: ArrayLike<number>): number {
  let sum = intercept;
  for (let j = 0; j < weights.length; j++) {
    const scale = scales[j] ?? 0;
    const value = features[j] ?? Number.NaN;
    if (scale > 0 && !Number.isNaN(value)) sum += ((weights[j] ?? 0) * (value - (means[j] ?? 0))) / scale;
  }
  return sigmoid(sum);
}

/**
 * Ridge-regularised logistic regression by iteratively reweighted least squares (McCullagh and Nelder 1989), on
 * features standardised to mean 0 and deviation 1; a constant feature is left out, a missing one (NaN) is at its mean.
 * `ridge` is the penalty ½ λ Σ w² on the sum of the log-losses; the intercept is free. Each Newton step is halved until
 * the loss falls. More than 256 features are fitted by L-BFGS, which finds the same minimum. A target is a class or a
 * chance in [0, 1]. The features from `others.from` on may have a penalty of their own.
 */
export function fitLogistic(
  rows: readonly ArrayLike<number>[],
  targets: readonly (number | boolean)[],
  ridge: number,
  others?: { readonly from: number; readonly ridge: number },
): LogisticModel {
  const width = rows[0]?.length ?? 0;
  const { means, scales } = standards(rows, width);
  // A weight on a feature of a smaller deviation is larger, and so costs more: λ / s² in place of λ.
  const stretch = others === undefined ? 1 : Math.sqrt(others.ridge / ridge);
  for (let j = others?.from ?? width; j < width; j++) scales[j] = (scales[j] as number) * stretch;
  const x = rows.map((row) => {
    const scaled = new Float64Array(width + 1);
    for (let j = 0; j < width; j++) {
      const scale = scales[j] ?? 0;
      const value = row[j] ?? Number.NaN;
      scaled[j] = scale > 0 && !Number.isNaN(value) ? (value - (means[j] ?? 0)) / scale : 0;
    }
    scaled[width] = 1;
    return scaled;
  });
  if (width > wide) {
    const { at } = minimise(new Float64Array(width + 1), (weights) => lossAndSlope(x, targets, weights, ridge));
    return { means, scales, weights: [...at.subarray(0, width)], intercept: at[width] ?? 0 };
  }
  let weights = new Float64Array(width + 1);
  let loss = penalised(x, targets, weights, ridge);
  for (let round = 0; round < mostRounds; round++) {
    const step = newtonStep(x, targets, weights, ridge);
    let [size, next, nextLoss] = [1, weights, Number.POSITIVE_INFINITY];
    for (; size > 1e-6; size /= 2) {
      next = weights.map((weight, j) => weight - size * (step[j] ?? 0));
      nextLoss = penalised(x, targets, next, ridge);
      if (nextLoss <= loss) break;
    }
    if (nextLoss > loss) break;
    const gain = loss - nextLoss;
    [weights, loss] = [next, nextLoss];
    if (gain < 1e-9 * (1 + loss)) break;
  }
  return { means, scales, weights: [...weights.subarray(0, width)], intercept: weights[width] ?? 0 };
}

function standards(rows: readonly ArrayLike<number>[], width: number) {
  const means: number[] = [];
  const scales: number[] = [];
  for (let j = 0; j < width; j++) {
    const known = rows.map((row) => row[j] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
    const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length);
    means.push(mean);
    scales.push(variance > 1e-12 ? Math.sqrt(variance) : 0);
  }
  return { means, scales };
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] as number) * (b[j] as number);
  return sum;
};

function penalised(
  x: readonly Float64Array[],
  targets: readonly (number | boolean)[],
  weights: Float64Array,
  ridge: number,
): number {
  let sum = 0;
  for (const [i, row] of x.entries()) {
    const z = dot(row, weights);
    sum += Math.log1p(Math.exp(-Math.abs(z))) + Math.max(0, z) - z * Number(targets[i]);
  }
  for (let j = 0; j < weights.length - 1; j++) sum += 0.5 * ridge * (weights[j] as number) ** 2;
  return sum;
}

function lossAndSlope(
  x: readonly Float64Array[],
  targets: readonly (number | boolean)[],
  weights: Float64Array,
  ridge: number,
) {
  const gradient = new Float64Array(weights.length);
  let value = 0;
  for (const [i, row] of x.entries()) {
    const z = dot(row, weights);
    const target = Number(targets[i]);
    value += Math.log1p(Math.exp(-Math.abs(z))) + Math.max(0, z) - z * target;
    const error = sigmoid(z) - target;
    for (let j = 0; j < row.length; j++) gradient[j] = (gradient[j] as number) + error * (row[j] as number);
  }
  for (let j = 0; j < weights.length - 1; j++) {
    const weight = weights[j] as number;
    value += 0.5 * ridge * weight ** 2;
    gradient[j] = (gradient[j] as number) + ridge * weight;
  }
  return { value, gradient };
}

/** The solution of (XᵀWX + λI) step = gradient, by Cholesky. */
function newtonStep(
  x: readonly Float64Array[],
  targets: readonly (number | boolean)[],
  weights: Float64Array,
  ridge: number,
) {
  const size = weights.length;
  const gradient = new Float64Array(size);
  const hessian = Array.from({ length: size }, () => new Float64Array(size));
  for (const [i, row] of x.entries()) {
    const p = sigmoid(dot(row, weights));
    const [error, weight] = [p - Number(targets[i]), Math.max(1e-9, p * (1 - p))];
    for (let j = 0; j < size; j++) {
      const xj = row[j] as number;
      if (xj === 0) continue;
      gradient[j] = (gradient[j] as number) + error * xj;
      const line = hessian[j] as Float64Array;
      for (let k = 0; k <= j; k++) line[k] = (line[k] as number) + weight * xj * (row[k] as number);
    }
  }
  for (let j = 0; j < size; j++) {
    const penalty = j < size - 1 ? ridge : 0;
    gradient[j] = (gradient[j] as number) + penalty * (weights[j] as number);
    const line = hessian[j] as Float64Array;
    line[j] = (line[j] as number) + penalty + 1e-9;
  }
  return choleskySolve(hessian, gradient);
}

/** Solves A y = b for a positive definite A whose lower half is given. */
function choleskySolve(a: readonly Float64Array[], b: Float64Array): Float64Array {
  const n = b.length;
  const at = (i: number, j: number) => a[i]?.[j] as number;
  for (let j = 0; j < n; j++) {
    const row = a[j] as Float64Array;
    for (let k = 0; k < j; k++) row[j] = at(j, j) - at(j, k) ** 2;
    row[j] = Math.sqrt(Math.max(at(j, j), 1e-12));
    for (let i = j + 1; i < n; i++) {
      const lower = a[i] as Float64Array;
      for (let k = 0; k < j; k++) lower[j] = at(i, j) - at(i, k) * at(j, k);
      lower[j] = at(i, j) / at(j, j);
    }
  }
  const y = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) y[i] = (y[i] as number) - at(i, k) * (y[k] as number);
    y[i] = (y[i] as number) / at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) y[i] = (y[i] as number) - at(k, i) * (y[k] as number);
    y[i] = (y[i] as number) / at(i, i);
  }
  return y;
}
