import type { Random } from "../../core/random.ts";
import { groupBy, mean, midRanks } from "../numeric/arrays.ts";

/** A problem with its difficulty (higher is harder), and the accuracy of every arm on it. */
export interface BinnedProblem {
  readonly problem: string;
  readonly cluster: string;
  readonly difficulty: number;
  readonly values: readonly number[];
}

/**
 * Bin of each problem, 0 the easiest: quantiles of the difficulty with as many problems each. Equally difficult
 * problems stay in one bin, which may leave another empty.
 */
export function difficultyBins(difficulties: readonly number[], bins: number): number[] {
  return midRanks(difficulties).map((rank) =>
    Math.min(bins - 1, Math.floor((bins * (rank - 0.5)) / difficulties.length)),
  );
}

export interface HeldOut {
  /** Accuracy of the chosen arm on each problem, chosen without its fold. */
  readonly values: readonly number[];
  /** chosen[bin][fold]: the arm that is best on the problems of the other folds; null where there are none. */
  readonly chosen: readonly (readonly (number | null)[])[];
}

/**
 * The arm for each difficulty bin, chosen on the other folds and read on the held-out one (Snell et al. 2024,
 * arXiv:2408.03314, section 3.2: two folds within each bin). Ties go to the arm that is better over all bins of the
 * other folds, then to the earlier one. Folds are drawn over clusters, so that no variant of a problem is on both
 * sides. Where a bin has no problem in the other folds, the best arm over all their bins is taken.
 */
export function chooseHeldOut(
  problems: readonly BinnedProblem[],
  bins: readonly number[],
  { binCount, folds, random }: { readonly binCount: number; readonly folds: number; readonly random: Random },
): HeldOut {
  const fold = foldsOf(problems, bins, folds, random);
  const arms = problems[0]?.values.length ?? 0;
  const meansOf = (test: (i: number) => boolean): number[] | null => {
    const own = problems.filter((_, i) => test(i));
    if (own.length === 0) return null;
    return Array.from({ length: arms }, (_, a) => mean(own.map(({ values }) => values[a] ?? 0)));
  };
  const over = Array.from({ length: folds }, (_, f) => meansOf((i) => fold[i] !== f));
  const overall = over.map((means) => (means === null ? null : bestOf(means, means)));
  const chosen = Array.from({ length: binCount }, (_, bin) =>
    over.map((all, f) => {
      const means = meansOf((i) => bins[i] === bin && fold[i] !== f);
      return means === null || all === null ? null : bestOf(means, all);
    }),
  );
  const values = problems.map(({ values: own }, i) => {
    const f = fold[i] ?? 0;
    return own[chosen[bins[i] ?? 0]?.[f] ?? overall[f] ?? 0] ?? 0;
  });
  return { values, chosen };
}

/** The arm with the highest mean; of equal ones that which is better by `ties`, then the earlier. */
const bestOf = (means: readonly number[], ties: readonly number[]): number =>
  means.reduce((best, value, a) => {
    const [ahead, tied] = [value - (means[best] ?? 0), (ties[a] ?? 0) - (ties[best] ?? 0)];
    return ahead > 1e-12 || (ahead >= -1e-12 && tied > 1e-12) ? a : best;
  }, 0);

/** Clusters of each bin in a drawn order, one fold after the other; a cluster in several bins goes with its first. */
function foldsOf(problems: readonly BinnedProblem[], bins: readonly number[], folds: number, random: Random): number[] {
  const clusters = [...groupBy(problems, ({ cluster }) => cluster).keys()];
  const binOf = new Map<string, number>();
  problems.forEach(({ cluster }, i) => {
    if (!binOf.has(cluster)) binOf.set(cluster, bins[i] ?? 0);
  });
  const foldOf = new Map<string, number>();
  const seen = new Map<number, number>();
  for (const cluster of random.fork("folds").shuffle(clusters)) {
    const bin = binOf.get(cluster) ?? 0;
    const place = seen.get(bin) ?? 0;
    seen.set(bin, place + 1);
    foldOf.set(cluster, place % folds);
  }
  return problems.map(({ cluster }) => foldOf.get(cluster) ?? 0);
}
