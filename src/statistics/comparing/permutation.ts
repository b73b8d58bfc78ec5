import { Random } from "../../core/random.ts";
import { at, sum } from "../numeric/arrays.ts";
import { normalCdf } from "../numeric/normal.ts";

export interface Permutation {
  /** Two-sided p: the chance that random signs make |Σ d| as large as observed, the observed value included. */
  readonly pValue: number;
  /** The same with half the weight of values equal to the observed one: rejects near its level on coarse data. */
  readonly midP: number;
  readonly method: "exact by counting" | "exact by enumeration" | "monte carlo" | "normal limit";
  /** Monte-Carlo draws; 0 where exact. */
  readonly draws: number;
}

export interface PermutationOptions {
  readonly seed?: string | number;
  readonly draws?: number;
}

/**
 * Paired permutation test: under no difference each problem's (or cluster's) difference could as well have the other
 * sign. Zeros (and float noise of 1e-12 of the largest) do not matter. Exact wherever possible: by counting sums where
 * all differences are multiples of a common 1/K (scores that are means over seeds), by Gray code over all sign patterns
 * for at most 20 non-zero differences; else by Monte Carlo, (1 + hits) / (1 + draws). Beyond 20,000 differences that
 * cannot be counted, the permutation distribution is taken at its normal limit with variance Σ d². Sums within 1e-9 of
 * the observed one, relatively, are equal to it: float noise must not break ties.
 */
export function pairedPermutation(
  differences: readonly number[],
  { seed = 0, draws = 10_000 }: PermutationOptions = {},
): Permutation {
  const largest = differences.reduce((most, d) => Math.max(most, Math.abs(d)), 0);
  const moving = differences.filter((d) => Math.abs(d) > 1e-12 * largest);
  if (moving.length === 0) return { pValue: 1, midP: 1, method: "exact by enumeration", draws: 0 };
  const whole = asIntegers(moving);
  if (whole !== null) return byCounting(whole);
  if (moving.length <= 20) return byGrayCode(moving);
  return moving.length > normalFrom ? byNormalLimit(moving) : byMonteCarlo(moving, seed, draws);
}

/** From here on Monte Carlo would take seconds and err by more than the limit does. */
const normalFrom = 20_000;

function byNormalLimit(values: readonly number[]): Permutation {
  const deviation = Math.sqrt(sum(values.map((value) => value * value)));
  const pValue = Math.min(1, 2 * normalCdf(-Math.abs(sum(values)) / deviation));
  return { pValue, midP: pValue, method: "normal limit", draws: 0 };
}

/** The differences as integers of a common unit, if there is one that keeps counting cheap. */
function asIntegers(values: readonly number[]): Int32Array | null {
  for (let scale = 1; scale <= 120; scale++) {
    const scaled = values.map((value) => value * scale);
    if (!scaled.every((value) => Math.round(value) !== 0 && Math.abs(value - Math.round(value)) < 1e-9)) continue;
    const total = scaled.reduce((most, value) => most + Math.abs(Math.round(value)), 0);
    return total * values.length <= 2e8 ? Int32Array.from(scaled, Math.round) : null;
  }
  return null;
}

/** The distribution of Σ ± |d| by adding one difference at a time; index = half of (sum + total). */
function byCounting(values: Int32Array): Permutation {
  const sizes = values.map(Math.abs);
  const total = sizes.reduce((most, size) => most + size, 0);
  const observed = Math.abs(values.reduce((all, value) => all + value, 0));
  const chance = new Float64Array(total + 1);
  chance[0] = 1;
  let reach = 0;
  for (const size of sizes) {
    reach += size;
    for (let i = reach; i >= 0; i--) chance[i] = (at(chance, i) + (i >= size ? at(chance, i - size) : 0)) / 2;
  }
  const outside: number[] = [];
  const equal: number[] = [];
  chance.forEach((p, i) => {
    const distance = Math.abs(2 * i - total);
    if (distance > observed) outside.push(p);
    else if (distance === observed) equal.push(p);
  });
  const [beyond, tie] = [sum(outside), sum(equal)];
  return {
    pValue: Math.min(1, beyond + tie),
    midP: observed === 0 ? 1 : Math.min(1, beyond + tie / 2),
    method: "exact by counting",
    draws: 0,
  };
}

function compare(total: number, observed: number, size: number): number {
  const slack = 1e-9 * size;
  const excess = Math.abs(total) - observed;
  return excess > slack ? 1 : excess >= -slack ? 0 : -1;
}

/** All sign patterns, one flip between neighbours. By symmetry the first sign stays. */
function byGrayCode(values: readonly number[]): Permutation {
  const size = sum(values.map(Math.abs));
  const observed = Math.abs(sum(values));
  const signed = values.map(Math.abs);
  const patterns = 2 ** (values.length - 1);
  let total = sum(signed);
  let [beyond, tie] = [0, 0];
  for (let code = 0; code < patterns; code++) {
    const order = compare(total, observed, size);
    if (order > 0) beyond++;
    else if (order === 0) tie++;
    const flip = 31 - Math.clz32((code + 1) & -(code + 1)) + 1;
    if (flip < signed.length) {
      total -= 2 * at(signed, flip);
      signed[flip] = -at(signed, flip);
    }
  }
  return {
    pValue: (beyond + tie) / patterns,
    midP: observed <= 1e-9 * size ? 1 : (beyond + tie / 2) / patterns,
    method: "exact by enumeration",
    draws: 0,
  };
}

function byMonteCarlo(values: readonly number[], seed: string | number, draws: number): Permutation {
  const size = sum(values.map(Math.abs));
  const observed = Math.abs(sum(values));
  const random = new Random(`permutation/${seed}`);
  let [beyond, tie] = [0, 0];
  for (let r = 0; r < draws; r++) {
    const order = compare(randomSum(values, random), observed, size);
    if (order > 0) beyond++;
    else if (order === 0) tie++;
  }
  return {
    pValue: (1 + beyond + tie) / (1 + draws),
    midP: (1 + beyond + tie / 2) / (1 + draws),
    method: "monte carlo",
    draws,
  };
}

function randomSum(values: readonly number[], random: Random): number {
  let total = 0;
  let bits = 0;
  for (let i = 0; i < values.length; i++) {
    if (i % 32 === 0) bits = random.bits();
    total += (bits & 1) === 0 ? at(values, i) : -at(values, i);
    bits >>>= 1;
  }
  return total;
}
