import { requireInteger, requireNumber } from "../numeric/require.ts";
import { tQuantile } from "../numeric/student.ts";

/** What a model reaches that was trained on so many rows. */
export interface DataPoint {
  readonly rows: number;
  readonly accuracy: number;
}

/** accuracy = intercept + perDoubling · log2(rows). */
export interface LogLinearLaw {
  readonly intercept: number;
  readonly perDoubling: number;
  /** 95 % interval of `perDoubling` by Student's t; null with two points. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Share of the variance that the law explains; null where accuracy does not vary. */
  readonly r2: number | null;
}

/**
 * The log-linear law of accuracy over the amount of training data, by least squares (MuggleMath, Li et al. 2023,
 * arXiv:2310.05506, section 4.3). Two points fit it exactly and say nothing of its error. It cannot hold without end:
 * accuracy is at most 1.
 * @throws InvalidOptionError without two different amounts of rows.
 */
export function logLinearLaw(points: readonly DataPoint[]): LogLinearLaw {
  requireInteger("log-linear law", "different amounts", new Set(points.map(({ rows }) => rows)).size, 2);
  for (const { rows, accuracy } of points) {
    requireInteger("log-linear law", "rows", rows, 1);
    requireNumber("log-linear law", "accuracy", accuracy, 0, 1);
  }
  const x = points.map(({ rows }) => Math.log2(rows));
  const y = points.map(({ accuracy }) => accuracy);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [centreX, centreY] = [mean(x), mean(y)];
  const products = (a: readonly number[], meanA: number, b: readonly number[], meanB: number): number =>
    a.reduce((sum, value, i) => sum + (value - meanA) * ((b[i] ?? 0) - meanB), 0);
  const spread = products(x, centreX, x, centreX);
  const perDoubling = products(x, centreX, y, centreY) / spread;
  const intercept = centreY - perDoubling * centreX;
  const left = y.reduce((sum, value, i) => sum + (value - intercept - perDoubling * (x[i] ?? 0)) ** 2, 0);
  const whole = products(y, centreY, y, centreY);
  const degrees = points.length - 2;
  const error = degrees > 0 ? tQuantile(0.975, degrees) * Math.sqrt(left / degrees / spread) : null;
  const interval = error === null ? null : ([perDoubling - error, perDoubling + error] as const);
  return { intercept, perDoubling, interval, r2: whole === 0 ? null : 1 - left / whole };
}

/** What the law says for so many rows, within [0, 1]. */
export const lawAt = ({ intercept, perDoubling }: LogLinearLaw, rows: number): number =>
  Math.min(1, Math.max(0, intercept + perDoubling * Math.log2(rows)));
