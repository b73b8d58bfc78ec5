import { trimMarkup } from "./markup.ts";
import { numbersIn } from "./patterns.ts";

/** A formula in delimiters: where it stands with them, and what they hold. */
export interface Formula {
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

const delimited =
  /\$\$([^$]+)\$\$|(?<!\\)\$((?:[^$\n\\]|\\[^\n])+)\$|\\\(((?:(?!\\[()])[\s\S])+?)\\\)|\\\[((?:(?!\\[[\]])[\s\S])+?)\\\]/g;

/** The formulas of a text, left to right. Money is none: "$5 or $6" has words between its dollars. */
export function formulasIn(text: string): Formula[] {
  return [...text.matchAll(delimited)]
    .map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      content: (match[1] ?? match[2] ?? match[3] ?? match[4] ?? "").trim(),
    }))
    .filter(
      ({ content }) => content !== "" && !isProse(content.replace(/\\(?:text|mathrm|textbf)\s*\{[^{}]*\}/g, " ")),
    );
}

/** Two words of a language beside each other, or letters of a script that no formula is written in. */
export const isProse = (text: string): boolean =>
  /(?<![\\A-Za-z])[A-Za-z]{2,}[,.:]?\s+[A-Za-z]{2,}(?![A-Za-z({])/.test(
    text.replace(/\b(?:and|or|cm|mm|km|kg|sq)\b/g, " "),
  ) ||
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Devanagari}]/u.test(
    text,
  );

const copula =
  /(?<=[\s$)\]*])(?:is|are|was|were|be|equals?|becomes?|ist|es|est|beträgt|lautet|=|是|为|為|は)(?=[\s*$\\(\d-])\s*(?:(?:equal to|exactly|about|approximately|around|roughly|only|just|simply|therefore|thus|indeed|given by|at least|at most|now|also|then|donc|also)\s+)*[:：]?\s*/g;

/** Of a sentence that never ends, the last of these are looked at. */
const mostCopulas = 12;

/**
 * The value that a sentence states: what follows its last "is", where that is a formula or a number; else its last
 * formula, where the sentence ends with it; else its only number. Null where it states none of these.
 */
export function statedValue(sentence: string): string | null {
  const announced = formulasIn(sentence)[0]?.start === 0 ? beginning(sentence) : null;
  if (announced !== null && isProse(sentence)) return announced;
  for (const match of [...sentence.matchAll(copula)].slice(-mostCopulas).reverse()) {
    const tail = trimMarkup(sentence.slice(match.index + match[0].length));
    const value = beginning(tail);
    if (value !== null) return value;
  }
  const formulas = formulasIn(sentence);
  const [first, formula] = [formulas[0], formulas.at(-1)];
  if (first !== undefined && formula !== undefined && first !== formula && isEnumeration(sentence, formulas))
    return sentence.slice(first.start, formula.end);
  const numbers = numbersIn(sentence);
  const outside = numbers.filter(({ start }) => formula === undefined || start >= formula.end || start < formula.start);
  if (formula !== undefined && /\d|[=<>]/.test(formula.content) && sentence.slice(formula.end).split(/\s+/).length <= 4)
    return outside.some(({ start }) => start >= formula.end) ? null : formula.content;
  return numbers.length === 1 ? (numbers[0]?.text ?? null) : null;
}

/** Do the last formulas of a text follow each other with commas, "and" and "or" between, and nothing else around? */
function isEnumeration(text: string, formulas: readonly Formula[]): boolean {
  const around = formulas.map(({ start }, k) => text.slice(formulas[k - 1]?.end ?? 0, start));
  return [...around, text.slice(formulas.at(-1)?.end)].every((between) =>
    /^(?:[\s,;.*"“”]|\\"?|\band\b|\bor\b)*$/.test(between),
  );
}

/** The formula or number that a text begins with, or the whole text where it is no prose. */
function beginning(tail: string): string | null {
  if (!/^[-−+(\\[$|\d.√π∞±{£€]|^[A-Za-z](?:[\s=^*+/_(-]|$)/.test(tail)) return null;
  const [formula] = formulasIn(tail);
  if (formula?.start === 0) {
    const more = tail.slice(formula.end);
    return /^[\s.,]*$/.test(more) || isProse(more) ? formula.content : trimMarkup(tail);
  }
  if (!isProse(tail) && !/[\d})]\s+[a-z]{4,}/.test(tail)) return tail;
  const [number] = numbersIn(tail);
  return number !== undefined && number.start <= 1 ? number.text : null;
}
