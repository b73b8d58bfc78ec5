import type { Random } from "../../core/random.ts";
import { at } from "../numeric/arrays.ts";
import { hypergeometricPmf } from "../numeric/binomial.ts";
import { requireInteger } from "../numeric/require.ts";
import { averageOverDraws, type Estimate, exactly } from "./pool.ts";

/** The answers of a pool: its classes with their sizes, and how many samples gave no answer. */
export interface Votes {
  readonly classes: readonly { readonly size: number; readonly correct: boolean }[];
  readonly unparsed: number;
}

/** Groups samples by answer class. A class is right if any of its samples was graded so. */
export function votesOf(samples: readonly { readonly answerClass: string | null; readonly correct: boolean }[]): Votes {
  const classes = new Map<string, { size: number; correct: boolean }>();
  let unparsed = 0;
  for (const { answerClass, correct } of samples) {
    if (answerClass === null) unparsed++;
    else {
      const known = classes.get(answerClass) ?? { size: 0, correct: false };
      classes.set(answerClass, { size: known.size + 1, correct: known.correct || correct });
    }
  }
  return { classes: [...classes.values()], unparsed };
}

const totalOf = (votes: Votes): number => votes.classes.reduce((sum, { size }) => sum + size, votes.unparsed);

/**
 * maj@k exactly: the chance that a plurality vote over k of the pool's samples, drawn without replacement, picks a
 * right answer. Ties are split uniformly among the tied classes (which is what first-seen tie-breaking gives on average
 * over orders); a draw without any answer is wrong. Not monotone in k: where a wrong class is the mode it falls to 0.
 *
 * For each right class g and each count t of it, the other classes are drawn one at a time by conditional
 * hypergeometric weights, none above t, keeping (samples left to draw, classes tied at t). Cost about classes × k³ / 2
 * steps; see {@link majorityAtK}.
 */
export function majorityAtKExact(votes: Votes, k: number): number {
  const total = totalOf(votes);
  requireInteger("maj@k", "k", k, 1, total);
  return votes.classes.reduce((sum, { correct }, g) => (correct ? sum + winShare(votes, total, g, k) : sum), 0);
}

function winShare(votes: Votes, total: number, g: number, k: number): number {
  const own = votes.classes[g]?.size ?? 0;
  const others = votes.classes.filter((_, i) => i !== g).map(({ size }) => size);
  const weights = drawWeights(others, total - own, k);
  let share = 0;
  for (let t = 1; t <= Math.min(own, k); t++) {
    const chance = hypergeometricPmf(t, total, own, k);
    if (chance < 1e-18) continue;
    share += chance * uncontested(others, weights, t, k - t);
  }
  return share;
}

/**
 * weights[i][left · (size + 1) + x]: the chance that class i supplies x of `left` draws, once the classes before it are
 * gone.
 */
function drawWeights(others: readonly number[], pool: number, k: number): Float64Array[] {
  let remaining = pool;
  return others.map((size) => {
    const table = new Float64Array((k + 1) * (size + 1));
    for (let left = 0; left <= Math.min(k, remaining); left++) {
      for (let x = 0; x <= Math.min(size, left); x++) {
        table[left * (size + 1) + x] = hypergeometricPmf(x, remaining, size, left);
      }
    }
    remaining -= size;
    return table;
  });
}

/** E[1 / (1 + tied classes); no other class above t], given that `left` draws fall outside the class that has t. */
function uncontested(others: readonly number[], weights: readonly Float64Array[], t: number, left: number): number {
  const width = left + 1;
  const most = Math.floor(left / t) + 1;
  let state = new Float64Array(most * width);
  state[left] = 1;
  others.forEach((size, i) => {
    const table = weights[i] as Float64Array;
    const next = new Float64Array(most * width);
    for (let tied = 0; tied < most; tied++) {
      for (let rest = 0; rest <= left; rest++) {
        const mass = at(state, tied * width + rest);
        if (mass < 1e-18) continue;
        for (let x = 0; x <= Math.min(size, rest, t); x++) {
          const cell = (x === t ? tied + 1 : tied) * width + rest - x;
          next[cell] = at(next, cell) + mass * at(table, rest * (size + 1) + x);
        }
      }
    }
    state = next;
  });
  let share = 0;
  for (let tied = 0; tied < most; tied++) {
    for (let rest = 0; rest <= left; rest++) share += at(state, tied * width + rest) / (1 + tied);
  }
  return share;
}

/** How a plurality vote over these samples comes out: 1 right, 0 wrong, the share of right classes among those tied. */
export function voteOutcome(classes: readonly (number | null)[], correct: readonly boolean[]): number {
  const counts = new Map<number, number>();
  for (const name of classes) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  const top = Math.max(0, ...counts.values());
  const winners = [...counts].filter(([, count]) => count === top).map(([name]) => name);
  return winners.length === 0 ? 0 : winners.filter((name) => correct[name]).length / winners.length;
}

/** Largest right classes × classes × k³ that is counted exactly: about a second on a slow machine, mostly far less. */
const exactLimit = 5e9;

/**
 * maj@k with the exact method where its cost allows (k up to several hundred), else the mean over 20,000 seeded subsets
 * with its Monte-Carlo standard error (at most 0.0036).
 */
export function majorityAtK(votes: Votes, k: number, random: Random, draws = 20_000): Estimate {
  const right = votes.classes.filter(({ correct }) => correct).length;
  const total = totalOf(votes);
  if (right * votes.classes.length * k ** 3 <= exactLimit || k === total) return exactly(majorityAtKExact(votes, k));
  requireInteger("maj@k", "k", k, 1, total);
  const names = votes.classes.flatMap(({ size }, i) => Array.from({ length: size }, () => i));
  const correct = votes.classes.map((one) => one.correct);
  return averageOverDraws(total, k, draws, random, (subset) =>
    voteOutcome(
      subset.map((i) => names[i] ?? null),
      correct,
    ),
  );
}
