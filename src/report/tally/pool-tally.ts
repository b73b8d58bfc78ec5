import type { CandidateRecord } from "../../runs/records/record.ts";
import { missShare } from "../../statistics/numeric/binomial.ts";
import { bestOfK } from "../../statistics/sampling/best-of-k.ts";
import { majorityAtKExact, type Votes, votesOf } from "../../statistics/sampling/majority-at-k.ts";
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
  readonly #votes = new Map<string, number>();
  scored = 0;
  candidates = 0;

  add(block: number, candidates: readonly CandidateRecord[]): void {
    const n = candidates.length;
    const right = candidates.filter(({ correct }) => correct).length;
    const scored = candidates.some(({ score }) => score !== null);
    this.candidates += n;
    if (scored) this.scored++;
    const votes = this.#voter(candidates);
    const ranked = candidates.map((one) => ({ score: rankOf(one), correct: one.correct }));
    poolSizes.forEach((k, i) => {
      if (k > n) return;
      bump(this.trials[i], block, 1);
      bump(this.sums.coverage[i], block, passAtK(n, right, k));
      bump(this.sums.vote[i], block, votes(k));
      if (scored) bump(this.sums.best[i], block, bestOfK(ranked, k));
    });
  }

  /** maj@k of these candidates; equal tallies are worked out once. */
  #voter(candidates: readonly CandidateRecord[]): (k: number) => number {
    const whole = candidates.filter(({ complete }) => complete).length;
    const votes = votesOf(candidates.map((one) => ballot(one, one.complete)));
    const cut = votesOf(candidates.filter(({ complete }) => !complete).map((one) => ballot(one, true)));
    const key = `${whole}/${keyOf(votes)}/${keyOf(cut)}`;
    return (k) => {
      if (candidates.length > largestVote && k < candidates.length) return Number.NaN;
      const cell = `${k}/${key}`;
      const known = this.#votes.get(cell);
      if (known !== undefined) return known;
      const onlyCut = missShare(candidates.length, whole, k);
      const value = majorityAtKExact(votes, k) + (onlyCut > 0 ? onlyCut * majorityAtKExact(cut, k) : 0);
      if (this.#votes.size < 200_000) this.#votes.set(cell, value);
      return value;
    };
  }
}

const ballot = (one: CandidateRecord, counts: boolean) => ({
  answerClass: counts && one.class >= 0 ? String(one.class) : null,
  correct: one.correct,
});

const keyOf = ({ classes, unparsed }: Votes): string =>
  `${unparsed}:${classes
    .map(({ size, correct }) => (correct ? size + 0.5 : size))
    .sort((a, b) => b - a)
    .join()}`;

/**
 * Higher is picked before lower: what was finished before what was cut, of these what has an answer, of these what was
 * scored, by its score in [0, 1].
 */
const rankOf = ({ complete, answer, score }: CandidateRecord): number =>
  (complete ? 8 : 0) + (answer === null ? 0 : 4) + (score ?? -1);

const rows = (): Float64Array[] => poolSizes.map(() => new Float64Array(blockCount));

function bump(row: Float64Array | undefined, block: number, by: number): void {
  if (row !== undefined) row[block] = (row[block] ?? 0) + by;
}
