import { InvalidOptionError } from "../../core/errors.ts";
import { at, midRanks, sum } from "../numeric/arrays.ts";
import { requireSome } from "../numeric/require.ts";

/** scores[t][i]: what system i reached on task t (higher is better). All tasks score the same systems. */
export type ScoreTable = readonly (readonly number[])[];

/** ranks[t][i] from 1 (best); tied systems share the mean rank (upstream breaks ties by array order). */
export const ranksOf = (scores: ScoreTable): number[][] => scores.map((row) => midRanks(row.map((score) => -score)));

function check(where: string, scores: ScoreTable): number {
  requireSome(where, "tasks", scores);
  const width = scores[0]?.length ?? 0;
  if (width === 0 || scores.some((row) => row.length !== width)) {
    throw new InvalidOptionError(
      `${where}: "scores"`,
      "must be rows of equal length with at least one system. Keep common systems only.",
    );
  }
  return width;
}

/**
 * Borda: each system's points over tasks, n minus its mean rank on each; highest wins. `order` lists system indices best first,
 * equal points in the order given. Can rank a Condorcet winner second.
 */
export function borda(scores: ScoreTable): { readonly points: readonly number[]; readonly order: readonly number[] } {
  const n = check("borda", scores);
  const ranks = ranksOf(scores);
  const points = Array.from({ length: n }, (_, i) => sum(ranks.map((row) => n - at(row, i))));
  return { points, order: points.map((_, i) => i).sort((a, b) => at(points, b) - at(points, a) || a - b) };
}

/** Borda in two levels: over the instances within a task, then over the tasks' Borda points. tasks[t] is one score table. */
export const twoLevelBorda = (tasks: readonly ScoreTable[]): ReturnType<typeof borda> =>
  borda(tasks.map((task) => borda(task).points));

export interface Kemeny {
  /** Summed Kendall distance to the tasks' rankings: pairs ordered against a task, tied pairs of a task cost nothing. */
  readonly distance: number;
  /** Optimal orders, best system first, as indices. All of them up to the limit asked for. */
  readonly orders: readonly (readonly number[])[];
  /** Number of optimal orders; 1 means the optimum is unique. */
  readonly optima: number;
  /** False above 15 systems, where local search stands in and `orders` holds one good order. */
  readonly exact: boolean;
}

/** against[i][j]: tasks on which j beats i, the cost of placing i before j. */
function oppositions(scores: ScoreTable, n: number): Float64Array[] {
  return Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (_, j) => scores.filter((row) => at(row, j) > at(row, i)).length),
  );
}

const costOf = (order: readonly number[], against: readonly Float64Array[]): number =>
  order.reduce((cost, i, place) => cost + sum(order.slice(place + 1).map((j) => at(against[i] ?? [], j))), 0);

/**
 * Kemeny's rank aggregation: the orders with the least summed Kendall distance. Exact by dynamic programming over subsets for at
 * most 15 systems (O(2ⁿ n²)), with every optimum counted; above that a Borda start improved by moving one system at a time,
 * marked as not exact.
 */
export function kemeny(scores: ScoreTable, { atMost = 100 }: { readonly atMost?: number } = {}): Kemeny {
  const n = check("kemeny", scores);
  const against = oppositions(scores, n);
  if (n > 15) return improved([...borda(scores).order], against);
  const least = new Float64Array(1 << n).fill(Infinity);
  const ways = new Float64Array(1 << n);
  least[0] = 0;
  ways[0] = 1;
  const placing = (set: number, i: number) => {
    let cost = 0;
    for (let j = 0; j < n; j++) if (j !== i && !((set >> j) & 1)) cost += at(against[i] ?? [], j);
    return cost;
  };
  for (let set = 0; set < least.length; set++) {
    for (let i = 0; i < n; i++) {
      if ((set >> i) & 1) continue;
      const next = set | (1 << i);
      const cost = at(least, set) + placing(set, i);
      if (cost < at(least, next)) {
        least[next] = cost;
        ways[next] = at(ways, set);
      } else if (cost === at(least, next)) ways[next] = at(ways, next) + at(ways, set);
    }
  }
  const orders: number[][] = [];
  const trace = (set: number, tail: readonly number[]): void => {
    if (orders.length >= atMost) return;
    if (set === 0) orders.push([...tail]);
    for (let i = 0; i < n; i++) {
      const before = set & ~(1 << i);
      if (before !== set && at(least, before) + placing(before, i) === at(least, set)) trace(before, [i, ...tail]);
    }
  };
  const full = least.length - 1;
  trace(full, []);
  return { distance: at(least, full), orders, optima: at(ways, full), exact: true };
}

/** Moves one system at a time to its best place until nothing helps. */
function improved(start: number[], against: readonly Float64Array[]): Kemeny {
  let order = start;
  let cost = costOf(order, against);
  for (let better = true; better; ) {
    better = false;
    for (let from = 0; from < order.length && !better; from++) {
      for (let to = 0; to < order.length && !better; to++) {
        const moved = order.toSpliced(from, 1).toSpliced(to, 0, at(order, from));
        const movedCost = costOf(moved, against);
        if (movedCost < cost) {
          [order, cost, better] = [moved, movedCost, true];
        }
      }
    }
  }
  return { distance: cost, orders: [order], optima: 1, exact: false };
}
