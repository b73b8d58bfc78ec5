import type { ScoredCandidate } from "./candidate.ts";
import type { Pick, PickPoint, Stopped } from "./pick.ts";
import type { Ledger } from "./usage.ts";

export type { PickPoint, Stopped } from "./pick.ts";

/** The picked answer with its evidence. */
export interface Solution {
  /** Text of the answer; null when nothing could be extracted from any candidate, which `reason` then says. */
  readonly answer: string | null;
  readonly pick: Pick | null;
  /** The sentence a person reads: why this answer. */
  readonly reason: string;
  readonly candidates: readonly ScoredCandidate[];
  readonly picks: readonly PickPoint[];
  readonly stopped: Stopped;
  /** What ended it, in words, when it was the budget or the stopping rule. */
  readonly stopReason?: string;
  readonly usage: {
    /** As if nothing had been in the store: the science. */
    readonly logical: Ledger;
    /** What was really spent now: the bill. */
    readonly actual: Ledger;
  };
  /** From the first step to the answer, with all waiting. */
  readonly milliseconds: number;
  /**
   * How long models were at work on the longest chain of calls that followed each other, without waiting: of samples
   * from the store the time that they took when they were drawn. Null where a call's time is not known, absent for a
   * strategy inside another.
   */
  readonly serviceMs?: number | null;
  /**
   * Rounds that its searches drew and judged in full: 0 where the budget left no room to search; absent without one.
   */
  readonly rounds?: number;
}
