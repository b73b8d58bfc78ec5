import type { ScoredCandidate } from "./candidate.ts";
import type { Pick } from "./strategy.ts";
import type { Ledger } from "./usage.ts";

/**
 * Why it ended: `finished` the strategy had no more to do, `enough` its stopping rule was satisfied, `budget` the tokens, calls or
 * dollars ran out, `time` the seconds did, `aborted` the caller asked for it.
 */
export type Stopped = "finished" | "enough" | "budget" | "time" | "aborted";

/** What the pick was after each candidate, and what had been spent by then: the anytime curve of this run. */
export interface PickPoint {
  /** Candidates seen so far. */
  readonly candidates: number;
  /** Index of the picked candidate, null while there is nothing to pick. */
  readonly picked: number | null;
  readonly answer: string | null;
  readonly support: number | null;
  /** Tokens (prompt and completion, policy and verifier) and calls spent by then. */
  readonly tokens: number;
  readonly calls: number;
}

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
  readonly milliseconds: number;
}
