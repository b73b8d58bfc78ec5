import type { Interval } from "../intervals/interval.ts";

export type PairVerdict = "better" | "worse" | "no significant difference" | "too few problems";

export interface ComparisonOptions {
  readonly level?: number;
  readonly power?: number;
  /** Seed of Monte-Carlo permutations, needed only where no exact count is possible. */
  readonly seed?: string | number;
  /** Is a larger value the better one? Default "higher"; "lower" for costs and regrets. */
  readonly better?: "higher" | "lower";
  /** How values are shown: shares as percentage points. Shares also bound what an unseen problem could change. */
  readonly scale?: "share" | "number";
  /** What the pairs have in common that makes them one family, such as the model. */
  readonly scope?: string;
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  /** Problems with a value on both sides; of how many clusters; and how many had one on one side only. */
  readonly n: number;
  readonly clusters: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly meanA: number | null;
  readonly meanB: number | null;
  /** Mean of a − b over the n problems, with its interval on paired differences, clustered by group. */
  readonly difference: number | null;
  readonly interval: Interval | null;
  /**
   * Paired permutation, which claims too much in at most 5 of 100 cases; and after Holm over the family (equal where
   * the family is this pair alone).
   */
  readonly pValue: number | null;
  readonly adjustedP: number | null;
  readonly family: number;
  /** What the pairs of the family have in common; absent where that was not said. */
  readonly scope?: string;
  readonly test: string;
  /** Exact McNemar, where both sides are 0 or 1 on every problem and no clusters are shared. */
  readonly mcnemarExact: number | null;
  /** True difference that this many problems find with the stated power. */
  readonly minimumDetectable: number | null;
  /** Problems that would find a difference as large as the one seen; null where it is 0 or nothing varied. */
  readonly problemsToSettle: number | null;
  readonly verdict: PairVerdict;
  /** The verdict in a sentence, with its numbers. */
  readonly words: string;
}
