import type { Random } from "../../core/random.ts";
import { at } from "../numeric/arrays.ts";

/**
 * One stored sample of a problem, as estimators see it. `answerClass` names an equivalence class of answers (not a
 * string); null means that no answer could be read: it never votes and is never right. `score` null means unscored.
 */
export interface PoolSample {
  readonly answerClass: string | null;
  readonly correct: boolean;
  readonly score: number | null;
  readonly tokens: number;
}

/** A value with its Monte-Carlo standard error, 0 where it was computed exactly. */
export interface Estimate {
  readonly value: number;
  readonly monteCarloError: number;
}

export const exactly = (value: number): Estimate => ({ value, monteCarloError: 0 });

/** `k` of `n` indices without replacement, uniformly (partial Fisher-Yates). */
export function drawSubset(n: number, k: number, random: Random): number[] {
  const indices = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < k; i++) {
    const j = i + random.integer(n - i);
    [indices[i], indices[j]] = [at(indices, j), at(indices, i)];
  }
  indices.length = k;
  return indices;
}

/** All k-subsets of 0..n−1 in lexicographic order. The array that is handed out is reused. */
export function* subsets(n: number, k: number): Generator<readonly number[]> {
  const chosen = Array.from({ length: k }, (_, i) => i);
  for (;;) {
    yield chosen;
    let i = k - 1;
    while (i >= 0 && at(chosen, i) === n - k + i) i--;
    if (i < 0) return;
    chosen[i] = at(chosen, i) + 1;
    for (let j = i + 1; j < k; j++) chosen[j] = at(chosen, j - 1) + 1;
  }
}

/** Mean of `value` over `draws` seeded k-subsets with its Monte-Carlo standard error. */
export function averageOverDraws(
  n: number,
  k: number,
  draws: number,
  random: Random,
  value: (subset: readonly number[]) => number,
): Estimate {
  let total = 0;
  let squares = 0;
  for (let r = 0; r < draws; r++) {
    const x = value(drawSubset(n, k, random.fork("subset", r)));
    total += x;
    squares += x * x;
  }
  const centre = total / draws;
  const spread = Math.max(0, squares / draws - centre * centre);
  return { value: centre, monteCarloError: Math.sqrt(spread / Math.max(1, draws - 1)) };
}
