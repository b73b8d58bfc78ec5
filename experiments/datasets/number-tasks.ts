import { add, compare, fraction, multiply, type Rational, show, subtract, zero } from "../../src/answer/rational.ts";
import type { AnswerKind } from "../../src/core/question.ts";
import type { Random } from "../../src/core/random.ts";

export interface NumberTask {
  readonly name: string;
  readonly kind: AnswerKind;
  /** `digits` is the length of the integer parts, of numerator and denominator, or of the significand. */
  make(random: Random, digits: number): { readonly text: string; readonly answer: string };
}

/** A number as it is written in the question, and its exact value. */
interface Written {
  readonly text: string;
  readonly value: Rational;
}

type Notation = (random: Random, digits: number) => Written;

const digitString = (random: Random, length: number): string =>
  Array.from({ length }, (_, index) => String(index === 0 ? 1 + random.integer(9) : random.integer(10))).join("");

const exact = (n: bigint, d = 1n): Rational => fraction(n, d) ?? zero;

const integer: Notation = (random, digits) => {
  const text = digitString(random, digits);
  return { text, value: exact(BigInt(text)) };
};

const decimal: Notation = (random, digits) => {
  const whole = digitString(random, digits);
  const places = 1 + random.integer(3);
  const part = Array.from({ length: places }, () => String(random.integer(10))).join("");
  return { text: `${whole}.${part}`, value: exact(BigInt(whole + part), 10n ** BigInt(places)) };
};

const ratio: Notation = (random, digits) => {
  const [n, d] = [digitString(random, digits), digitString(random, digits)];
  return { text: `${n}/${d}`, value: exact(BigInt(n), BigInt(d)) };
};

const scientific: Notation = (random, digits) => {
  const [first = "", ...rest] = digitString(random, Math.max(2, digits));
  const exponent = random.integer(20);
  const value = exact(BigInt([first, ...rest].join("")) * 10n ** BigInt(exponent), 10n ** BigInt(rest.length));
  return { text: `${first}.${rest.join("")}e${exponent}`, value };
};

/** A fraction whose denominator has no prime factor but 2 and 5, in decimals. */
export function inDecimals(value: Rational): string {
  let places = 0;
  while ((value.n * 10n ** BigInt(places)) % value.d !== 0n) places += 1;
  const scaled = String(((value.n < 0n ? -value.n : value.n) * 10n ** BigInt(places)) / value.d).padStart(
    places + 1,
    "0",
  );
  const whole = scaled.slice(0, scaled.length - places);
  return `${value.n < 0n ? "-" : ""}${whole}${places === 0 ? "" : `.${scaled.slice(-places)}`}`;
}

type Operation = readonly [name: string, sign: string, apply: (a: Rational, b: Rational) => Rational];
const operations: readonly Operation[] = [
  ["add", "+", add],
  ["subtract", "-", subtract],
  ["multiply", "*", multiply],
];

const arithmetic = (
  notation: string,
  write: Notation,
  read: (value: Rational) => string,
  note = "",
): readonly NumberTask[] =>
  operations.map(([name, sign, apply]) => ({
    name: `${name}-${notation}`,
    kind: "number",
    make(random, digits) {
      const [a, b] = [write(random.fork("a"), digits), write(random.fork("b"), digits)];
      return { text: `What is ${a.text} ${sign} ${b.text}?${note}`, answer: read(apply(a.value, b.value)) };
    },
  }));

const comparison = (notation: string, write: Notation): readonly NumberTask[] =>
  (["larger", "smaller"] as const).map((which) => ({
    name: `${which}-${notation}`,
    kind: "number",
    make(random, digits) {
      const first = write(random.fork("a"), digits);
      let second = write(random.fork("b"), digits);
      for (let again = 0; compare(first.value, second.value) === 0; again++)
        second = write(random.fork("b", again), digits);
      const isFirst = compare(first.value, second.value) > 0 === (which === "larger");
      const text = `Which number is ${which}, ${first.text} or ${second.text}? Give it as it is written here.`;
      return { text, answer: (isFirst ? first : second).text };
    },
  }));

const places = (random: Random, digits: number): readonly [string, string] => [
  digitString(random.fork("a"), digits),
  digitString(random.fork("b"), digits),
];

/** Digit by digit from the right over two integers of one length; leading zeros stay, so the answer is text. */
const digitwise = (name: string, wording: string, join: (a: number, b: number) => number): NumberTask => ({
  name,
  kind: "text",
  make(random, digits) {
    const [a, b] = places(random, digits);
    const answer = [...a].map((digit, index) => join(Number(digit), Number(b[index]))).join("");
    return { text: `${wording} ${a} and ${b}. Write all digits, leading zeros too.`, answer };
  },
});

const ordinal = (place: number): string => {
  const ending = place % 100 > 10 && place % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][place % 10] ?? "th");
  return `${place}${ending}`;
};

const ofDigits: readonly NumberTask[] = [
  digitwise("digit-max", "In each position take the larger digit of", Math.max),
  digitwise("digit-min", "In each position take the smaller digit of", Math.min),
  digitwise("digit-add", "In each position add the digits, dropping any carry, of", (a, b) => (a + b) % 10),
  {
    name: "get-digit",
    kind: "number",
    make(random, digits) {
      const [number] = places(random, digits);
      const place = 1 + random.integer(digits);
      return {
        text: `What is the ${ordinal(place)} digit, from the left, of ${number}?`,
        answer: number[place - 1] ?? "",
      };
    },
  },
  {
    name: "length",
    kind: "number",
    make: (random, digits) => ({ text: `How many digits has ${places(random, digits)[0]}?`, answer: String(digits) }),
  },
  {
    name: "count-digit",
    kind: "number",
    make(random, digits) {
      const [number] = places(random, digits);
      const digit = random.choice([...number]);
      return {
        text: `How often does the digit ${digit} occur in ${number}?`,
        answer: String(number.split(digit).length - 1),
      };
    },
  },
];

const conversions: readonly NumberTask[] = [
  {
    name: "to-scientific",
    kind: "text",
    make(random, digits) {
      const [number] = places(random, Math.max(2, digits));
      const significand = `${number[0]}.${number.slice(1)}`.replace(/\.?0+$/, "");
      const text = `Write ${number} in scientific notation with all its significant digits, in the form 1.23e4.`;
      return { text, answer: `${significand}e${number.length - 1}` };
    },
  },
  {
    name: "from-scientific",
    kind: "text",
    make(random, digits) {
      const { text, value } = scientific(random, digits);
      return { text: `Write ${text} without an exponent.`, answer: inDecimals(value) };
    },
  },
  {
    name: "fraction-to-decimal",
    kind: "text",
    make(random, digits) {
      const number = BigInt(digitString(random, digits));
      const below = 2n ** BigInt(1 + random.integer(3)) * 5n ** BigInt(random.integer(2));
      return { text: `Write ${number}/${below} as a decimal number.`, answer: inDecimals(exact(number, below)) };
    },
  },
];

const lowest = " Give a fraction in lowest terms.";

export const numberTasks: readonly NumberTask[] = [
  ...arithmetic("integers", integer, show),
  ...arithmetic("decimals", decimal, inDecimals),
  ...arithmetic("fractions", ratio, show, lowest),
  ...comparison("integer", integer),
  ...comparison("decimal", decimal),
  ...comparison("fraction", ratio),
  ...comparison("scientific", scientific),
  ...ofDigits,
  ...conversions,
];
