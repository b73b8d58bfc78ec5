import type { Labelled } from "./discrimination.ts";

/**
 * Relevance at each place of the ranking by score: equal scores share the mean relevance of their places, which is what
 * a random order among them is expected to show (McSherry and Najork 2008).
 */
function relevance(items: readonly Labelled[]): number[] {
  const sorted = [...items].sort((a, b) => b.score - a.score);
  const places: number[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]?.score === sorted[from]?.score) to++;
    const right = sorted.slice(from, to).filter(({ correct }) => correct).length;
    places.push(...new Array<number>(to - from).fill(right / (to - from)));
    from = to;
  }
  return places;
}

const gain = (relevances: readonly number[], k: number): number =>
  relevances.slice(0, k).reduce((sum, one, i) => sum + one / Math.log2(i + 2), 0);

/**
 * nDCG@k with binary relevance (Järvelin and Kekäläinen 2002, discount 1 / log2(place + 1)): the gain of the ranking by
 * score over that of the best ranking. Null without a right item.
 */
export function ndcgAtK(items: readonly Labelled[], k: number): number | null {
  const right = items.filter(({ correct }) => correct).length;
  if (right === 0) return null;
  return gain(relevance(items), k) / gain(new Array<number>(Math.min(right, k)).fill(1), k);
}

/** P@k: share of right items among the k that score highest. Null with fewer than k items. */
export function precisionAtK(items: readonly Labelled[], k: number): number | null {
  if (items.length < k) return null;
  return (
    relevance(items)
      .slice(0, k)
      .reduce((sum, one) => sum + one, 0) / k
  );
}
