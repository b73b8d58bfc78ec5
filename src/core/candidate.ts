import type { ExecutionResult } from "./execution.ts";
import type { TokenLogprob, ToolCall } from "./policy.ts";
import type { Score } from "./score.ts";
import type { Trajectory } from "./trajectory.ts";

/** An answer as it was read out of a text. `text` occurs in the candidate; `rule` says how it was found. */
export interface Answer {
  readonly text: string;
  /** "boxed", "phrase", "hash", "last-number", "choice-letter", "executed" … */
  readonly rule: string;
}

/**
 * A text's log-probabilities in a few numbers (learned/confidence.ts names them); null where one is unknown.
 */
export type Confidence = readonly (number | null)[];

/** A complete trajectory with its extracted answer. */
export interface Candidate {
  readonly trajectory: Trajectory;
  /** The steps of its own text, for verifiers, where `trajectory` holds more: drafts before it, its plan. */
  readonly judged?: Trajectory;
  /** The whole text. */
  readonly text: string;
  /** Null when nothing could be read: such a candidate never votes. */
  readonly answer: Answer | null;
  /** False when the text was cut or the search ended before it did: offered only when nothing finished. */
  readonly complete: boolean;
  /** The calls it came from, in order; default: those of its steps. */
  readonly calls?: readonly number[];
  readonly logprobs?: readonly TokenLogprob[];
  /** Stands for `logprobs` where a stored candidate kept no more of them. */
  readonly confidence?: Confidence;
  /** Functions that it wants called, for answers in a conversation with tools. */
  readonly toolCalls?: readonly ToolCall[];
  /** What its program did, for program-aided candidates. */
  readonly execution?: ExecutionResult;
  /** A value that the strategy itself found (a node's value, a particle's weight), for selections that ask for it. */
  readonly value?: number;
  /** Notes for the trace: stage reached, action path, which member of an ensemble. */
  readonly notes?: Readonly<Record<string, string | number | boolean>>;
}

/** A candidate with its place in the stream and its outcome score. */
export interface ScoredCandidate extends Candidate {
  readonly index: number;
  /** Null when there is no outcome verifier or it could not judge. */
  readonly score: Score | null;
  /** What the process verifier said of each step, where it was asked; null for a step that it was not asked about. */
  readonly steps?: readonly (Score | null)[];
}
