import type { Match, Rating } from "./match.ts";

/**
 * Elo ratings updated match by match, draws ½: K = 4, scale 400, start 1000 as in FastChat's arena. The result depends on the
 * order of matches: use it for streams only, and Bradley-Terry for conclusions. Ratings come highest first.
 */
export function sequentialElo(
  matches: readonly Match[],
  { step = 4, scale = 400, start = 1000 }: { step?: number; scale?: number; start?: number } = {},
): Rating[] {
  const ratings = new Map<string, number>();
  for (const { a, b, score } of matches) {
    const [ra, rb] = [ratings.get(a) ?? start, ratings.get(b) ?? start];
    const expected = 1 / (1 + 10 ** ((rb - ra) / scale));
    ratings.set(a, ra + step * (score - expected));
    ratings.set(b, rb - step * (score - expected));
  }
  return [...ratings].map(([player, rating]) => ({ player, rating })).sort((x, y) => y.rating - x.rating);
}
