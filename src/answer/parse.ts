import type { Expression } from "./expression.ts";
import { plainNumber } from "./plain-number.ts";
import { fraction, ofInteger } from "./rational.ts";
import { functions, type Token, tokenise } from "./tokens.ts";

/** Groups within groups beyond this many are no answer. */
const deepest = 60;

/**
 * Letters that are functions when a bracket follows; after any other letter a bracket is a factor, unless it holds a
 * number alone.
 */
const applied = /^[fghFGH]$/;

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "\\{": "\\}", "⌊": "⌋", "⌈": "⌉" };

export const numberNode = (n: bigint | number, d: bigint | number = 1): Expression => ({
  type: "number",
  value: fraction(BigInt(n), BigInt(d)) ?? ofInteger(0),
  rounded: false,
  digits: String(n).length,
});
const call = (name: string, ...values: Expression[]): Expression => ({ type: "call", name, values });
const product = (factors: readonly Expression[]): Expression =>
  factors.length === 1 ? (factors[0] as Expression) : { type: "product", factors };

/** Thrown inside only: the text is no formula. */
class NotAFormula extends Error {}

/**
 * Reads one formula (LaTeX or ASCII, normalised) into a tree, or null where it is none. Never throws; work is linear in
 * the tokens.
 */
export function parseExpression(formula: string): Expression | null {
  if (formula.length > 4_000) return null;
  const tokens = tokenise(formula);
  if (tokens === null || tokens.length === 0) return null;
  const parser = new Parser(tokens);
  try {
    const tree = parser.sum(0);
    return parser.done() ? tree : null;
  } catch (error) {
    if (error instanceof NotAFormula) return null;
    throw error;
  }
}

