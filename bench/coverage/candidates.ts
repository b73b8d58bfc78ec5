import { midP } from "../../src/statistics/intervals/binomial.ts";
import { clusteredShare, effective, gainsAndLosses } from "../../src/statistics/intervals/share.ts";
import { sum } from "../../src/statistics/numeric/arrays.ts";
import { betaCdf, bisect } from "../../src/statistics/numeric/beta.ts";
import { normalQuantile } from "../../src/statistics/numeric/normal.ts";
import { tQuantile } from "../../src/statistics/numeric/student.ts";
import type { Sides } from "./worlds.ts";

export type Ends = readonly [low: number, high: number];

const z = normalQuantile(0.975);

/** Intervals of a share from right trials by cluster; the last one is what the project uses. */
export const shareCandidates: Readonly<Record<string, (sums: Float64Array, per: number) => Ends>> = {
  "Student's t over clusters, cut to [0, 1]": (sums, per) => {
    const n = sums.length;
    const centre = sum(sums) / (n * per);
    const half = tQuantile(0.975, n - 1) * errorOf(sums, per);
    return [Math.max(0, centre - half), Math.min(1, centre + half)];
  },
  "Wilson, effective n": (sums, per) => sized(sums, per, 0, wilson),
  "Jeffreys, effective n": (sums, per) => sized(sums, per, 0, (share, n) => ends(share, n, 0.5, 0.5)),
  "Clopper–Pearson, effective n (Korn and Graubard)": (sums, per) =>
    sized(sums, per, 0, (share, n) => {
      const shrunk = n < sums.length * per ? n * (z / tQuantile(0.975, sums.length - 1)) ** 2 : n;
      return ends(share, Math.max(1, shrunk), 0, 1);
    }),
  "binomial mid-p, effective n": (sums, per) => sized(sums, per, 0, both),
  "binomial mid-p, effective n drawn to the number of clusters": (sums, per) => sized(sums, per, 0.75, both),
  "binomial acceptability, effective n drawn to the number of clusters": (sums, per) => {
    const counts = new Float64Array(sums.length).fill(per);
    const { low = 0, high = 1 } = clusteredShare({ sums, counts, trials: sums.length * per })?.interval ?? {};
    return [low, high];
  },
};

/** Intervals of a paired difference; `size` problems a cluster. The last one is what the project uses. */
export const differenceCandidates: Readonly<Record<string, (sides: Sides, size: number) => Ends>> = {
  "Student's t over paired differences": ({ a, b }, size) => {
    const sums = a.map((one, c) => one - (b[c] ?? 0));
    const centre = sum(sums) / (sums.length * size);
    const error = errorOf(sums, size);
    const unseen = 1 - 0.025 ** (1 / sums.length);
    if (error < 1e-12) return cut(centre - unseen * (1 + centre), centre + unseen * (1 - centre));
    const half = tQuantile(0.975, sums.length - 1) * error;
    return [centre - half, centre + half];
  },
  "two virtual problems (Bonett and Price)": ({ a, b }, size) => {
    const values = Float64Array.from([...a.map((one, c) => (one - (b[c] ?? 0)) / size), 1, -1]);
    const centre = sum(values) / values.length;
    const half = z * errorOf(values, 1);
    return cut(centre - half, centre + half);
  },
  "MOVER of the two arms (Newcombe)": ({ a, b }, size) => {
    const [one, other] = [armOf(a, size), armOf(b, size)];
    const r = together(a, b);
    const reach = (p: number, q: number) => Math.sqrt(Math.max(0, p * p + q * q - 2 * r * p * q));
    const difference = one.share - other.share;
    return cut(
      difference - reach(one.share - one.low, other.high - other.share),
      difference + reach(one.high - one.share, other.share - other.low),
    );
  },
  "MOVER of gains and losses": ({ a, b }, size) => {
    const sums = a.map((one, c) => one - (b[c] ?? 0));
    const counts = new Float64Array(a.length).fill(size);
    const { low = -1, high = 1 } = gainsAndLosses({ sums, counts }) ?? {};
    return [low, high];
  },
};

const cut = (low: number, high: number): Ends => [Math.max(-1, low), Math.min(1, high)];

/** Standard error of Σ sums / (clusters · per). */
function errorOf(sums: Float64Array, per: number): number {
  const n = sums.length;
  const centre = sum(sums) / n;
  return Math.sqrt((n / (n - 1)) * sum(sums.map((one) => (one - centre) ** 2))) / (n * per);
}

function sized(sums: Float64Array, per: number, weight: number, of: (share: number, n: number) => Ends): Ends {
  const counts = new Float64Array(sums.length).fill(per);
  const found = effective({ sums, counts, trials: sums.length * per }, () => weight);
  return found === null ? [0, 1] : of(found.share, found.n);
}

const both = (share: number, n: number): Ends => {
  const { low, high } = midP(share, n);
  return [low, high];
};

/** Wilson's score interval (1927); n may be any number. */
export function wilson(share: number, n: number): Ends {
  const scale = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / scale;
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / scale;
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** Quantiles of Beta(x + below, n − x + above) and its mirror; 0 and 1 at the ends. */
function ends(share: number, n: number, below: number, above: number): Ends {
  const x = share * n;
  const low = x < 1e-9 ? 0 : bisect((p) => betaCdf(p, x + below, n - x + above), 0.025, 0, 1);
  return [low, n - x < 1e-9 ? 1 : bisect((p) => betaCdf(p, x + above, n - x + below), 0.975, 0, 1)];
}

function armOf(sums: Float64Array, size: number) {
  const counts = new Float64Array(sums.length).fill(size);
  const found = effective({ sums, counts });
  if (found === null) throw new RangeError("an arm has clusters");
  return { share: found.share, ...midP(found.share, found.n) };
}

function together(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [sum(a) / a.length, sum(b) / b.length];
  const product = sum(a.map((one, c) => (one - meanA) * ((b[c] ?? 0) - meanB)));
  const size = Math.sqrt(sum(a.map((one) => (one - meanA) ** 2)) * sum(b.map((one) => (one - meanB) ** 2)));
  return size < 1e-12 ? 0 : product / size;
}
