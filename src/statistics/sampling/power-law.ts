import { type BootstrapOptions, resampleWeights, weightedMean } from "../intervals/bootstrap.ts";
import { defaultLevel, type Interval } from "../intervals/interval.ts";
import { ascending, at, mean, quantileOfSorted } from "../numeric/arrays.ts";
import { requireInteger, requireSome } from "../numeric/require.ts";
import { logSpaced, passAtK } from "./pass-at-k.ts";

/** coverage(k) = exp(a · k^b), a < 0 and b < 0. */
export interface PowerLaw {
  readonly a: number;
  readonly b: number;
  /** Root mean squared and largest absolute error of coverage on the fitted points. */
  readonly rmse: number;
  readonly largestError: number;
}

/** A fit, or why there is none. */
export type PowerLawFit = { readonly law: PowerLaw } | { readonly law: null; readonly reason: string };

export interface CoveragePoint {
  readonly k: number;
  readonly coverage: number;
}

export const coverageAt = ({ a, b }: Pick<PowerLaw, "a" | "b">, k: number): number => Math.exp(a * k ** b);

/**
 * Fits the exponentiated power law of coverage (Brown et al. 2024, arXiv:2407.21787, section 3) by nonlinear least
 * squares on coverage itself: start from the line through (ln k, ln(−ln c)) on points with 0 < c < 1, then Gauss-Newton
 * with step halving on (u, v), a = −e^u, b = −e^v, so that the signs are kept; stops at a relative change of 1e-12.
 *
 * Refuses with a reason: fewer than 2 interior points, one distinct k, or coverage that does not grow with k.
 */
export function fitPowerLaw(points: readonly CoveragePoint[]): PowerLawFit {
  const interior = points.filter(({ coverage }) => coverage > 0 && coverage < 1);
  if (interior.length < 2) {
    return { law: null, reason: `only ${interior.length} of ${points.length} points lie strictly between 0 and 1` };
  }
  if (new Set(interior.map(({ k }) => k)).size < 2) return { law: null, reason: "all interior points have the same k" };
  const start = logLine(interior);
  if (start.slope >= 0) return { law: null, reason: "coverage does not grow with k" };
  const [u, v] = gaussNewton(points, start.intercept, Math.log(-start.slope));
  const law = { a: -Math.exp(u), b: -Math.exp(v) };
  if (!Number.isFinite(law.a) || !Number.isFinite(law.b) || law.b === 0) {
    return { law: null, reason: "the fit did not settle on finite parameters" };
  }
  const errors = points.map(({ k, coverage }) => Math.abs(coverageAt(law, k) - coverage));
  return { law: { ...law, rmse: Math.sqrt(mean(errors.map((e) => e * e))), largestError: Math.max(...errors) } };
}

function logLine(points: readonly CoveragePoint[]): { slope: number; intercept: number } {
  const x = points.map(({ k }) => Math.log(k));
  const y = points.map(({ coverage }) => Math.log(-Math.log(coverage)));
  const [mx, my] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, i) => (value - mx) * (at(y, i) - my)));
  const slope = covariance / mean(x.map((value) => (value - mx) ** 2));
  return { slope, intercept: my - slope * mx };
}

const lossAt = (points: readonly CoveragePoint[], u: number, v: number): number =>
  points.reduce((sum, { k, coverage }) => sum + (Math.exp(-Math.exp(u) * k ** -Math.exp(v)) - coverage) ** 2, 0);

function gaussNewton(points: readonly CoveragePoint[], u0: number, v0: number): readonly [number, number] {
  let [u, v] = [u0, v0];
  let loss = lossAt(points, u, v);
  for (let round = 0; round < 500; round++) {
    const step = newtonStep(points, u, v);
    let scale = 1;
    let tried = lossAt(points, u + step[0], v + step[1]);
    while (!(tried <= loss) && scale > 1e-10) {
      scale /= 2;
      tried = lossAt(points, u + scale * step[0], v + scale * step[1]);
    }
    if (!(tried <= loss)) break;
    const moved = Math.max(
      Math.abs(scale * step[0]) / (1 + Math.abs(u)),
      Math.abs(scale * step[1]) / (1 + Math.abs(v)),
    );
    u += scale * step[0];
    v += scale * step[1];
    loss = tried;
    if (moved < 1e-12) break;
  }
  return [u, v];
}

