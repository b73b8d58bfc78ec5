import { InvalidOptionError } from "./errors.ts";
import type { Question } from "./question.ts";

/** Shorter questions are words that an option may have for another reason. */
const leastCharacters = 12;

/** A question as it is compared: without differences of case, blanks and what ends it. */
export const plainQuestion = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\u200b\u00ad]+/g, " ")
    .replace(/^[ "'“”‘’]+|[ .?!:"'“”‘’]+$/g, "");

/** All texts inside a value. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** A longer text of options may hold several examples: they are looked for in it where they are this long. */
const leastInside = 40;

/**
 * The first of the questions that texts of a strategy's options show: an example of a few-shot pool, or inside a longer
 * text. Null where none is shown.
 */
export function shownIn(options: unknown, questions: Iterable<Question>): Question | null {
  const texts = textsIn(options).filter(({ length }) => length >= leastCharacters);
  if (texts.length === 0) return null;
  const plain = new Set(texts.map(plainQuestion));
  const longest = texts.filter(({ length }) => length >= leastInside).map(plainQuestion);
  for (const question of questions) {
    const asked = plainQuestion(question.text);
    if (asked.length < leastCharacters) continue;
    if (plain.has(asked)) return question;
    if (asked.length >= leastInside && longest.some((text) => text.includes(asked))) return question;
  }
  return null;
}

/** @throws InvalidOptionError where the options of a strategy show the very problem that it is to solve. */
export function refuseOwnProblem(strategy: string, options: unknown, questions: Iterable<Question>): void {
  const shown = shownIn(options, questions);
  if (shown === null) return;
  throw new InvalidOptionError(
    `${strategy}:`,
    `must not be shown the problem that it is measured on, and its options hold "${shown.id}" (${JSON.stringify(shown.text.slice(0, 60))}). Take it out of the examples.`,
  );
}
