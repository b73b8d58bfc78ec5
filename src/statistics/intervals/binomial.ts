import { InvalidOptionError } from "../../core/errors.ts";
import { betaCdf, bisect } from "../numeric/beta.ts";
import { logBeta } from "../numeric/gamma.ts";
import { normalQuantile } from "../numeric/normal.ts";
import { defaultLevel } from "./interval.ts";

export interface Ends {
  readonly low: number;
  readonly high: number;
}

const known = new Map<string, Ends>();

function remembered(key: string, work: () => Ends): Ends {
  const ends = known.get(key) ?? work();
  if (known.size < 50_000) known.set(key, ends);
  return ends;
}

/**
 * The mid-p interval of a binomial share (Lancaster 1961; Agresti and Gottard 2005), n and the count real numbers:
 * the p for which P(X > x) + ½ P(X = x) and its mirror are at least half of what the level leaves.
 */
export function midP(share: number, n: number, level = defaultLevel): Ends {
  requireCount("mid-p", share, n);
  const x = share * n;
  const [some, notAll] = [x > 1e-9, n - x > 1e-9];
  const above = (p: number) => ((some ? betaCdf(p, x, n - x + 1) : 1) + (notAll ? betaCdf(p, x + 1, n - x) : 0)) / 2;
  const slope = (p: number) => ((some ? density(p, x, n - x + 1) : 0) + (notAll ? density(p, x + 1, n - x) : 0)) / 2;
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt((share * (1 - share) + 0.25 / n) / n);
  return remembered(`mid-p/${share}/${n}/${level}`, () => ({
    low: some ? root(above, slope, (1 - level) / 2, [0, share], share - reach) : 0,
    high: notAll ? root(above, slope, (1 + level) / 2, [share, 1], share + reach) : 1,
  }));
}

/**
 * How much of the count's own chance stands against a share: all of it is exact and too wide, half of it, the mid-p,
 * too narrow at times. By simulation.
 */
const own = 0.7;

/**
 * The interval of a binomial share by acceptability (Blaker 2000), n and the count real numbers: the shares p at which
 * the chance of the count's tail, and of what of the other tail is less likely than that, is at least what the level
 * leaves; of the count's own chance {@link own} is taken. Near 0 and 1, where there is no other tail, one tail may take
 * all that the level leaves, so it is shorter than intervals with equal tails.
 */
export function acceptable(share: number, n: number, level = defaultLevel): Ends {
  requireCount("acceptability", share, n);
  const x = share * n;
  return remembered(`acceptable/${share}/${n}/${level}`, () => ({
    low: lowest(x, n, 1 - level),
    high: 1 - lowest(n - x, n, 1 - level),
  }));
}

/** The smallest share at which x of n is acceptable. */
function lowest(x: number, n: number, alpha: number): number {
  if (x <= 1e-9) return 0;
  const most = betaTail(x, n);
  const next = betaTail(x + 1, n);
  const weighted = (by: number) => (p: number) => (own + by) * most.at(p) + (1 - own) * next.at(p);
  const slope = (by: number) => (p: number) => (own + by) * most.slope(p) + (1 - own) * next.slope(p);
  // The other tail is less than this one: it adds nothing at least, and as much at most.
  const from = root(weighted(1), slope(1), alpha, [0, 1], x / n);
  const to = root(weighted(0), slope(0), alpha, [from, 1], x / n);
  const other = (count: number, p: number) => (count < 0 ? 0 : 1 - betaTail(count + 1, n).at(p));
  // At `from` the other tail is counts up to `count`; the next joins it where it becomes less likely than x or more.
  const count = lastBelow(Math.ceil(x), (k) => other(k, from) < most.at(from));
  const joined = betaTail(count + 2, n);
  const joins =
    other(count + 1, to) < most.at(to)
      ? root(
          (p) => most.at(p) - 1 + joined.at(p),
          (p) => most.slope(p) + joined.slope(p),
          0,
          [from, to],
          (from + to) / 2,
        )
      : to;
  const acceptability = (p: number) => weighted(0)(p) + other(count, p);
  const found = acceptability(joins) < alpha ? joins : bisect(acceptability, alpha, from, joins);
  return Math.min(found, x / n);
}

/** P(X ≥ x) as a function of the share, with its slope; x up to n + 1. */
function betaTail(x: number, n: number) {
  const some = n - x + 1 > 1e-9;
  return {
    at: (p: number) => (some ? betaCdf(p, x, n - x + 1) : 0),
    slope: (p: number) => (some ? density(p, x, n - x + 1) : 0),
  };
}

/** The last of −1, 0, 1 … below `end` of which this holds; it holds of those before it too. */
function lastBelow(end: number, holds: (k: number) => boolean): number {
  let [low, high] = [-1, end];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function requireCount(what: string, share: number, n: number): void {
  if (n >= 1 && share >= 0 && share <= 1) return;
  throw new InvalidOptionError(what, `needs a share in [0, 1] of n ≥ 1, got ${share} of ${n}.`);
}

/** Of Beta(a, b) at p. */
const density = (p: number, a: number, b: number): number =>
  Math.exp((a - 1) * Math.log(p) + (b - 1) * Math.log1p(-p) - logBeta(a, b));

/** Where an increasing function crosses the target: Newton's steps, halving where they leave the bracket. */
function root(
  increasing: (p: number) => number,
  slope: (p: number) => number,
  target: number,
  [from, to]: readonly [number, number],
  start: number,
): number {
  let [low, high] = [from, to];
  let p = start > low && start < high ? start : (low + high) / 2;
  for (let i = 0; i < 100; i++) {
    const miss = increasing(p) - target;
    if (miss < 0) low = p;
    else high = p;
    const next = p - miss / slope(p);
    const inside = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(inside - p) <= 1e-10 * Math.min(inside, 1 - inside)) return inside;
    p = inside;
  }
  return p;
}
