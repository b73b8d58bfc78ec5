import { outsideFormulas, rewriting } from "./perturbation.ts";

const small =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** An integer from 0 to 999,999 in English words. */
export function inWords(number: number): string {
  if (number < 20) return small[number] ?? "";
  if (number < 100) return `${tens[Math.floor(number / 10)]}${number % 10 === 0 ? "" : `-${small[number % 10]}`}`;
  const [unit, name] = number < 1000 ? [100, "hundred"] : [1000, "thousand"];
  const rest = number % unit === 0 ? "" : ` ${inWords(number % unit)}`;
  return `${inWords(Math.floor(number / unit))} ${name}${rest}`;
}

/**
 * An integer that stands alone in prose: no part of a decimal, time, fraction, date, ordinal, percentage, code or
 * price.
 */
const lone = /(?<![\w$£€.,:/\-^]|\d )(?:0|[1-9]\d{0,5})(?![\w%°/:^-]|[., ]\d)/g;

/**
 * GSM-Plus's "integer-decimal-fraction conversion" kind (Li et al. 2024, arXiv:2402.19255), the part that keeps every
 * value.
 */
export const numbersAsWords = rewriting("numbers-as-words", "integers in words: 12 becomes twelve", (text) =>
  outsideFormulas(text, (prose) => prose.replace(lone, (digits) => inWords(Number(digits)))),
);

export const numbersAsDecimals = rewriting("numbers-as-decimals", "integers with a decimal: 12 becomes 12.0", (text) =>
  outsideFormulas(text, (prose) => prose.replace(lone, (digits) => `${digits}.0`)),
);
