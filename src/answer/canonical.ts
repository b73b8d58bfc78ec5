import type { AnswerKind } from "../core/question.ts";
import { letterIn } from "./letters.ts";
import { dateValue } from "./moments.ts";
import { normalise } from "./normalise.ts";
import { quantity } from "./quantity.ts";
import { show } from "./rational.ts";
import { wordKey } from "./words.ts";

/** Numbers with more digits than this keep their text: their exact form would be no shorter. */
const longestNumber = 200;

/**
 * A cheap key: answers with equal keys are equal under `compareAnswers` with the same kind. Answers with different keys
 * may still be equal, which only `compareAnswers` finds out. Numbers go by exact value, percent and unit; letters of
 * choices by themselves; text by its words; everything else by its normalised spelling.
 */
export function canonicalKey(text: string, kind?: AnswerKind): string {
  if (kind === "code" || text.length > 20_000) return `exact ${text}`;
  const normal = normalise(text);
  if (kind === "choice") {
    const letter = letterIn(normal);
    return letter === null ? `text ${normal}` : `choice ${letter.toUpperCase()}`;
  }
  if (normal.length <= longestNumber && dateValue(normal) === null) {
    const number = quantity(normal, kind);
    if (number !== null) return `number ${show(number.value)} ${number.unit}${number.percent ? " percent" : ""}`;
  }
  if (kind === "text" && /^[\p{L} .'-]+$/u.test(normal)) return `words ${wordKey(normal)}`;
  return `text ${normal}`;
}
