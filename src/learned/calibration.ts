import { z } from "zod";
import { logit, sigmoid } from "../core/score.ts";

/** A score beside what turned out to be true. */
export interface Judged {
  /** In [0, 1]. */
  readonly score: number;
  readonly correct: boolean;
}

const isotonicSchema = z.strictObject({
  method: z.literal("isotonic"),
  /** Scores in rising order and the probability at each; between them it is linear, beyond them constant. */
  points: z.array(z.tuple([z.number(), z.number()])).min(1),
});
const plattSchema = z.strictObject({ method: z.literal("platt"), slope: z.number(), intercept: z.number() });
const temperatureSchema = z.strictObject({ method: z.literal("temperature"), temperature: z.number().positive() });
export const calibrationSchema = z.discriminatedUnion("method", [isotonicSchema, plattSchema, temperatureSchema]);

/** A map from a verifier's scores to probabilities that it never reorders (but may tie). */
export type Calibration = z.output<typeof calibrationSchema>;
export type CalibrationMethod = Calibration["method"];
export const calibrationMethods = ["isotonic", "platt", "temperature"] as const;

const within = (p: number): number => Math.min(1 - 1e-6, Math.max(1e-6, p));
/** Log-odds, finite at 0 and 1. */
export const logOdds = (p: number): number => logit(within(p));

export function calibrate(calibration: Calibration, score: number): number {
  if (calibration.method === "platt") return sigmoid(calibration.slope * logOdds(score) + calibration.intercept);
  if (calibration.method === "temperature") return sigmoid(logOdds(score) / calibration.temperature);
  return interpolate(calibration.points, score);
}

function interpolate(points: readonly (readonly [number, number])[], score: number): number {
  const after = points.findIndex(([x]) => x >= score);
  const [x1, y1] = points[after] ?? points.at(-1) ?? [0, 0];
  const [x0, y0] = points[after - 1] ?? [x1, y1];
  if (after <= 0 || x1 === x0) return y1;
  return y0 + ((score - x0) / (x1 - x0)) * (y1 - y0);
}

/**
 * Fits a calibration by the likelihood of the labels (isotonic: by least squares, which gives the same map).
 * @throws RangeError without judgements.
 */
export function fitCalibration(method: CalibrationMethod, judged: readonly Judged[]): Calibration {
  if (judged.length === 0) throw new RangeError("calibration: there is nothing to fit to");
  if (method === "isotonic") return { method, points: poolAdjacent(judged) };
  if (method === "platt") return { method, ...fitPlatt(judged) };
  return { method, temperature: fitTemperature(judged) };
}

/**
 * Pool adjacent violators (Zadrozny and Elkan 2002): blocks of equal probability, given by their first and last score.
 */
function poolAdjacent(judged: readonly Judged[]): [number, number][] {
  const blocks: { low: number; high: number; sum: number; n: number }[] = [];
  for (const { score, correct } of [...judged].sort((a, b) => a.score - b.score)) {
    const tie = blocks.at(-1);
    if (tie !== undefined && tie.low === score && tie.high === score) {
      tie.sum += Number(correct);
      tie.n++;
    } else blocks.push({ low: score, high: score, sum: Number(correct), n: 1 });
  }
  const pooled: typeof blocks = [];
  for (const block of blocks) {
    let last = { ...block };
    for (let before = pooled.at(-1); before !== undefined && before.sum / before.n >= last.sum / last.n; ) {
      pooled.pop();
      last = { low: before.low, high: last.high, sum: before.sum + last.sum, n: before.n + last.n };
      before = pooled.at(-1);
    }
    pooled.push(last);
  }
  return pooled.flatMap(({ low, high, sum, n }): [number, number][] =>
    low === high
      ? [[low, sum / n]]
      : [
          [low, sum / n],
          [high, sum / n],
        ],
  );
}

/**
 * Platt scaling of the log-odds by Newton's method, with Platt's smoothed targets (Platt 1999: (n₊ + 1)/(n₊ + 2) and
 * 1/(n₋ + 2)), so that it stays finite on separable scores. The slope is kept from turning the order round.
 */
function fitPlatt(judged: readonly Judged[]): { slope: number; intercept: number } {
  const right = judged.filter(({ correct }) => correct).length;
  const [high, low] = [(right + 1) / (right + 2), 1 / (judged.length - right + 2)];
  let [slope, intercept] = [1, 0];
  for (let round = 0; round < 100; round++) {
    let [gs, gi, hss, hsi, hii] = [0, 0, 1e-9, 0, 1e-9];
    for (const { score, correct } of judged) {
      const x = logOdds(score);
      const p = sigmoid(slope * x + intercept);
      const [error, weight] = [p - (correct ? high : low), p * (1 - p)];
      gs += error * x;
      gi += error;
      hss += weight * x * x;
      hsi += weight * x;
      hii += weight;
    }
    const determinant = hss * hii - hsi * hsi;
    if (!(determinant > 1e-15)) break;
    const [ds, di] = [(hii * gs - hsi * gi) / determinant, (hss * gi - hsi * gs) / determinant];
    const scale = Math.min(1, 5 / Math.max(Math.abs(ds), Math.abs(di), 1e-12));
    slope -= scale * ds;
    intercept -= scale * di;
    if (Math.abs(ds) + Math.abs(di) < 1e-10) break;
  }
  return { slope: Math.max(0, slope), intercept };
}

/** The temperature of highest likelihood (Guo et al. 2017, arXiv:1706.04599), by golden section over its logarithm. */
function fitTemperature(judged: readonly Judged[]): number {
  const loss = (log: number) =>
    judged.reduce((sum, { score, correct }) => {
      const x = logOdds(score) / Math.exp(log);
      return sum + Math.log1p(Math.exp(-Math.abs(x))) + Math.max(0, correct ? -x : x);
    }, 0);
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(0.01), Math.log(100)];
  for (let round = 0; round < 80; round++) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (loss(a) <= loss(b)) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}
