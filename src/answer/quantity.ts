import { lookup } from "../core/lookup.ts";
import type { AnswerKind } from "../core/question.ts";
import { hanMeasure, hanNumber } from "./han.ts";
import { numberWords } from "./number-words.ts";
import { type PlainNumber, plainNumber } from "./plain-number.ts";
import { fraction, multiply, negate, ofInteger, type Rational } from "./rational.ts";
import { knownUnit, unitKey } from "./units.ts";

/** An answer split into what is measured and in what: "\$1,200 per month" is 1,200 in "dollar month^-1". */
export interface Measured {
  /** The text without sign words, currency, percent and unit. */
  readonly body: string;
  readonly percent: boolean;
  /** Canonical unit, "" where there is none. */
  readonly unit: string;
  /** Power of ten that a word such as "million" stands for. */
  readonly scale: number;
}

/** A plain number with its unit. A percentage holds its value: 10% is 1/10. */
export interface Quantity extends PlainNumber {
  readonly percent: boolean;
  readonly unit: string;
}

const currencies: Readonly<Record<string, string>> = lookup({
  $: "dollar",
  "€": "euro",
  "£": "£",
  "¥": "yen",
  "₹": "rupee",
  "¢": "cent",
});
const scales: Readonly<Record<string, number>> = lookup({
  hundred: 2,
  thousand: 3,
  million: 6,
  billion: 9,
  trillion: 12,
});

const wordGroup = String.raw`(?:\\(?:text|mathrm|operatorname)\s*\{[^{}]*\}|[A-Za-z¢][A-Za-z.']*)(?:\s*\^\s*(?:\{\s*-?\d\s*\}|-?\d))?`;
const trailing = new RegExp(
  String.raw`^(.*?[\d.)}\]%!|]|.*\\(?:pi|infty))(\s*)((?:\/\s*)?${wordGroup}(?:\s*(?:\/|\\cdot)?\s*${wordGroup}){0,7})$`,
  "s",
);

/** Nothing longer is a number and its unit. */
const longestMeasure = 400;

const prose = /\b(?:and|or|to|is|are|if|when|where|not|from|than|with|but|then|by|for|mod)\b/i;

/**
 * Are these words, after a number, its unit? Known units may touch the number; a single letter needs `\text`, `\mathrm`
 * or a blank after digits ("6m" is six times m); any other noun counts where words are set as text or stand apart.
 */
function isUnit(words: string, apart: boolean, body: string): boolean {
  const set = /\\(?:text|mathrm|operatorname)/.test(words);
  const names = words.replace(/\\(?:text|mathrm|operatorname)/g, " ").match(/[A-Za-z¢]+/g) ?? [];
  if (names.length === 0 || prose.test(words)) return false;
  if (set) return true;
  const digits = /^[-+\d.,/ ]+$/.test(body);
  if (names.every((name) => knownUnit(name) !== null || /^(?:per|square|cubic|sq|cu)$/i.test(name))) {
    return names.some((name) => name.length > 1) ? digits || apart : apart && digits;
  }
  return apart && digits && names.every((name) => name.length > 2 || /^(?:of|a|in|sq|cu|km|cm|ft)$/i.test(name));
}

/** Takes currency, percent, degrees and unit words off a normalised text. */
export function measure(text: string): Measured {
  let [body, percent, unit, scale] = [text, false, "", 0];
  const money = /^([-+]?)\s*(?:(?:US|USD|A|C)\s?)?\\?([$€£¥₹])\s*(?=[-+\d.\\(])/.exec(body);
  if (money !== null) {
    unit = currencies[money[2] ?? ""] ?? "";
    body = `${money[1]}${body.slice(money[0].length)}`;
  }
  const suffix = /\s*\\?([$€£¥₹¢])$/.exec(body);
  if (suffix !== null && unit === "") {
    unit = currencies[suffix[1] ?? ""] ?? "";
    body = body.slice(0, suffix.index);
  }
  const degrees = /\s*\^\{\\circ\}\s*(?:\\(?:text|mathrm)\s*\{\s*)?([CFK]?)\s*\}?$/.exec(body);
  if (degrees !== null) {
    unit = `degree${degrees[1] === "" ? "" : ` ${degrees[1]}`}`;
    body = body.slice(0, degrees.index);
  }
  const word = body.length > longestMeasure ? null : trailing.exec(body);
  // "2/m" is a fraction, "$2/h" and "2 m/s" are rates.
  const ofLetter = unit === "" && /^\/\s*[A-Za-z](?:\s*\^.*)?$/.test(word?.[3] ?? "");
  if (
    degrees === null &&
    word !== null &&
    !ofLetter &&
    isUnit(word[3] ?? "", word[2] !== "" || /\\text|\\mathrm|^\//.test(word[3] ?? ""), (word[1] ?? "").trim())
  ) {
    const scaled = /^\s*(?:\\text\s*\{\s*)?(hundred|thousand|million|billion|trillion)s?\b\}?/i.exec(word[3] ?? "");
    if (scaled !== null) scale = scales[(scaled[1] ?? "").toLowerCase()] ?? 0;
    const key = unitKey((word[3] ?? "").slice(scaled?.[0].length ?? 0));
    unit = [unit === key ? "" : unit, key].filter((part) => part !== "").join(" ");
    body = (word[1] ?? "").trim();
  }
  const han = unit === "" && degrees === null && body.length <= longestMeasure ? hanMeasure(body) : null;
  if (han !== null) ({ body, unit, scale } = han);
  if (/%$/.test(body)) {
    percent = true;
    body = body.slice(0, -1).trimEnd();
  }
  if (/(?:^| )percent$/.test(unit)) {
    percent = true;
    unit = unit.replace(/ ?percent$/, "");
  }
  return { body: body.trim(), percent, unit: unit === "unit" ? "" : unit, scale };
}

const hundred: Rational = { n: 100n, d: 1n };

/** Reads a plain number with sign, currency, percent, magnitude word and unit from a normalised text, or null. */
export function quantity(text: string, kind?: AnswerKind): Quantity | null {
  const direct = plainNumber(text, kind);
  if (direct !== null) return { ...direct, percent: false, unit: "" };
  if (text.length > 400) return null;
  const { body, percent, unit, scale } = measure(text);
  // "(5,120)" is a pair.
  const negative = /^\((\d[\d.]*)\)$/.test(body) ? body.slice(1, -1) : body;
  const number = plainNumber(negative, kind) ?? ordinal(body) ?? numberWords(body) ?? hanNumber(body);
  if (number === null) return null;
  const scaled = scale === 0 ? number.value : multiply(number.value, ofInteger(10n ** BigInt(scale)));
  const value = percent ? (fraction(scaled.n, scaled.d * hundred.n) ?? scaled) : scaled;
  return { ...number, value, percent, unit };
}

/** "6th" is six. */
function ordinal(text: string): PlainNumber | null {
  const match = /^(\d{1,6})(?:st|nd|rd|th)$/i.exec(text);
  return match === null
    ? null
    : { value: ofInteger(BigInt(match[1] ?? 0)), rounded: false, digits: (match[1] ?? "").length };
}

/** The same quantity with the opposite sign. */
export const opposite = (a: Quantity): Quantity => ({ ...a, value: negate(a.value) });
