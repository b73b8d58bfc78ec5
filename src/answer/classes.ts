import type { AnswerKind } from "../core/question.ts";
import { canonicalKey } from "./canonical.ts";
import { compareAnswers } from "./equal.ts";
import { latelyByKind } from "./lately.ts";

/** Answers of a question are grouped again with each candidate. */
const keyOf = latelyByKind(500, canonicalKey);

/**
 * Groups equal answers: the class index of each answer, numbered in order of first appearance; -1 for null, which is no
 * answer and joins no class. An answer joins the first class whose first member it equals, so the order matters only
 * where equality is not transitive ("5 cm", "5", "5 m"). A choice's letter and its option's text are one answer.
 */
export function groupAnswers(
  answers: readonly (string | null)[],
  kind?: AnswerKind,
  choices?: readonly string[],
): number[] {
  const classOfKey = new Map<string, number>();
  const heads: string[] = [];
  return answers.map((answer) => {
    if (answer === null) return -1;
    const key = keyOf(answer, kind);
    const known = classOfKey.get(key);
    if (known !== undefined) return known;
    const found = heads.findIndex((head) => compareAnswers(head, answer, { kind, choices }).verdict === "equal");
    const index = found >= 0 ? found : heads.push(answer) - 1;
    classOfKey.set(key, index);
    return index;
  });
}
