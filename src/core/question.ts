import type { Answer } from "./candidate.ts";
import type { Message, Sample, SampleRequest } from "./policy.ts";

/** How an answer to this question is written; steers extraction and comparison. */
export type AnswerKind = "number" | "math" | "choice" | "text" | "code";

/**
 * What a programming task asks for: the rest of a function, a function, a class, a program that reads standard input, a
 * program that solves two problems, a given faulty program put right, or the arguments or the value of a given call.
 */
export const codeForms = [
  "completion",
  "function",
  "class",
  "program",
  "two-part",
  "repair",
  "input-prediction",
  "output-prediction",
] as const;
export type CodeForm = (typeof codeForms)[number];

/** What a program that reads standard input is given, and what it has to write. */
export interface InputExample {
  readonly input: string;
  readonly output: string;
}

/** The visible part of a programming task. Hidden tests are never here. */
export interface CodeTask {
  readonly language: string;
  /** What is called or read of the program; empty for a program that reads standard input. */
  readonly entryPoint: string;
  /** Absent: a function or the rest of one. */
  readonly form?: CodeForm;
  /** The program that is to be put right. */
  readonly faulty?: string;
  /** Examples of a program that reads standard input. */
  readonly examples?: readonly InputExample[];
  /** Code that stands before the answer (imports, the signature of a completion task). */
  readonly prefix?: string;
  /** Assertions that the task statement itself shows. */
  readonly visibleTests?: readonly string[];
}

/** Does the task ask for a value instead of a program? */
export const asksForValue = (code: Pick<CodeTask, "form"> | undefined): boolean =>
  code?.form === "input-prediction" || code?.form === "output-prediction";

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
  readonly read?: (sample: Pick<Sample, "text" | "toolCalls" | "finish">) => Answer | null;
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
