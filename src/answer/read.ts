import type { AnswerKind } from "../core/question.ts";
import { evaluated } from "./calculus.ts";
import { some } from "./expression.ts";
import { matrix } from "./matrices.ts";
import { clockValue, dateValue } from "./moments.ts";
import { parseExpression } from "./parse.ts";
import { measure, quantity } from "./quantity.ts";
import { decimal, isInteger, ofInteger, type Rational } from "./rational.ts";
import { type Again, collection, joined, measuredCollection, plusMinus, roughly } from "./read-collections.ts";
import { readRelation } from "./relations.ts";
import { scalar, scalarOf } from "./scalars.ts";
import type { Value } from "./value.ts";
import { wordKey } from "./words.ts";

/** Brackets within brackets beyond this many are no answer. */
const deepest = 8;

/** Reads a normalised text as the kind of answer it is. Total: what it cannot read is `words` or `unknown`. */
export function readValue(text: string, kind?: AnswerKind, depth = 0): Value {
  if (text.length > 4_000) return quantityValue(text, kind) ?? { type: "unknown", text };
  if (depth > deepest) return { type: "unknown", text };
  const again = (part: string) => readValue(part, kind, depth + 1);
  const direct =
    moment(text) ??
    quantityValue(text, kind) ??
    (kind === "text"
      ? null
      : (unwrapText(text, again) ?? based(text) ?? structured(text, again) ?? calculus(text) ?? measured(text)));
  return direct ?? prose(text, kind);
}

function quantityValue(text: string, kind: AnswerKind | undefined): Value | null {
  const number = quantity(text, kind);
  return number === null ? null : scalarOf(number, text);
}

/** Dates, times of day and ratios; "9:24" may be either of the last two. */
function moment(text: string): Value | null {
  if (text.length > 60 || !/\d|noon|midnight/i.test(text)) return null;
  const date = dateValue(text);
  if (date !== null) return { type: "date", date };
  const clock = clockValue(text);
  const terms = text.split(/\s*(?::|\\colon(?![A-Za-z])|\bto\b)\s*/).map((term) => decimal(term));
  const ratio = terms.length > 1 && terms.length <= 6 && terms.every((term) => term !== null);
  if (ratio) return { type: "ratio", terms: terms.filter((term): term is Rational => term !== null), clock };
  return clock === null ? null : { type: "clock", clock };
}

/** `\text{(C)}` is what it holds. */
function unwrapText(text: string, again: (part: string) => Value): Value | null {
  const inside = /^\\(?:text|mathrm|operatorname)\s*\{([^{}]*)\}$/.exec(text)?.[1];
  return inside === undefined || inside.trim() === "" ? null : again(inside.trim());
}

/** Digits with a base below them: 52_8. */
function based(text: string): Value | null {
  const match = /^(-?)([0-9A-Fa-f]{1,60})_\s*(?:\{\s*(?:\\text\s*\{)?(\d{1,2})\}?\s*\}|(\d{1,2}))$/.exec(
    text.replace(/ /g, ""),
  );
  if (match === null) return null;
  const [, sign = "", digits = "", braced, bare] = match;
  const base = Number(braced ?? bare);
  let value = 0n;
  for (const digit of digits.toLowerCase()) {
    const place = Number.parseInt(digit, 16);
    if (place >= base) return null;
    value = value * BigInt(base) + BigInt(place);
  }
  return {
    type: "based",
    digits: `${sign}${digits.toLowerCase()}`,
    base,
    value: ofInteger(sign === "-" ? -value : value),
  };
}

/** A sum, an integral or a derivative that comes to a number or a polynomial. */
function calculus(text: string): Value | null {
  const value = evaluated(text);
  return value === null ? null : scalar(value, text);
}

function structured(text: string, again: Again): Value | null {
  return (
    matrix(text, again) ??
    roughly(text, again) ??
    measuredCollection(text, again) ??
    joined(text, again) ??
    readRelation(text, again) ??
    collection(text, again) ??
    plusMinus(text, again)
  );
}

function measured(text: string): Value | null {
  const { body, percent, unit, scale } = measure(text);
  const whole = parseExpression(text);
  if (unit === "" && !percent && scale === 0) return whole === null ? null : scalar(whole, text);
  const node = parseExpression(body);
  // The degrees of "\cos 60°" belong to the function.
  if (unit === "degree" && whole !== null && some(whole, (part) => part.type === "call")) return scalar(whole, text);
  if (node === null || scale !== 0) return whole === null ? null : scalar(whole, text);
  return scalar(node, body, unit, percent);
}

/**
 * Letters make prose; anything else that no reader took is unknown. One number in the prose is the answer where a
 * number is asked.
 */
function prose(text: string, kind: AnswerKind | undefined): Value {
  const key = wordKey(text);
  if (kind === "number") {
    const numbers = text.match(/(?<![\w.])-?\d[\d,]*(?:\.\d+)?%?/g) ?? [];
    const only = numbers.length === 1 ? quantity((numbers[0] ?? "").replace(/,$/, ""), kind) : null;
    if (only !== null && isInteger(only.value) && /[A-Za-z]{2}/.test(text) && !/\\/.test(text))
      return scalarOf(only, text);
  }
  const formula = /\\(?!text|mathrm|operatorname|textbf|ldots|%|\$)[A-Za-z]|[\^_=<>]/.test(text);
  return formula && kind !== "text" ? { type: "unknown", text } : { type: "words", key, text };
}
