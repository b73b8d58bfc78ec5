import { bestOfK } from "../../../../experiments/metrics/sampling/best-of-k.ts";
import { majorityAtKExact, votesOf } from "../../../../experiments/metrics/sampling/majority-at-k.ts";
import { passAtK } from "../../../../experiments/metrics/sampling/pass-at-k.ts";
import type { CandidateRecord } from "../../record.ts";
import { blockCount } from "./blocks.ts";

export type PoolRule = "coverage" | "vote" | "best";

/** Numbers of candidates at which curves are read. */
export const poolSizes: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256];

/** From this pool on a vote over a part of it is not computed: it would cost more than it tells. */
const largestVote = 64;

/**
 * What would be found and picked among k of a trial's candidates drawn at random, for growing k: expected over all subsets, exactly,
 * not by taking the first k. Coverage is an oracle's pick, vote a plurality with ties split, best the highest outcome score.
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
    poolSizes.forEach((k, i) => {
      if (k > n) return;
      bump(this.trials[i], block, 1);
      bump(this.sums.coverage[i], block, passAtK(n, right, k));
      bump(this.sums.vote[i], block, votes(k));
      if (scored) bump(this.sums.best[i], block, bestOfK(candidates, k));
    });
  }

  /** maj@k of these candidates; equal tallies are worked out once. */
  #voter(candidates: readonly CandidateRecord[]): (k: number) => number {
    const votes = votesOf(
      candidates.map((one) => ({ answerClass: one.class < 0 ? null : String(one.class), correct: one.correct })),
    );
    const sizes = votes.classes.map(({ size, correct }) => (correct ? size + 0.5 : size)).sort((a, b) => b - a);
    const key = `${votes.unparsed}/${sizes.join()}`;
    return (k) => {
      if (candidates.length > largestVote && k < candidates.length) return Number.NaN;
      const cell = `${k}/${key}`;
      const known = this.#votes.get(cell);
      if (known !== undefined) return known;
      const value = majorityAtKExact(votes, k);
      if (this.#votes.size < 200_000) this.#votes.set(cell, value);
      return value;
    };
  }
}

const rows = (): Float64Array[] => poolSizes.map(() => new Float64Array(blockCount));

function bump(row: Float64Array | undefined, block: number, by: number): void {
  if (row !== undefined) row[block] = (row[block] ?? 0) + by;
}
