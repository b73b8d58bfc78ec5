import type { Candidate } from "../../../src/core/candidate.ts";
import type { Run } from "../../../src/core/run.ts";

/** What a signal says of an attempt. */
export interface Finding {
  /** False ends the loop: there is nothing to correct. Null: the signal cannot tell, and a revision is made blind. */
  readonly wrong: boolean | null;
  /** What the reviser is told; empty where there is nothing to tell. */
  readonly said: string;
  /** Index of the first wrong step of the attempt; null where the signal does not locate one. */
  readonly step: number | null;
}

/** An attempt as the loop holds it. */
export interface Attempt {
  readonly candidate: Candidate;
  /** The first so many steps are dealt with and are not looked at again. */
  readonly settled: number;
}

/**
 * Says what is wrong with an attempt: own feedback, scores, a critic, a test report, the voices of others. Which signal a strategy listens to is an
 * option; that it is a value of its own is what lets one loop serve all of them.
 */
export type Signal = (run: Run, attempt: Attempt) => Promise<Finding>;

/** A new attempt made from the one that stands. */
export interface Revision {
  readonly candidate: Candidate;
  /** Steps that the next look may pass over; default 0. */
  readonly settled?: number;
  /** For the trace. */
  readonly notes?: Candidate["notes"];
}

/** Makes a revision; null where none can be made (nothing located, nothing changed), which ends the loop. */
export type Reviser = (run: Run, attempt: Attempt, finding: Finding) => Promise<Revision | null>;

export const nothingFound: Finding = Object.freeze({ wrong: false, said: "", step: null });
export const cannotTell: Finding = Object.freeze({ wrong: null, said: "", step: null });
