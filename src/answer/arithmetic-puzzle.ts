import { add, divide, multiply, negate, ofInteger, type Rational, same, subtract } from "./rational.ts";

/** The rule of an arithmetic puzzle: each of `numbers` exactly once, worth exactly `target`. */
export interface ExpressionRule {
  readonly numbers: readonly number[];
  readonly target: number;
}

/** Longer answers are no expression over a handful of numbers. */
const longest = 500;

/**
 * Does the answer solve the puzzle? It may be written with * or ×, / or ÷, round or square brackets, LaTeX (`\\frac`, `\\times`,
 * `\\left(`) and a trailing `= target`. Exact in rationals. Powers, joined digits, decimals and any other text are wrong; a
 * minus sign before a bracket or number is fine, as in the published check.
 */
export function satisfies(answer: string, { numbers, target }: ExpressionRule): boolean {
  const read = readExpression(answer);
  if (read === null) return false;
  const inOrder = (list: readonly number[]) => [...list].sort((a, b) => a - b).join();
  return (
    inOrder(read.numbers) === inOrder(numbers) && same(read.value, ofInteger(target)) && read.claims(ofInteger(target))
  );
}

interface ReadExpression {
  readonly value: Rational;
  readonly numbers: readonly number[];
  /** True unless the answer ends in `= something else`. */
  claims(value: Rational): boolean;
}

/** The value of an arithmetic expression and the integers it uses in order; null where it is none or divides by zero. */
export function readExpression(answer: string): ReadExpression | null {
  if (answer.length > longest) return null;
  const [left, right, ...more] = plain(answer).split("=");
  if (left === undefined || more.length > 0) return null;
  const parsed = new Parser(left).parse();
  if (parsed === null) return null;
  const stated = right === undefined ? null : new Parser(right).parse();
  if (right !== undefined && stated === null) return null;
  return { ...parsed, claims: (value) => stated === null || same(stated.value, value) };
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

/** sum = product {(+|-) product}; product = factor {(*|/) factor}; factor = number | (sum) | -factor. Null for anything else. */
class Parser {
  readonly #tokens: readonly string[];
  readonly #numbers: number[] = [];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/\d+|\S/g) ?? [];
  }

  parse(): { value: Rational; numbers: readonly number[] } | null {
    const value = this.#sum();
    return value === null || this.#at < this.#tokens.length ? null : { value, numbers: this.#numbers };
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
      const join = this.#next() === "*" ? multiply : divide;
      const right = this.#factor();
      value = right === null ? null : join(value, right);
    }
    return value;
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
