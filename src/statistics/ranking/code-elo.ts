import { requireInteger, requireSome } from "../numeric/require.ts";

/**
 * CodeElo's rating of one contest (Quan et al. 2025, arXiv:2501.01257): the largest integer m in [0, best + 99] at which the expected rank,
 * 1 + Σ 1 / (1 + 10^((m − r_i) / 400)) over the participants' ratings, is still no better than `rank` (from 1: one plus the
 * participants with a strictly better result). 0 where none is. Written from the formula: the published code joins its participant sets with
 * `and`, and counts ranks from 0.
 */
export function codeEloRating(ratings: readonly number[], rank: number): number {
  requireSome("code-elo", "ratings", ratings);
  requireInteger("code-elo", "rank", rank, 1, ratings.length + 1);
  const expected = (m: number) => ratings.reduce((sum, r) => sum + 1 / (1 + 10 ** ((m - r) / 400)), 1);
  let low = 0;
  let high = Math.floor(ratings.reduce((most, r) => Math.max(most, r), 0)) + 99;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (expected(middle) >= rank) low = middle;
    else high = middle - 1;
  }
  return low;
}
