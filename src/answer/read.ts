import type { AnswerKind } from "../core/question.ts";
import { evaluated } from "./calculus.ts";
import { some } from "./expression.ts";
import { clockValue, dateValue } from "./moments.ts";
import { parseExpression } from "./parse.ts";
import { measure, quantity } from "./quantity.ts";
import { decimal, isInteger, ofInteger, type Rational } from "./rational.ts";
import { readRelation } from "./relations.ts";
import { scalar, scalarOf } from "./scalars.ts";
import { enclosed, splitOutside } from "./split.ts";
import type { Value } from "./value.ts";
import { wordKey } from "./words.ts";

/** Brackets within brackets beyond this many, and items beyond this many, are no answer. */
const deepest = 8;
const mostItems = 300;

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

type Again = (part: string) => Value;

/** A sum, an integral or a derivative that comes to a number or a polynomial. */
function calculus(text: string): Value | null {
  const value = evaluated(text);
  return value === null ? null : scalar(value, text);
}

function structured(text: string, again: Again): Value | null {
  return (
    matrix(text, again) ??
    joined(text, again) ??
    readRelation(text, again) ??
    collection(text, again) ??
    plusMinus(text, again)
  );
}

function matrix(text: string, again: Again): Value | null {
  const match =
    /^(?:[([|]\s*)?\\begin\s*\{([pbvBV]?matrix|smallmatrix|array)\}(?:\s*\{[lcr| ]*\})?(.*)\\end\s*\{\1\}(?:\s*[)\]|])?$/s.exec(
      text,
    );
  if (match === null || /\\begin/.test(match[2] ?? "")) return null;
  const rows = (match[2] ?? "")
    .split(/\\\\/)
    .map((row) => row.trim())
    .filter((row) => row !== "" && row !== "\\hline");
  if (rows.length === 0 || rows.length > 50) return null;
  const bars = match[1] === "vmatrix" || text.startsWith("|");
  return { type: "matrix", rows: rows.map((row) => row.split("&").map((cell) => again(cell.trim()))), bars };
}

const joiner =
  /\s*(?:,\s*)?(?:\\(?:text|mathrm)\s*\{\s*(?:,?\s*)?(?:and|or)\s*\}|\b(?:and|or)\b|\\(?:lor|vee|land|wedge)(?![A-Za-z]))\s*/;

/** A list without brackets: "1, 2", "1 and 2", "x = 1 or x = 2", "1; 2". */
function joined(text: string, again: Again): Value | null {
  // "x < -1 \\cup x > 1" joins conditions, not sets.
  const conditions = /[<>]|\\(?:le|ge)(?![A-Za-z])/.test(text) && !/[[(]/.test(text);
  const words = splitOutside(conditions ? text.replace(/\\cup(?![A-Za-z])/g, " or ") : text, joiner);
  const pieces = words
    ?.flatMap((piece) => splitOutside(piece, /\s*[,;]\s*/) ?? [piece])
    .filter((piece) => piece !== "");
  if (words === null || pieces === undefined || pieces.length < 2 || pieces.length > mostItems) return null;
  const how = words.length > 1 ? (/\bor\b|\\lor|\\vee|\\cup/.test(text) ? "or" : "and") : "comma";
  const items = pieces.map(again);
  // "well, perhaps" is prose with a comma in it.
  return items.some((item) => item.type === "words" && how !== "comma") && items.every((item) => item.type === "words")
    ? null
    : { type: "list", items, joined: how };
}

function collection(text: string, again: Again): Value | null {
  if (text === "\\emptyset" || text === "\\{ \\}" || text === "\\{\\}") return { type: "set", items: [] };
  if (/^(?:\\mathbb\s*\{?\s*R\s*\}?|\\R|all real numbers)$/.test(text)) return { type: "everything" };
  const without = splitOutside(text, /\\setminus(?![A-Za-z])|\\backslash(?![A-Za-z])|(?<=[\])}R])\s*[-\\]\s*(?=\\\{)/);
  if (without !== null && without.length === 2) {
    return { type: "union", pieces: [again(without[0] ?? "")], without: [again(without[1] ?? "")] };
  }
  const pieces = splitOutside(text, /\\cup(?![A-Za-z])|(?<=[)\]}])\s*U\s*(?=[([\\])/);
  if (pieces !== null && pieces.length > 1 && pieces.length < 50)
    return { type: "union", pieces: pieces.map(again), without: [] };
  const around = enclosed(text);
  if (around === null) return null;
  const items = splitOutside(around.inside, /\s*[,;]\s*/);
  if (items === null || items.length > mostItems) return null;
  if (around.open === "\\{" && around.close === "\\}")
    return { type: "set", items: members(around.inside, items, again) };
  if (around.open === "{" && around.close === "}") {
    return items.length === 1 ? again(around.inside) : { type: "set", items: members(around.inside, items, again) };
  }
  const { open, close } = around;
  if (items.length > 1) return { type: "sequence", open, close, items: items.map(again) };
  const inner = again(around.inside);
  // Round brackets around one thing only group; "[5]" is a list of one.
  if (open === "(" && close === ")" && inner.type !== "words" && inner.type !== "unknown") return inner;
  return open === "[" && close === "]" && inner.type === "scalar" && /^[-\d./\\a-z{}]+$/.test(around.inside)
    ? { type: "set", items: [inner] }
    : null;
}

/** The members of a set; "x : x > 2" and "x | x > 2" describe one by a condition. */
function members(inside: string, items: readonly string[], again: Again): Value[] {
  const condition = /^[A-Za-z](?:\s*\\in\s*\\mathbb\s*\{?R\}?)?\s*(?::|\\mid(?![A-Za-z])|\|)\s*(.+)$/s.exec(inside);
  return condition === null ? items.map(again).flatMap(expanded) : [again(condition[1] ?? "")];
}

const expanded = (item: Value): readonly Value[] => (item.type === "list" ? item.items : [item]);

/** "a ± b" stands for both; signs of one text change together. */
function plusMinus(text: string, again: Again): Value | null {
  const signs = /\\pm(?![A-Za-z])|\\mp(?![A-Za-z])|\+\/-|\+-/g;
  if (!signs.test(text)) return null;
  const with_ = (upper: boolean) => text.replace(signs, (sign) => ((sign === "\\mp") === upper ? "-" : "+"));
  return {
    type: "list",
    items: [again(with_(true).replace(/^\+\s*/, "")), again(with_(false).replace(/^\+\s*/, ""))],
    joined: "or",
  };
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
