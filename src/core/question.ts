import type { Answer } from "./candidate.ts";
import type { Message, Sample, SampleRequest } from "./policy.ts";

/** How an answer to this question is written; steers extraction and comparison. */
export type AnswerKind = "number" | "math" | "choice" | "text" | "code";

/** The visible part of a programming task. Hidden tests are never here. */
export interface CodeTask {
  readonly language: string;
  readonly entryPoint: string;
  /** Code that stands before the answer (imports, the signature of a completion task). */
  readonly prefix?: string;
  /** Assertions that the task statement itself shows. */
  readonly visibleTests?: readonly string[];
}

/**
 * Side information that a dataset publishes with a problem and that may be shown (CHAMP); nothing in it gives the
 * answer away.
 */
export interface Hints {
  readonly concepts?: readonly string[];
  readonly hints?: readonly string[];
  /** Concepts or hints that lead astray, for robustness. */
  readonly misleading?: readonly string[];
}

/**
 * A question that is a conversation, as a server is given it. Strategies that build on `solutionMessages` ask with its
 * messages just as they are; requests that end with its last message also carry its `settings`.
 */
export interface Conversation {
  /** At least one; the last one is what is to be answered. */
  readonly messages: readonly Message[];
  /** What every plain solution is asked with: stop texts, tools, the format of the reply. */
  readonly settings: Partial<Pick<SampleRequest, "topP" | "stop" | "fields">>;
  /**
   * Reads the answer where it is no text of the question's kind: a tool call, a value that satisfies a schema. Null:
   * none.
   */
  readonly read?: (sample: Pick<Sample, "text" | "toolCalls">) => Answer | null;
}

/**
 * The public half of a problem: all that a strategy, a verifier or a prompt may ever see. The reference answer and the
 * hidden tests live in {@link Problem}, which only graders hold.
 */
export interface Question {
  readonly id: string;
  readonly text: string;
  readonly kind: AnswerKind;
  /** Options of a multiple-choice question, in order: A, B, C … */
  readonly choices?: readonly string[];
  readonly code?: CodeTask;
  readonly hints?: Hints;
  readonly conversation?: Conversation;
}

/** A question from plain text, as `ruminate solve "…"` makes it. */
export function asQuestion(question: string | Question): Question {
  if (typeof question !== "string") return question;
  return { id: "question", text: question, kind: "math" };
}
