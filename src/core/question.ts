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
}

/** A question from plain text, as `ruminate solve "…"` makes it. */
export function asQuestion(question: string | Question): Question {
  if (typeof question !== "string") return question;
  return { id: "question", text: question, kind: "math" };
}
