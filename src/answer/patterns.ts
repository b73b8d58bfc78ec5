import { hanFraction } from "./han.ts";

/**
 * Numbers as people and models write them. A sign counts only where it cannot be a minus between two operands, so the
 * last number of "10-3" and of "10 - 3" is 3, and that of "x = - 3" is - 3; a full stop counts only between digits, so
 * that of "It is 5." is 5. Thousands may stand apart by commas, blanks and thin spaces; "3,5" has a decimal comma.
 */
const blank = String.raw`(?:[ \u00a0\u2009\u202f]|\\,\s?)`;
const digits = String.raw`\d{1,3}(?:\.\d{3})+,\d+(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?:\{,\}\d{3})+(?!\d)|\d{1,3}(?:,\\!\s?\d{3})+(?!\d)|(?<![\d.,])[1-9]\d{0,2}(?:${blank}\d{3})+(?![\d.,]*\d)|\d+`;
const decimalComma = String.raw`(?<![\d.,]|[\d.,]\s)\d{1,12}(?:,|\{,\})(?:\d{1,2}|\d{4,12})(?![\d.,]*\d)`;
const plain = String.raw`(?:${decimalComma}|(?:${digits})(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+(?![\w.]))?`;
const money = String.raw`(?:\\?\$|[€£¥₹])\s?(?=[-−\d.])`;
const latexFraction = String.raw`\\[dt]?frac\s*(?:\{-?\d+\}\s*\{\d+\}|\d\s*\d)`;
const sign = String.raw`(?:(?<![\w)\]}.])[-−–+](?=\S)|(?<=(?:^|[=(\[{<>≈:$])[^\S\n]*)[-−–+]\s)`;
/** "negative 5" anywhere, "minus 5" where nothing stands before it that it could be taken from. */
const spokenSign = String.raw`\b[Nn]egative\s+(?=[\d.$\\])|(?=[Mm]inus\s)(?<=(?:^|\n|\b(?:is|equals|be)\s|[=:])[^\S\n]*)[Mm]inus\s+(?=[\d.$\\])`;
const superscript = "⁻?[⁰¹²³⁴-⁹]+";
const exponent = String.raw`(?:\s*\^\s*(?:\{\s*[-−]?\d+\s*\}|[-−]?\d+)|${superscript})`;
const mixed = String.raw`(?<![\d.,])\d{1,3} \d{1,2}\/\d{1,3}(?![\d/])`;
const clock = String.raw`\d{1,2}:\d{2}(?:\s?[apAP]\.?[mM]\b\.?)?|\d+\s?:\s?\d+`;
const vulgar = String.raw`(?:\d+\s?)?[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒]`;
const body = String.raw`${clock}|${hanFraction}|${vulgar}|(?:\d+\s?)?${latexFraction}|${mixed}|${plain}(?:\s?\/\s?${plain}|\s*(?:\\times|\\cdot|[x×*])\s*10${exponent}|${exponent})?`;
const pattern = String.raw`(?:${sign}|${spokenSign})?(?:${money})?(?:${sign})?(?:${body})(?:\s?\\?[%％]|\s(?:hundred|thousand|million|billion|trillion)\b)?`;

/** A number of a text and where it stands. */
export interface FoundNumber {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Every number of a text, left to right, in the digits of any script. */
export function numbersIn(text: string): FoundNumber[] {
  return [...ascii(text).matchAll(new RegExp(pattern, "g"))].map(({ index, 0: found }) => {
    const start = index + (found.length - found.trimStart().length);
    const end = index + found.trimEnd().length;
    return { text: text.slice(start, end), start, end };
  });
}

/** Digits and signs of other scripts as ASCII, each in its place. */
const ascii = (text: string): string =>
  /[\u0660-\u066c\u06f0-\u06f9\u0966-\u096f\uff0c-\uff19]/.test(text)
    ? text
        .replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19]/g, (digit) => {
          const code = digit.charCodeAt(0);
          return String(
            (code - (code >= 0xff10 ? 0 : code >= 0x0966 ? 0x0966 : code >= 0x06f0 ? 0x06f0 : 0x0660)) & 15,
          );
        })
        .replace(/[٫．]/g, ".")
        .replace(/[٬，](?=\d{3}(?!\d))/g, ",")
        .replaceAll("－", "-")
    : text;
