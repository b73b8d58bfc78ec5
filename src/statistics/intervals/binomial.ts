import { InvalidOptionError } from "../../core/errors.ts";
import { betaCdf } from "../numeric/beta.ts";
import { logBeta } from "../numeric/gamma.ts";
import { normalQuantile } from "../numeric/normal.ts";
import { defaultLevel } from "./interval.ts";

interface Ends {
  readonly low: number;
  readonly high: number;
}

const known = new Map<string, Ends>();

/**
 * The mid-p interval of a binomial share (Lancaster 1961; Agresti and Gottard 2005), n and the count real numbers:
 * the p for which P(X > x) + ½ P(X = x) and its mirror are at least half of what the level leaves.
 */
export function midP(share: number, n: number, level = defaultLevel): Ends {
  if (!(n >= 1) || !(share >= 0 && share <= 1)) {
    throw new InvalidOptionError("mid-p", `needs a share in [0, 1] of n ≥ 1, got ${share} of ${n}.`);
  }
  const key = `${share}/${n}/${level}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const x = share * n;
  const [some, notAll] = [x > 1e-9, n - x > 1e-9];
  const above = (p: number) => ((some ? betaCdf(p, x, n - x + 1) : 1) + (notAll ? betaCdf(p, x + 1, n - x) : 0)) / 2;
  const slope = (p: number) => ((some ? density(p, x, n - x + 1) : 0) + (notAll ? density(p, x + 1, n - x) : 0)) / 2;
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt((share * (1 - share) + 0.25 / n) / n);
  const ends = {
    low: some ? root(above, slope, (1 - level) / 2, [0, share], share - reach) : 0,
    high: notAll ? root(above, slope, (1 + level) / 2, [share, 1], share + reach) : 1,
  };
  if (known.size < 50_000) known.set(key, ends);
  return ends;
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