/** Recursive descent: sum > product (juxtaposed factors bind like written ones) > sign > power > postfix > primary. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #bars = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  done(): boolean {
    return this.#at === this.#tokens.length;
  }

  #peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #isSign(text: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token?.type === "sign" && token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#isSign(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new NotAFormula();
  }

  sum(depth: number): Expression {
    if (depth > deepest) throw new NotAFormula();
    const terms = [this.#product(depth)];
    for (;;) {
      if (this.#take("+")) terms.push(this.#product(depth));
      else if (this.#take("-")) terms.push({ type: "negative", of: this.#product(depth) });
      else return terms.length === 1 ? (terms[0] as Expression) : { type: "sum", terms };
    }
  }

  #product(depth: number): Expression {
    let left = this.#signed(depth);
    let factors: Expression[] = [left];
    for (;;) {
      if (this.#take("/")) {
        left = { type: "quotient", above: product(factors), below: this.#signed(depth) };
        factors = [left];
      } else if (this.#take("*")) factors.push(this.#signed(depth));
      else if (this.#startsFactor()) factors.push(this.#juxtaposed(factors, depth));
      else return product(factors);
    }
  }

  /**
   * The next factor without a sign between; "1\frac12" and "1 1/2" become a mixed number in the last factor's place.
   */
  #juxtaposed(factors: Expression[], depth: number): Expression {
    const before = factors.at(-1);
    const previous = this.#tokens[this.#at - 1];
    const next = this.#peek();
    if (next?.type === "number" && previous?.type === "number") {
      const slash = this.#isSign("/", 1) && this.#peek(2)?.type === "number";
      const fractional = slash ? plainNumber(`${next.text}/${this.#peek(2)?.text}`) : null;
      if (before?.type !== "number" || fractional === null || fractional.value.n >= fractional.value.d)
        throw new NotAFormula();
      this.#at += 3;
      factors.pop();
      return { type: "sum", terms: [before, numberNode(fractional.value.n, fractional.value.d)] };
    }
    const node = this.#power(depth);
    const mixed =
      before?.type === "number" && previous?.type === "number" && next?.text === "frac" && node.type === "quotient";
    if (!mixed || node.above.type !== "number" || node.below.type !== "number") return node;
    const { above, below } = node;
    const proper =
      [before, above, below].every((part) => part.value.d === 1n && !part.rounded) && above.value.n < below.value.n;
    if (!proper || above.value.n <= 0n) return node;
    factors.pop();
    return { type: "sum", terms: [before, node] };
  }

  #startsFactor(): boolean {
    const token = this.#peek();
    if (token === undefined) return false;
    if (token.type !== "sign") return true;
    if (token.text === "|") return this.#bars === 0;
    return closers[token.text] !== undefined;
  }

  #signed(depth: number): Expression {
    if (depth > deepest) throw new NotAFormula();
    if (this.#take("-")) return { type: "negative", of: this.#signed(depth + 1) };
    if (this.#take("+")) return this.#signed(depth + 1);
    return this.#power(depth);
  }

  #power(depth: number): Expression {
    const base = this.#postfix(depth);
    if (!this.#take("^")) return base;
    return this.#raised(base, depth);
  }

  #raised(base: Expression, depth: number): Expression {
    if (this.#isSign("{") && this.#isSign("°", 1) && this.#isSign("}", 2)) {
      this.#at += 3;
      return product([base, { type: "constant", name: "pi" }, numberNode(1, 180)]);
    }
    if (this.#take("°")) return product([base, { type: "constant", name: "pi" }, numberNode(1, 180)]);
    const exponent = this.#exponent(depth + 1);
    return { type: "power", base, exponent };
  }

  /** A group, or one signed factor; powers in it associate to the right. */
  #exponent(depth: number): Expression {
    if (depth > deepest) throw new NotAFormula();
    if (this.#take("-")) return { type: "negative", of: this.#exponent(depth + 1) };
    if (this.#take("+")) return this.#exponent(depth + 1);
    const base = this.#isSign("{") ? this.#group(depth) : this.#primary(depth);
    return this.#take("^") ? this.#raised(base, depth) : base;
  }

  #postfix(depth: number): Expression {
    let node = this.#primary(depth);
    while (this.#isSign("!")) {
      this.#at++;
      if (this.#isSign("!")) throw new NotAFormula();
      node = call("factorial", node);
    }
    return node;
  }

  #group(depth: number): Expression {
    const open = this.#peek()?.text ?? "";
    const close = closers[open];
    if (close === undefined || open === "\\{") throw new NotAFormula();
    this.#at++;
    const bars = this.#bars;
    this.#bars = 0;
    const inner = this.sum(depth + 1);
    this.#bars = bars;
    this.#expect(close);
    return open === "⌊" ? call("floor", inner) : open === "⌈" ? call("ceil", inner) : inner;
  }

  #primary(depth: number): Expression {
    const token = this.#peek();
    if (token === undefined || depth > deepest) throw new NotAFormula();
    if (token.type === "number") return this.#number();
    if (token.type === "sign") {
      if (token.text !== "|") return this.#group(depth);
      this.#at++;
      this.#bars++;
      const inner = this.sum(depth + 1);
      this.#bars--;
      this.#expect("|");
      return call("abs", inner);
    }
    this.#at++;
    return this.#named(token, depth);
  }

  #number(): Expression {
    const text = this.#peek()?.text ?? "";
    this.#at++;
    if (this.#peek()?.text === "overline" && /\./.test(text)) return this.#repeating(text);
    const value = plainNumber(text);
    if (value === null || this.#isSign("_")) throw new NotAFormula();
    return { type: "number", ...value };
  }

  /** 0.1\overline{6} is 1/6. */
  #repeating(text: string): Expression {
    this.#at++;
    this.#expect("{");
    const period = this.#peek()?.text ?? "";
    if (this.#peek()?.type !== "number" || !/^\d{1,40}$/.test(period)) throw new NotAFormula();
    this.#at++;
    this.#expect("}");
    const [whole = "", part = ""] = text.split(".");
    const [head, tail] = [10n ** BigInt(part.length), 10n ** BigInt(period.length) - 1n];
    return numberNode(BigInt(`${whole}${part}`) * tail + BigInt(period), head * tail);
  }

  #named(token: Token, depth: number): Expression {
    const { text } = token;
    if (token.command) {
      if (text === "pi" || text === "infinity") return { type: "constant", name: text };
      if (text === "frac" || text === "binom") {
        const [above, below] = [this.#argument(depth), this.#argument(depth)];
        // d/dx is an operator and no quotient.
        if (above.type === "symbol" && above.name === "d" && below.type === "product") throw new NotAFormula();
        return text === "frac" ? { type: "quotient", above, below } : call("binomial", above, below);
      }
      if (text === "sqrt" || text === "cbrt") return this.#root(text, depth);
      if (/^(?:dot|ddot|hat|vec|bar|tilde|mathcal|overline|mathsf|overrightarrow)$/.test(text))
        return this.#decorated(text);
      if (/^(?:mathrm|operatorname|text)$/.test(text)) return this.#upright(depth);
      const name = functions[text];
      if (name !== undefined) return this.#function(name, depth);
    }
    return this.#symbol(text, depth);
  }

  /** A group or a single token: \frac12, \sqrt2. */
  #argument(depth: number): Expression {
    if (this.#isSign("{")) return this.#group(depth + 1);
    const token = this.#peek();
    if (token?.type === "number" && token.text.length > 1) throw new NotAFormula();
    return this.#primary(depth + 1);
  }

  #root(name: string, depth: number): Expression {
    let degree = numberNode(name === "cbrt" ? 3 : 2);
    if (this.#isSign("[")) {
      degree = this.#group(depth + 1);
    }
    const radicand = this.#isSign("{") || this.#isSign("(") ? this.#group(depth + 1) : this.#postfix(depth + 1);
    return call("root", radicand, degree);
  }

  #decorated(mark: string): Expression {
    const inside = this.#rawGroup();
    if (!/^[A-Za-z]{1,12}$/.test(inside)) throw new NotAFormula();
    return { type: "symbol", name: this.#subscripted(mark === "mathcal" ? `cal ${inside}` : `${mark} ${inside}`) };
  }

  #upright(depth: number): Expression {
    const inside = this.#rawGroup();
    const name = functions[inside];
    if (name !== undefined) return this.#function(name, depth);
    if (!/^[A-Za-z]$/.test(inside)) throw new NotAFormula();
    return this.#symbol(inside, depth);
  }

  /** The tokens of a braced group, joined. */
  #rawGroup(): string {
    if (!this.#take("{")) {
      const token = this.#peek();
      if (token === undefined || token.type === "sign") throw new NotAFormula();
      this.#at++;
      return token.text;
    }
    let [text, level] = ["", 1];
    for (; ; this.#at++) {
      const token = this.#peek();
      if (token === undefined) throw new NotAFormula();
      if (this.#isSign("{")) level++;
      if (this.#isSign("}") && --level === 0) break;
      text += token.text;
    }
    this.#at++;
    return text;
  }

  #subscripted(name: string): string {
    let full = name;
    if (this.#take("_")) full += `_${this.#rawGroup()}`;
    while (this.#take("'")) full += "'";
    if (full === name && this.#isSign("_")) throw new NotAFormula();
    return full;
  }

  #symbol(text: string, depth: number): Expression {
    const name = this.#subscripted(text);
    const number = this.#isSign("(") && this.#peek(1)?.type === "number" && this.#isSign(")", 2);
    if (this.#isSign("(") && (applied.test(name[0] ?? "") || number)) {
      return call(`apply ${name}`, ...this.#values(depth));
    }
    if (name === "e" || name === "i") return { type: "constant", name };
    return { type: "symbol", name };
  }

  /** Comma-separated values in round brackets. */
  #values(depth: number): Expression[] {
    this.#expect("(");
    const values = [this.sum(depth + 1)];
    while (this.#take(",")) values.push(this.sum(depth + 1));
    this.#expect(")");
    return values;
  }

  #function(name: string, depth: number): Expression {
    if (depth > deepest) throw new NotAFormula();
    if (/^(?:gcd|lcm|max|min)$/.test(name)) return call(name, ...this.#values(depth));
    let base: Expression | undefined;
    let exponent: Expression | undefined;
    if (this.#take("_")) base = this.#isSign("{") ? this.#group(depth + 1) : this.#primary(depth + 1);
    if (this.#take("^")) exponent = this.#exponent(depth + 1);
    const value = this.#functionValue(depth);
    const inverse = exponent?.type === "negative" && exponent.of.type === "number" && exponent.of.value.n === 1n;
    if (inverse && /^(?:sin|cos|tan|cot)$/.test(name)) return call(`arc${name}`, value);
    const applied =
      base === undefined
        ? name === "lg"
          ? call("log", value, numberNode(10))
          : call(name, value)
        : call(name, value, base);
    return exponent === undefined ? applied : { type: "power", base: applied, exponent };
  }

  /**
   * A bracket right after the name is the whole argument; without one, the factors up to a sign or the next function
   * are.
   */
  #functionValue(depth: number): Expression {
    if (["(", "[", "{"].some((open) => this.#isSign(open))) return this.#group(depth + 1);
    const factors = [
      this.#take("-") ? ({ type: "negative", of: this.#power(depth + 1) } as const) : this.#power(depth + 1),
    ];
    for (;;) {
      const token = this.#peek();
      const isFunction =
        token?.type === "name" && token.command && functions[token.text] !== undefined && token.text !== "sqrt";
      const bracket = token?.type === "sign" && token.text !== "|";
      if (token === undefined || isFunction || bracket || !this.#startsFactor()) return product(factors);
      factors.push(this.#power(depth + 1));
    }
  }
}
