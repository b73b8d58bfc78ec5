/**
 * UCT (Kocsis and Szepesvári 2006): value + c √(ln N / n), for a child visited n times under a parent visited N times.
 * Infinity when n is 0; callers that give unvisited children a first-play value pass 1 instead.
 */
export const uct = (value: number, parentVisits: number, visits: number, c: number): number =>
  visits === 0 ? Number.POSITIVE_INFINITY : value + c * Math.sqrt(Math.log(Math.max(1, parentVisits)) / visits);

/** PUCT (Rosin 2011; Silver et al. 2017): value + c · prior · √N / (1 + n). */
export const puct = (value: number, prior: number, parentVisits: number, visits: number, c: number): number =>
  value + (c * prior * Math.sqrt(parentVisits)) / (1 + visits);

/** AlphaZero's exploration constant, which grows with the parent's visits: ln((N + base + 1) / base) + start. */
export const growingC = (parentVisits: number, start = 1.25, base = 19_652): number =>
  Math.log((parentVisits + base + 1) / base) + start;

/** Discounted sum and count of an arm's rewards, oldest first: W = Σ γ^(n-t) R_t and N = Σ γ^(n-t), with t from 0 to n - 1. */
export function discounted(
  rewards: readonly number[],
  gamma: number,
): { readonly sum: number; readonly count: number } {
  return rewards.reduce(
    ({ sum, count }, reward, index) => {
      const weight = gamma ** (rewards.length - 1 - index);
      return { sum: sum + weight * reward, count: count + weight };
    },
    { sum: 0, count: 0 },
  );
}

/** Discounted UCB (Garivier and Moulines 2011; RMaxTS, Xin et al. 2024): sum / count + √(2 ln total / count); Infinity when count is 0. */
export const discountedUcb = (sum: number, count: number, total: number): number =>
  count === 0 ? Number.POSITIVE_INFINITY : sum / count + Math.sqrt((2 * Math.log(Math.max(1, total))) / count);
