import type { AnswerKind } from "../core/question.ts";
import { canonicalKey } from "./canonical.ts";
import { compareAnswers } from "./equal.ts";
import { latelyByKind } from "./lately.ts";

/** Answers of a question are grouped again with each candidate. */
const keyOf = latelyByKind(500, canonicalKey);

/** Classes of equal answers that come one by one. */
export interface AnswerClassesByOne {
  /** The number of the answer's class, from 0 in order of first appearance. */
  classOf(answer: string): number;
  /** The first member of each class. */
  readonly heads: readonly string[];
}

/**
 * An answer joins the first class whose first member it equals, so the order matters only where equality is not
 * transitive ("5 cm", "5", "5 m"). A choice's letter and its option's text are one answer.
 */
export function answersByOne(kind?: AnswerKind, choices?: readonly string[]): AnswerClassesByOne {
  const classOfKey = new Map<string, number>();
  const heads: string[] = [];
  return {
    heads,
    classOf(answer) {
      const key = keyOf(answer, kind);
      const known = classOfKey.get(key);
      if (known !== undefined) return known;
      const found = heads.findIndex((head) => compareAnswers(head, answer, { kind, choices }).verdict === "equal");
      const index = found >= 0 ? found : heads.push(answer) - 1;
      classOfKey.set(key, index);
      return index;
    },
  };
}

/**
 * Groups equal answers: the class index of each answer, numbered in order of first appearance; -1 for null, which is no
 * answer and joins no class.
 */
export function groupAnswers(
  answers: readonly (string | null)[],
  kind?: AnswerKind,
  choices?: readonly string[],
): number[] {
  const classes = answersByOne(kind, choices);
  return answers.map((answer) => (answer === null ? -1 : classes.classOf(answer)));
}
