import type { AnswerKind, CodeTask, Hints, Question } from "./question.ts";

/** What a grader compares with. Never reachable from a {@link Question}. */
export interface Reference {
  readonly answer: string;
  /** Relative tolerance that this dataset allows, where it allows one. */
  readonly relativeTolerance?: number;
  /** A program that decides (code tasks): it is appended to the answer and exits with 0 when the answer passes. */
  readonly tests?: { readonly language: string; readonly prefix: string; readonly program: string };
  /**
   * An arithmetic puzzle's rule that decides: the answer uses each of `numbers` exactly once and has exactly the value
   * `target`.
   */
  readonly expression?: { readonly numbers: readonly number[]; readonly target: number };
  /** A worked solution, for exemplars and reports only. */
  readonly solution?: string;
}

/** A question with, for evaluation only, its reference. */
export interface Problem {
  readonly id: string;
  readonly text: string;
  readonly kind: AnswerKind;
  readonly choices?: readonly string[];
  readonly code?: CodeTask;
  readonly hints?: Hints;
  readonly reference: Reference;
  /** Problems of one group (variants of one seed question) are not independent: intervals are clustered by it. */
  readonly group?: string;
  readonly tags?: readonly string[];
  /** 0 (easy) to 1 (hard), where the dataset says so. */
  readonly difficulty?: number;
}

/** The public half, as a fresh frozen object that shares nothing with the problem's private half. */
export function questionOf(problem: Problem): Question {
  return Object.freeze({
    id: problem.id,
    text: problem.text,
    kind: problem.kind,
    ...(problem.choices === undefined ? {} : { choices: Object.freeze([...problem.choices]) }),
    ...(problem.code === undefined ? {} : { code: Object.freeze({ ...problem.code }) }),
    ...(problem.hints === undefined ? {} : { hints: Object.freeze({ ...problem.hints }) }),
  });
}
