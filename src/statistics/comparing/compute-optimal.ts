import { Random } from "../../core/random.ts";
import { at, mean, sum } from "../numeric/arrays.ts";
import { requireInteger, requireSome } from "../numeric/require.ts";

/**
 * Difficulty bins of equal size, 0 the easiest: bins[p] for problem p, from an estimate of its ease (pass@1 of a separate sample set, or a
 * mean verifier score). Equal eases are kept in input order. Use other samples than those compared, or regression to the mean
 * looks like a gain.
 */
export function difficultyBins(ease: readonly number[], bins = 5): number[] {
  requireInteger("difficulty-bins", "bins", bins, 1);
  const order = ease.map((_, p) => p).sort((p, q) => at(ease, q) - at(ease, p) || p - q);
  const result = new Array<number>(ease.length).fill(0);
  order.forEach((p, place) => {
    result[p] = Math.floor((place * bins) / ease.length);
  });
  return result;
}

export interface ComputeOptimal {
  /** Accuracy of choosing, for each bin, the strategy that was best there on the other fold. */
  readonly accuracy: number;
  /** values[p] of that choice, to be paired with any fixed strategy's. */
  readonly values: readonly number[];
  /** chosen[fold][bin]: index of the strategy chosen on the other fold; null for an empty bin. */
  readonly chosen: readonly (readonly (number | null)[])[];
}

/**
 * Compute-optimal choice by difficulty (Snell et al. 2024, arXiv:2408.03314, section 3.2) at one budget, by two-fold cross-validation:
 * problems are halved within bins by a keyed shuffle; each half is answered by the strategy with the best mean in its bin on the other
 * half, ties to the first, and by the best strategy overall where the bin is empty there. `scores[s][p]` is strategy s on problem p.
 */
export function computeOptimal(
  scores: readonly (readonly number[])[],
  bins: readonly number[],
  seed: string | number,
): ComputeOptimal {
  requireSome("compute-optimal", "strategies", scores);
  requireSome("compute-optimal", "problems", bins);
  const folds = halve(bins, new Random(`compute-optimal/${seed}`));
  const count = Math.max(...bins) + 1;
  const chosen = [0, 1].map((fold) => {
    const others = bins.map((_, p) => p).filter((p) => at(folds, p) !== fold);
    return Array.from({ length: count }, (_, bin) =>
      best(
        scores,
        others.filter((p) => at(bins, p) === bin),
      ),
    );
  });
  const overall = [0, 1].map(
    (fold) =>
      best(
        scores,
        bins.map((_, p) => p).filter((p) => at(folds, p) !== fold),
      ) ?? 0,
  );
  const values = bins.map((bin, p) => {
    const fold = at(folds, p);
    return at(scores[chosen[fold]?.[bin] ?? at(overall, fold)] ?? [], p);
  });
  return { accuracy: mean(values), values, chosen };
}

/** fold[p]: within each bin, a random half of the problems gets 0 and the rest 1. */
function halve(bins: readonly number[], random: Random): number[] {
  const seen = new Map<number, number>();
  const fold = new Array<number>(bins.length).fill(0);
  for (const p of random.shuffle(bins.map((_, i) => i))) {
    const place = seen.get(at(bins, p)) ?? at(bins, p);
    fold[p] = place % 2;
    seen.set(at(bins, p), place + 1);
  }
  return fold;
}

function best(scores: readonly (readonly number[])[], problems: readonly number[]): number | null {
  if (problems.length === 0) return null;
  const totals = scores.map((row) => sum(problems.map((p) => at(row, p))));
  return totals.indexOf(Math.max(...totals));
}