/** The Gauss-Newton step on (u, v); a trace of ridge keeps it finite where the two columns are collinear. */
function newtonStep(points: readonly CoveragePoint[], u: number, v: number): readonly [number, number] {
  let [uu, uv, vv, ur, vr] = [0, 0, 0, 0, 0];
  for (const { k, coverage } of points) {
    const exponent = -Math.exp(u) * k ** -Math.exp(v);
    const value = Math.exp(exponent);
    const du = value * exponent;
    const dv = -du * Math.exp(v) * Math.log(k);
    uu += du * du;
    uv += du * dv;
    vv += dv * dv;
    ur += du * (coverage - value);
    vr += dv * (coverage - value);
  }
  const ridge = 1e-14 * (uu + vv) + 1e-300;
  const determinant = (uu + ridge) * (vv + ridge) - uv * uv;
  return [((vv + ridge) * ur - uv * vr) / determinant, ((uu + ridge) * vr - uv * ur) / determinant];
}

/** The pool of one problem: `n` samples, `c` right. */
export interface Counts {
  readonly n: number;
  readonly c: number;
}

export interface CoverageLaw {
  readonly points: readonly CoveragePoint[];
  readonly fit: PowerLawFit;
  /** Predicted coverage at the asked k with its problem-bootstrap band; empty where the fit was refused. */
  readonly predictions: readonly { readonly k: number; readonly coverage: number; readonly band: Interval }[];
  /** Intervals of a and b; null where the fit was refused. */
  readonly parameters: { readonly a: Interval; readonly b: Interval } | null;
  readonly replicates: number;
  /** Resamples on which the fit was refused: left out of the bands, counted here. */
  readonly refusedReplicates: number;
}

/**
 * Coverage of a set of pools at about 40 log-spaced k up to the smallest pool, its power law, and predictions at `ks`
 * with a band from refitting on resampled problems. Extrapolate only with that band in sight.
 */
export function coverageLaw(
  pools: readonly Counts[],
  ks: readonly number[],
  { seed, replicates = 1_000, level = defaultLevel }: Omit<BootstrapOptions, "method">,
): CoverageLaw {
  requireSome("coverage-law", "pools", pools);
  requireInteger("coverage-law", "replicates", replicates, 2);
  const grid = logSpaced(Math.min(...pools.map(({ n }) => n)));
  const columns = grid.map((k) => pools.map(({ n, c }) => passAtK(n, c, k)));
  const curve = (weights: ArrayLike<number>) =>
    grid.map((k, i) => ({ k, coverage: weightedMean(columns[i] ?? [], weights) ?? 0 }));
  const points = curve(new Float64Array(pools.length).fill(1));
  const fit = fitPowerLaw(points);
  if (fit.law === null) return { points, fit, predictions: [], parameters: null, replicates, refusedReplicates: 0 };
  const refits = Array.from({ length: replicates }, (_, r) =>
    fitPowerLaw(curve(resampleWeights(pools.length, seed, r))),
  );
  const laws = refits.map(({ law }) => law).filter((law) => law !== null);
  const { law } = fit;
  const band = (value: (law: PowerLaw) => number): Interval => {
    const sorted = ascending(laws.length === 0 ? [value(law)] : laws.map(value));
    const tail = (1 - level) / 2;
    const [low, high] = [quantileOfSorted(sorted, tail), quantileOfSorted(sorted, 1 - tail)];
    return { low, high, level, method: "problem bootstrap of the fit, percentile" };
  };
  return {
    points,
    fit,
    predictions: ks.map((k) => ({ k, coverage: coverageAt(law, k), band: band((one) => coverageAt(one, k)) })),
    parameters: { a: band(({ a }) => a), b: band(({ b }) => b) },
    replicates,
    refusedReplicates: replicates - laws.length,
  };
}
