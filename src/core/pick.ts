/** One class of equal answers in a pick's tally. */
export interface TallyRow {
  readonly answer: string;
  /** Candidates with this answer. */
  readonly votes: number;
  /** What the selection adds up: votes, scores, or the best score. */
  readonly weight: number;
}

/** The answer that a selection picked, and on what evidence. */
export interface Pick {
  /** Index of the candidate that represents the picked answer. */
  readonly index: number;
  readonly answer: string | null;
  /**
   * Share of the total weight in [0, 1] behind the picked answer, or the picked score itself; null where neither
   * exists.
   */
  readonly support: number | null;
  /** Heaviest class first. */
  readonly tally: readonly TallyRow[];
  readonly tied: boolean;
  /** "4 of 5 samples agree", "scored 0.91, the next 0.64". */
  readonly reason: string;
}

/** Below this support an answer is not to be relied on: most of the weight is elsewhere, or it is more likely wrong. */
export const leastSupport = 0.5;

/** What a reader must be told of a pick that little speaks for; null where enough does, or nothing is known. */
export function doubtOf({ support, tied }: Pick): string | null {
  if (support !== null && support < leastSupport) return "do not rely on it";
  return tied ? "another answer has as much for it, do not rely on it" : null;
}

/**
 * Why it ended: `finished` the strategy had no more to do, `enough` its stopping rule was satisfied, `budget` the
 * tokens, calls or dollars ran out, `time` the seconds did, `aborted` the caller asked for it.
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
