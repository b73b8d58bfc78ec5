import type { AnswerKind } from "../core/question.ts";
import { normalise } from "./normalise.ts";
import { quantity } from "./quantity.ts";
import { show } from "./rational.ts";

/**
 * A cheap key: answers with equal keys are equal. Answers with different keys may still be equal, which only
 * `compareAnswers` finds out.
 */
export function canonicalKey(text: string, kind?: AnswerKind): string {
  const normal = normalise(text);
  const number = quantity(normal, kind);
  if (number !== null && normal.length < 200)
    return `number ${show(number.value)} ${number.unit}${number.percent ? " percent" : ""}`;
  return `text ${normal}`;
}
