import type { AnswerKind } from "../core/question.ts";
import { add, decimal, divide, multiply, negate, ofInteger, power, type Rational } from "./rational.ts";

/** A number that was written as one: its exact value and how it was written. */
export interface PlainNumber {
  readonly value: Rational;
  /** Written with a decimal point or in scientific notation: then it may be a rounded value. */
  readonly rounded: boolean;
  /** Significant digits of the literal. */
  readonly digits: number;
}

const grouped = /^[-+]?[1-9]\d{0,2}(?:(?:,|\{,\})\d{3})+(?:\.\d+)?$/;
const indian = /^[-+]?\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$/;
const blanks = /^[-+]?[1-9]\d{0,2}(?: \d{3})+(?:\.\d+)?$/;
const swiss = /^[-+]?[1-9]\d{0,2}(?:'\d{3})+(?:\.\d+)?$/;
const european = /^[-+]?\d{1,3}(?:[. ]\d{3})+,\d+$/;
const dotted = /^[-+]?\d{1,3}(?:\.\d{3}){2,}$/;
const decimalComma = /^[-+]?\d+(?:,|\{,\})\d+$/;

/**
 * The literal in plain notation, its thousands separators removed: commas, `{,}`, blanks and apostrophes between groups
 * of three, Indian groups, and European notation where it cannot be read otherwise ("1.234,5"). "0,5" is a decimal
 * comma only where one number is asked for: elsewhere it may be a list.
 */
function ungroup(text: string, kind: AnswerKind | undefined): string {
  if (/^[-+]?[\d.]+$/.test(text)) return dotted.test(text) ? text.replaceAll(".", "") : text;
  if (grouped.test(text) || indian.test(text)) return text.replace(/[{},]/g, "");
  if (blanks.test(text) || swiss.test(text)) return text.replace(/[ ']/g, "");
  if (european.test(text)) return text.replace(/[. ]/g, "").replace(",", ".");
  if (decimalComma.test(text) && (kind === "number" || text.includes("{,}"))) return text.replace(/,|\{,\}/, ".");
  return text;
}

const significant = (text: string): number => text.replace(/[eE].*$/, "").replace(/^[-+0.]+|[^\d]/g, "").length;

function literal(text: string, kind: AnswerKind | undefined): PlainNumber | null {
  const plain = ungroup(text, kind);
  const value = decimal(plain);
  return value === null ? null : { value, rounded: /[.eE]/.test(plain), digits: significant(plain) };
}

const scientific = /^(.*?)\s*(?:\\times|\\cdot|\*|x)\s*10\s*\^\s*(?:\{\s*([-+]?\d{1,4})\s*\}|([-+]?\d{1,4}))$/;
const ratio =
  /^([-+]?)\s*(?:(\d+)\s*)??(?:\\frac\s*\{\s*([-+]?[\d.,]+)\s*\}\s*\{\s*([\d.,]+)\s*\}|\\frac\s*(\d)\s*(\d)|([\d.,]+)\s*\/\s*([\d.,]+))$/;
const mixedAscii = /^([-+]?)\s*(\d+) (\d+)\s*\/\s*(\d+)$/;

/**
 * Reads a number written with digits, or null: integers and decimals with any thousands separators, scientific
 * notation, fractions and mixed numbers in ASCII and LaTeX. Linear in the length of the text; exact. Signs, units and
 * percent are the caller's.
 */
export function plainNumber(text: string, kind?: AnswerKind): PlainNumber | null {
  if (!/\d/.test(text) || text.length > 20_100) return null;
  const direct = literal(text.replace(/^([-+])\s+/, "$1"), kind);
  if (direct !== null || text.length > 400) return direct;
  return fromScientific(text, kind) ?? fromRatio(text, kind);
}

function fromScientific(text: string, kind: AnswerKind | undefined): PlainNumber | null {
  const match = scientific.exec(text) ?? /^([-+]?)10\s*\^\s*(?:\{\s*(-\d{1,4})\s*\}|(-\d{1,4}))$/.exec(text);
  if (match === null) return null;
  const mantissa = /^[-+]?$/.test(match[1] ?? "") ? literal(`${match[1]}1`, kind) : literal(match[1] ?? "", kind);
  const scale = power(ofInteger(10), Number(match[2] ?? match[3]));
  if (mantissa === null || scale === null) return null;
  return { ...mantissa, value: multiply(mantissa.value, scale) };
}

function fromRatio(text: string, kind: AnswerKind | undefined): PlainNumber | null {
  const mixed = mixedAscii.exec(text);
  const match = mixed === null ? ratio.exec(text) : null;
  const [sign, whole, above, below] =
    mixed !== null
      ? [mixed[1], mixed[2], mixed[3], mixed[4]]
      : [match?.[1], match?.[2], match?.[3] ?? match?.[5] ?? match?.[7], match?.[4] ?? match?.[6] ?? match?.[8]];
  if (above === undefined || below === undefined) return null;
  const [top, bottom] = [literal(above, kind), literal(below, kind)];
  const quotient = top === null || bottom === null ? null : divide(top.value, bottom.value);
  if (quotient === null || top === null || bottom === null) return null;
  // A whole number before a proper fraction makes a mixed number; before anything else it is a factor, which is not
  // plain.
  if (whole !== undefined && (top.rounded || bottom.rounded || quotient.n < 0n || quotient.n >= quotient.d))
    return null;
  const value = whole === undefined ? quotient : add(ofInteger(BigInt(whole)), quotient);
  const rounded = top.rounded || bottom.rounded;
  return { value: sign === "-" ? negate(value) : value, rounded, digits: Math.max(top.digits, bottom.digits) };
}
