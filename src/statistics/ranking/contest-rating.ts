/** What a participant made of a contest: more points are better, of equal points less penalty. */
export interface ContestResult {
  readonly points: number;
  readonly penalty: number;
}

export interface Participant extends ContestResult {
  /** Before the contest. */
  readonly rating: number;
}

export interface ContestProblem {
  readonly index: string;
  /** Of a right solution at once; absent where problems count one each and failures cost penalty (ICPC rules). */
  readonly points?: number;
}

/**
 * CodeElo's score of a contest (Quan et al. 2025, arXiv:2501.01257; QwenLM/CodeElo, calc_rating.py): a problem's points
 * less 50 for each failed submission before the right one, never below 0; where problems have no points 1 each, and 10
 * of penalty for each failure.
 *
 * @param failures by the problem's index: failed submissions before the right one; absent where there is none.
 */
export function contestResult(
  problems: readonly ContestProblem[],
  failures: ReadonlyMap<string, number>,
): ContestResult {
  let [points, penalty] = [0, 0];
  for (const problem of problems) {
    const failed = failures.get(problem.index);
    if (failed === undefined) continue;
    if (problem.points === undefined) {
      points += 1;
      penalty += 10 * failed;
    } else points += Math.max(0, problem.points - 50 * failed);
  }
  return { points, penalty };
}

/** How many participants did at least as well. */
export const placeAmong = (own: ContestResult, participants: readonly ContestResult[]): number =>
  participants.filter(
    ({ points, penalty }) => !(points < own.points || (points === own.points && penalty > own.penalty)),
  ).length;

/** Expected place of a rating among others, 1 being the first: one more than the participants expected to be better. */
export const expectedPlace = (rating: number, others: readonly number[]): number =>
  others.reduce((sum, other) => sum + 1 / (1 + 10 ** ((rating - other) / 400)), 1);

/**
 * The rating whose expected place is the one that was reached: the largest integer from 0 to 100 above the best
 * participant's that is not expected to be better than `place`.
 */
export function ratingOfPlace(place: number, others: readonly number[]): number {
  let low = 0;
  let high = others.reduce((most, rating) => Math.max(most, rating), 0) + 100;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (expectedPlace(middle, others) < place) high = middle;
    else low = middle;
  }
  return low;
}

/** Share of the ratings that are below. @param sorted ascending. */
export function percentileAmong(rating: number, sorted: readonly number[]): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < rating) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}
