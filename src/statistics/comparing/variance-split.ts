import { bootstrapMean, resampleWeights } from "../intervals/bootstrap.ts";
import type { Interval } from "../intervals/interval.ts";
import { ascending, mean, quantileOfSorted, standardDeviation, sum, variance } from "../numeric/arrays.ts";
import { requireSome } from "../numeric/require.ts";

export interface VarianceSplit {
  /** Variance over problems of their true means, 0 at least. */
  readonly betweenProblems: number;
  /** Mean variance over seeds within a problem; null where no problem has two seeds. */
  readonly withinProblems: number | null;
  /** Share of the variance of the overall mean that more seeds would remove; null as above. */
  readonly seedShare: number | null;
  readonly problems: number;
  /** Mean number of seeds a problem. */
  readonly seeds: number;
}

/**
 * Splits the variance of scores into problems and seeds by one-way random effects (method of moments; unequal numbers
 * of seeds by the usual n₀). `scores[p]` are the scores of problem p, one a seed. More seeds shrink only the second
 * part.
 */
export function varianceSplit(scores: readonly (readonly number[])[]): VarianceSplit {
  requireSome("variance-split", "problems", scores);
  for (const seeds of scores) requireSome("variance-split", "seeds of a problem", seeds);
  const problems = scores.length;
  const total = sum(scores.map((seeds) => seeds.length));
  const seeds = total / problems;
  const means = scores.map(mean);
  if (total === problems) {
    return { betweenProblems: variance(means) ?? 0, withinProblems: null, seedShare: null, problems, seeds };
  }
  const squares = sum(scores.map((one) => (variance(one) ?? 0) * (one.length - 1)));
  const withinProblems = squares / (total - problems);
  if (problems < 2) return { betweenProblems: 0, withinProblems, seedShare: 1, problems, seeds };
  const grand = sum(scores.map(sum)) / total;
  const between = sum(scores.map((one, p) => one.length * ((means[p] ?? 0) - grand) ** 2)) / (problems - 1);
  const balance = (total - sum(scores.map((one) => one.length ** 2)) / total) / (problems - 1);
  const betweenProblems = Math.max(0, (between - withinProblems) / balance);
  const seedPart = withinProblems / seeds;
  const whole = betweenProblems + seedPart;
  return { betweenProblems, withinProblems, seedShare: whole === 0 ? null : seedPart / whole, problems, seeds };
}

export interface SeedSpread {
  /** Mean over seeds of the accuracy of each. */
  readonly mean: number;
  /**
   * Standard deviation over seeds (n − 1); null for one seed. It says how far a rerun moves, not how sure the mean is
   * of all problems.
   */
  readonly deviation: number | null;
  readonly deviationInterval: Interval | null;
  readonly meanInterval: Interval | null;
  /** Mean over deviation; null without spread. */
  readonly signalToNoise: number | null;
}

/**
 * Spread of an accuracy over seeds on the same problems (Madaan et al. 2024, arXiv:2406.10229), bootstrapped over
 * seeds.
 */
export function seedSpread(
  accuracies: readonly number[],
  {
    seed,
    replicates = 2_000,
    level = 0.95,
  }: { readonly seed: string | number; readonly replicates?: number; readonly level?: number },
): SeedSpread {
  requireSome("seed-spread", "accuracies", accuracies);
  const deviation = standardDeviation(accuracies);
  const centre = mean(accuracies);
  if (deviation === null) {
    return { mean: centre, deviation, deviationInterval: null, meanInterval: null, signalToNoise: null };
  }
  const spreads = Array.from({ length: replicates }, (_, r) => {
    const weights = resampleWeights(accuracies.length, `${seed}/spread`, r);
    return standardDeviation(accuracies.flatMap((value, i) => new Array<number>(weights[i] ?? 0).fill(value))) ?? 0;
  });
  const sorted = ascending(spreads);
  const [low, high] = [quantileOfSorted(sorted, (1 - level) / 2), quantileOfSorted(sorted, (1 + level) / 2)];
  return {
    mean: centre,
    deviation,
    deviationInterval: { low, high, level, method: "bootstrap over seeds, percentile" },
    meanInterval: bootstrapMean(accuracies, { seed, replicates, level, share: true }).interval,
    signalToNoise: deviation === 0 ? null : centre / deviation,
  };
}
