import { normalise } from "./normalise.ts";
import { add, divide, multiply, negate, ofInteger, type Rational, same, subtract, zero } from "./rational.ts";
import type { Grade } from "./verdict.ts";

/** The rule of an arithmetic puzzle: each of `numbers` exactly once, with the exact value `target`. */
export interface ExpressionRule {
  readonly numbers: readonly number[];
  readonly target: number;
}

/** Longer answers are no expression over a handful of numbers. */
const longest = 500;

/**
 * Does the answer solve the puzzle? It may be written with * or ×, / or ÷, round or square brackets, LaTeX (`\\frac`,
 * `\\times`, `\\left(`) and a trailing `= target`. Exact in rationals. Powers, joined digits, decimals and any other
 * text are wrong; a minus sign before a bracket or number is fine, as in the published check.
 */
export function satisfies(answer: string, { numbers, target }: ExpressionRule): boolean {
  const read = readExpression(answer);
  if (read === null) return false;
  const goal = ofInteger(target);
  return sameNumbers(read.numbers, numbers) && read.value !== null && same(read.value, goal) && read.claims(goal);
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  [...a].sort((x, y) => x - y).join() === [...b].sort((x, y) => x - y).join();

/** The puzzle of a Game of 24 as the data set writes it: four integers and nothing else. */
export const isGame24 = (text: string): boolean => /^\s*\d+(?:\s+\d+){3}\s*$/.test(text);

/**
 * Checks an expression for the Game of 24: the puzzle's numbers, each exactly once, joined by + - × ÷ and brackets (a
 * bracket after a number or bracket is a factor), with the exact value 24 (Yao et al. 2023, arXiv:2305.10601). A
 * closing "= 24" may be there; any other right side may not.
 */
export function gradeGame24(answer: string | null, puzzle: string): Grade {
  if (answer === null || answer.trim() === "") return { verdict: "unparsed", rule: "none" };
  const [expression = "", claimed, ...more] = normalise(answer).split("=");
  if (more.length > 0 || (claimed !== undefined && claimed.trim() !== "24"))
    return { verdict: "incorrect", rule: "game24-claim" };
  const read = readExpression(expression.replace(/([\d)\]}])\s*(?=(?:\\left\s*)?[([])/g, "$1*"));
  if (read === null) return { verdict: "unparsed", rule: "game24-expression" };
  if (!sameNumbers(read.numbers, (puzzle.match(/\d+/g) ?? []).map(Number)))
    return { verdict: "incorrect", rule: "game24-numbers" };
  const right = read.value !== null && same(read.value, ofInteger(24));
  return { verdict: right ? "correct" : "incorrect", rule: "game24-value" };
}

interface ReadExpression {
  /** Null where it divides by zero. */
  readonly value: Rational | null;
  readonly numbers: readonly number[];
  /** True unless the answer ends in `= something else`. */
  claims(value: Rational): boolean;
}

/** The value of an arithmetic expression and the integers it uses, in order; null where it is none. */
export function readExpression(answer: string): ReadExpression | null {
  if (answer.length > longest) return null;
  const [left, right, ...more] = plain(answer).split("=");
  if (left === undefined || more.length > 0) return null;
  const parsed = new Parser(left).parse();
  if (parsed === null) return null;
  const stated = right === undefined ? null : new Parser(right).parse();
  if (right !== undefined && stated === null) return null;
  return { ...parsed, claims: (value) => stated === null || (stated.value !== null && same(stated.value, value)) };
}

const plain = (answer: string): string =>
  answer
    .replace(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, "(($1)/($2))")
    .replace(/\\(?:times|cdot)|[×·∙⋅]/g, "*")
    .replace(/\\div|÷/g, "/")
    .replace(/[−–]/g, "-")
    .replace(/\\left|\\right|\\[()[\]]|\$/g, " ")
    .replaceAll("[", "(")
    .replaceAll("]", ")");

/**
 * sum = product {(+|-) product}; product = factor {(*|/) factor}; factor = number | (sum) | -factor. Null for anything
 * else.
 */
class Parser {
  readonly #tokens: readonly string[];
  readonly #numbers: number[] = [];
  #at = 0;
  #dividesByZero = false;

  constructor(text: string) {
    this.#tokens = text.match(/\d+|\S/g) ?? [];
  }

  parse(): { value: Rational | null; numbers: readonly number[] } | null {
    const value = this.#sum();
    if (value === null || this.#at < this.#tokens.length) return null;
    return { value: this.#dividesByZero ? null : value, numbers: this.#numbers };
  }

  #sum(): Rational | null {
    let value = this.#product();
    while (value !== null && (this.#peek() === "+" || this.#peek() === "-")) {
      const join = this.#next() === "+" ? add : subtract;
      const right = this.#product();
      value = right === null ? null : join(value, right);
    }
    return value;
  }

  #product(): Rational | null {
    let value = this.#factor();
    while (value !== null && (this.#peek() === "*" || this.#peek() === "/")) {
      const times = this.#next() === "*";
      const right = this.#factor();
      value = right === null ? null : times ? multiply(value, right) : this.#quotient(value, right);
    }
    return value;
  }

  #quotient(above: Rational, below: Rational): Rational {
    const value = divide(above, below);
    this.#dividesByZero ||= value === null;
    return value ?? zero;
  }

  #factor(): Rational | null {
    const token = this.#next();
    if (token === undefined) return null;
    if (/^\d{1,9}$/.test(token)) {
      this.#numbers.push(Number(token));
      return ofInteger(Number(token));
    }
    if (token === "-") {
      const value = this.#factor();
      return value === null ? null : negate(value);
    }
    if (token !== "(") return null;
    const value = this.#sum();
    return this.#next() === ")" ? value : null;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string | undefined {
    return this.#tokens[this.#at++];
  }
}
