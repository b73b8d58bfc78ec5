import type { Random } from "../../../src/core/random.ts";

/** log(p / (1 - p)), with p kept inside [clip, 1 - clip]. */
export function logit(probability: number, clip = 1e-7): number {
  const p = Math.min(1 - clip, Math.max(clip, probability));
  return Math.log(p / (1 - p));
}

/** Softmax of logWeights × sharpness: sums to 1. */
export function normalise(logWeights: readonly number[], sharpness = 1): number[] {
  const highest = Math.max(...logWeights);
  const weights = logWeights.map((weight) => Math.exp((weight - highest) * sharpness));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Effective sample size 1 / Σ w², of weights that sum to 1: from 1 (one particle has it all) to their number (all equal). */
export const effectiveSampleSize = (weights: readonly number[]): number =>
  1 / weights.reduce((sum, weight) => sum + weight * weight, 0);

/** `count` indices drawn independently in proportion to their weights. */
export const multinomial = (weights: readonly number[], count: number, random: Random): number[] =>
  Array.from({ length: count }, () => random.weighted(weights));

/**
 * `count` indices by systematic resampling (Kitagawa 1996): one uniform offset, then equal strides through the cumulated weights. An index
 * with weight w (weights sum to 1) is drawn floor(count · w) or ceil(count · w) times.
 */
export function systematic(weights: readonly number[], count: number, random: Random): number[] {
  const drawn: number[] = [];
  const offset = random.uniform();
  let index = 0;
  let cumulated = weights[0] ?? 0;
  for (let stride = 0; stride < count; stride++) {
    const position = (stride + offset) / count;
    while (position >= cumulated && index < weights.length - 1) cumulated += weights[++index] ?? 0;
    drawn.push(index);
  }
  return drawn;
}

/**
 * The largest sharpness in (0, 1] at which the tempered weights keep an effective sample size of at least `least`
 * (40 halvings). 1 where they do without tempering. Entropic tempering uses it while a search is young.
 */
export function sharpnessFor(logWeights: readonly number[], least: number): number {
  const keeps = (sharpness: number) => effectiveSampleSize(normalise(logWeights, sharpness)) >= least;
  if (keeps(1)) return 1;
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (keeps(middle)) low = middle;
    else high = middle;
  }
  return low;
}
