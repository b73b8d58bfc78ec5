import { pickOrder } from "../../engine/picking/pick-order.ts";
import type { CandidateRecord } from "../../runs/records/record.ts";
import { missShare } from "../../statistics/numeric/binomial.ts";
import { bestOfBlocks, tiedBlocks } from "../../statistics/sampling/best-of-k.ts";
import { majorityAtKExact, votesOf } from "../../statistics/sampling/majority-at-k.ts";
import { passAtK } from "../../statistics/sampling/pass-at-k.ts";
import { blockCount } from "./blocks.ts";

export type PoolRule = "coverage" | "vote" | "best";

/** Numbers of candidates at which curves are read. */
export const poolSizes: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256];

/** From this pool on a vote over a part of it is not computed: it would cost more than it tells. */
const largestVote = 64;

/**
 * What would be found and picked among k of a trial's candidates drawn at random, for growing k: expected over all
 * subsets, exactly, not by taking the first k. Coverage is an oracle's pick, vote a plurality with ties split, best the
 * highest outcome score. As in the run itself, candidates that were cut are picked from only where no other was drawn.
 */
export class PoolTally {
  /** Sums over trials in blocks, one column of blocks for each k. */
  readonly sums: Readonly<Record<PoolRule, readonly Float64Array[]>> = { coverage: rows(), vote: rows(), best: rows() };
  /** Trials with at least k candidates, in blocks. */
  readonly trials: readonly Float64Array[] = rows();
  /** By the sizes of the classes: maj@k at each of `poolSizes`, as far as it was asked. */
  readonly #votes = new Map<string, number[]>();
  scored = 0;
  candidates = 0;

  add(block: number, candidates: readonly CandidateRecord[]): void {
    const n = candidates.length;
    let right = 0;
    let scored = false;
    for (const { correct, score } of candidates) {
      if (correct) right++;
      if (score !== null) scored = true;
    }
    this.candidates += n;
    if (scored) this.scored++;
    const votes = this.#voter(candidates);
    const ranked = scored ? blocksOf(candidates) : [];
    for (const [i, k] of poolSizes.entries()) {
      if (k > n) return;
      bump(this.trials[i], block, 1);
      bump(this.sums.coverage[i], block, passAtK(n, right, k));
      bump(this.sums.vote[i], block, votes(k, i));
      if (scored) bump(this.sums.best[i], block, bestOfBlocks(ranked, n, k));
    }
  }

  /** maj@k of these candidates; equal tallies are worked out once. */
  #voter(candidates: readonly CandidateRecord[]): (k: number, i: number) => number {
    const key = tallyKey(candidates);
    const known = this.#votes.get(key) ?? [];
    if (known.length === 0 && this.#votes.size < 100_000) this.#votes.set(key, known);
    return (k, i) => {
      if (candidates.length > largestVote && k < candidates.length) return Number.NaN;
      known[i] ??= voteOf(candidates, k);
      return known[i];
    };
  }
}

function voteOf(candidates: readonly CandidateRecord[], k: number): number {
  const finished = candidates.filter(({ complete }) => complete);
  const votes = votesOf(candidates.map((one) => ballot(one, one.complete)));
  const cut = votesOf(candidates.filter(({ complete }) => !complete).map((one) => ballot(one, true)));
  const onlyCut = missShare(candidates.length, finished.length, k);
  return majorityAtKExact(votes, k) + (onlyCut > 0 ? onlyCut * majorityAtKExact(cut, k) : 0);
}

const ballot = (one: CandidateRecord, counts: boolean) => ({
  answerClass: counts && one.class >= 0 ? String(one.class) : null,
  correct: one.correct,
});

/**
 * Sizes of the classes, largest first, of what was finished and of what was cut, a half added where a class is right:
 * what a vote over any part of these candidates depends on.
 */
function tallyKey(candidates: readonly CandidateRecord[]): string {
  const finished = new Map<number, number>();
  const cut = new Map<number, number>();
  const none = [0, 0];
  for (const { complete, class: place, correct } of candidates) {
    if (place < 0) none[complete ? 0 : 1] = (none[complete ? 0 : 1] ?? 0) + 1;
    else count(complete ? finished : cut, place, correct);
  }
  return `${none[0]}:${sizes(finished)}/${none[1]}:${sizes(cut)}`;
}

function count(classes: Map<number, number>, place: number, correct: boolean): void {
  const known = classes.get(place) ?? 0;
  classes.set(place, known + (correct && Number.isInteger(known) ? 1.5 : 1));
}

const sizes = (classes: ReadonlyMap<number, number>): string => [...classes.values()].sort((a, b) => b - a).join();

/** What ties in the order of picking, first picked first. */
function blocksOf(candidates: readonly CandidateRecord[]) {
  const order = pickOrder(
    candidates.map(({ complete, answer, score }) => ({ complete, answered: answer !== null, score })),
  );
  return tiedBlocks(candidates.map(({ correct }, i) => ({ score: order[i] ?? 0, correct })));
}

const rows = (): Float64Array[] => poolSizes.map(() => new Float64Array(blockCount));

function bump(row: Float64Array | undefined, block: number, by: number): void {
  if (row !== undefined) row[block] = (row[block] ?? 0) + by;
}
