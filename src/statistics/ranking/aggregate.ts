import { InvalidOptionError } from "../../core/errors.ts";
import { at, midRanks } from "../numeric/arrays.ts";

/** scores[t][a]: of arm a on task t, higher is better. */
export type TaskScores = readonly (readonly number[])[];

/** Positions within one task: 1 for the highest score; ties share the mean of their positions. */
export const positions = (scores: readonly number[]): number[] => midRanks(scores.map((score) => -score));

/**
 * Borda's rule (Colombo et al. 2022, arXiv:2202.03799, section 3): arms in order of their summed positions over tasks.
 * The share of the other arms that each is ahead of, averaged over tasks (ties ½): 1 first everywhere, 0 last.
 */
export function bordaShares(scores: TaskScores): number[] {
  const arms = scores[0]?.length ?? 0;
  const sums = new Array<number>(arms).fill(0);
  for (const task of scores)
    positions(task).forEach((position, a) => {
      sums[a] = at(sums, a) + position;
    });
  return sums.map((sum) => (arms < 2 ? 1 : (arms - sum / scores.length) / (arms - 1)));
}

/** Above so many arms the search over all orders takes too long. */
export const mostArms = 12;

/**
 * Kemeny's consensus (Kemeny 1959; Colombo et al. 2022): the order with the fewest disagreements with the tasks'
 * orders, over pairs of arms; a tie within a task disagrees with neither order. Exact, by dynamic programming over
 * sets of arms. Of equally good orders the one that keeps arms with a higher Borda share, then earlier ones, in front.
 * Position of each arm, from 1.
 * @throws InvalidOptionError for more than 12 arms.
 */
export function kemenyPositions(scores: TaskScores): number[] {
  const arms = scores[0]?.length ?? 0;
  if (arms > mostArms) {
    throw new InvalidOptionError(
      "kemeny",
      `takes ${mostArms} arms at most, got ${arms}. Take the Borda rule, or fewer arms.`,
    );
  }
  const against = disagreements(scores, arms);
  const shares = bordaShares(scores);
  const order = shares.map((_, a) => a).sort((a, b) => at(shares, b) - at(shares, a) || a - b);
  const sets = 1 << arms;
  // cost[s]: least disagreement of an order that has the arms of s in front, among themselves and with the rest.
  const cost = new Float64Array(sets).fill(Infinity);
  const last = new Int8Array(sets).fill(-1);
  cost[0] = 0;
  for (let set = 0; set < sets; set++) {
    // Later arms of the Borda order are tried last in front: a tie keeps what was found first.
    for (const arm of order) {
      if ((set & (1 << arm)) !== 0) continue;
      let added = 0;
      for (let rest = 0; rest < arms; rest++) {
        if (rest !== arm && (set & (1 << rest)) === 0) added += at(at2(against, arm), rest);
      }
      const next = set | (1 << arm);
      const total = at(cost, set) + added;
      if (total < at(cost, next) - 1e-9) {
        cost[next] = total;
        last[next] = arm;
      }
    }
  }
  const result = new Array<number>(arms).fill(0);
  for (let set = sets - 1, position = arms; set > 0; position--) {
    const arm = at(last, set);
    result[arm] = position;
    set &= ~(1 << arm);
  }
  return result;
}

const at2 = (rows: readonly (readonly number[])[], i: number): readonly number[] => rows[i] as readonly number[];

/** against[a][b]: tasks that have b ahead of a, which an order with a before b disagrees with. */
function disagreements(scores: TaskScores, arms: number): number[][] {
  return Array.from({ length: arms }, (_, a) =>
    Array.from({ length: arms }, (__, b) => scores.filter((task) => at(task, b) > at(task, a) + 1e-12).length),
  );
}

/**
 * Two-level aggregation (Colombo et al. 2022, section 3.2): within each task the orders of all instances are put
 * together by Borda, and the tasks' orders again by Borda. `tasks[t][i][a]`: of arm a on instance i of task t.
 */
export const twoLevelShares = (tasks: readonly TaskScores[]): number[] =>
  bordaShares(tasks.map((instances) => bordaShares(instances)));
