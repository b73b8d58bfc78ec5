import { call, type Expression, numberNode, product } from "./expression.ts";
import { deepest, type FormulaReader, readName } from "./parse-names.ts";
import { plainNumber } from "./plain-number.ts";
import { NotAFormula, TokenCursor } from "./token-cursor.ts";
import { tokenise } from "./tokens.ts";

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "\\{": "\\}", "⌊": "⌋", "⌈": "⌉" };

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
class Parser extends TokenCursor implements FormulaReader {
  #bars = 0;

  sum(depth: number): Expression {
    if (depth > deepest) throw new NotAFormula();
    const terms = [this.#product(depth)];
    for (;;) {
      if (this.take("+")) terms.push(this.#product(depth));
      else if (this.take("-")) terms.push({ type: "negative", of: this.#product(depth) });
      else return terms.length === 1 ? (terms[0] as Expression) : { type: "sum", terms };
    }
  }

  #product(depth: number): Expression {
    let left = this.#signed(depth);
    let factors: Expression[] = [left];
    for (;;) {
      if (this.take("/")) {
        left = { type: "quotient", above: product(factors), below: this.#signed(depth) };
        factors = [left];
      } else if (this.take("mod")) {
        left = call("mod", product(factors), this.#signed(depth));
        factors = [left];
      } else if (this.take("*")) factors.push(this.#signed(depth));
      else if (this.startsFactor()) factors.push(this.#juxtaposed(factors, depth));
      else return product(factors);
    }
  }

  /**
   * The next factor without a sign between; "1\frac12" and "1 1/2" become a mixed number in the last factor's place.
   */
  #juxtaposed(factors: Expression[], depth: number): Expression {
    const before = factors.at(-1);
    const previous = this.peek(-1);
    const next = this.peek();
    if (next?.type === "number" && previous?.type === "number") {
      // "2^3 5^2": what stands after a power is the next factor.
      if (before?.type === "power") return this.power(depth);
      const slash = this.isSign("/", 1) && this.peek(2)?.type === "number";
      const fractional = slash ? plainNumber(`${next.text}/${this.peek(2)?.text}`) : null;
      if (before?.type !== "number" || fractional === null || fractional.value.n >= fractional.value.d)
        throw new NotAFormula();
      this.skip(3);
      factors.pop();
      return { type: "sum", terms: [before, numberNode(fractional.value.n, fractional.value.d)] };
    }
    const node = this.power(depth);
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

  startsFactor(): boolean {
    const token = this.peek();
    if (token === undefined) return false;
    if (token.type !== "sign") return true;
    if (token.text === "|") return this.#bars === 0;
    return closers[token.text] !== undefined;
  }

  #signed(depth: number): Expression {
    if (depth > deepest) throw new NotAFormula();
    if (this.take("-")) return { type: "negative", of: this.#signed(depth + 1) };
    if (this.take("+")) return this.#signed(depth + 1);
    return this.power(depth);
  }

  power(depth: number): Expression {
    const base = this.postfix(depth);
    if (!this.take("^")) return base;
    return this.#raised(base, depth);
  }

  #raised(base: Expression, depth: number): Expression {
    if (this.isSign("{") && this.isSign("°", 1) && this.isSign("}", 2)) {
      this.skip(3);
      return product([base, { type: "constant", name: "pi" }, numberNode(1, 180)]);
    }
    if (this.take("°")) return product([base, { type: "constant", name: "pi" }, numberNode(1, 180)]);
    const exponent = this.exponent(depth + 1);
    return { type: "power", base, exponent };
  }

  /** A group, or one signed factor; powers in it associate to the right. */
  exponent(depth: number): Expression {
    if (depth > deepest) throw new NotAFormula();
    if (this.take("-")) return { type: "negative", of: this.exponent(depth + 1) };
    if (this.take("+")) return this.exponent(depth + 1);
    const base = this.isSign("{") ? this.group(depth) : this.primary(depth);
    return this.take("^") ? this.#raised(base, depth) : base;
  }

  postfix(depth: number): Expression {
    let node = this.primary(depth);
    while (this.isSign("!")) {
      this.skip();
      if (this.isSign("!")) throw new NotAFormula();
      node = call("factorial", node);
    }
    return node;
  }

  group(depth: number): Expression {
    const open = this.peek()?.text ?? "";
    const close = closers[open];
    if (close === undefined || open === "\\{") throw new NotAFormula();
    this.skip();
    const bars = this.#bars;
    this.#bars = 0;
    const inner = this.sum(depth + 1);
    this.#bars = bars;
    this.expect(close);
    return open === "⌊" ? call("floor", inner) : open === "⌈" ? call("ceil", inner) : inner;
  }

  primary(depth: number): Expression {
    const token = this.peek();
    if (token === undefined || depth > deepest) throw new NotAFormula();
    if (token.type === "number") return this.#number();
    if (token.type === "sign") {
      if (token.text !== "|") return this.group(depth);
      this.skip();
      this.#bars++;
      const inner = this.sum(depth + 1);
      this.#bars--;
      this.expect("|");
      return call("abs", inner);
    }
    this.skip();
    return readName(this, token, depth);
  }

  #number(): Expression {
    const text = this.peek()?.text ?? "";
    this.skip();
    if (this.peek()?.text === "overline" && /\./.test(text)) return this.#repeating(text);
    const value = plainNumber(text);
    if (value === null || this.isSign("_")) throw new NotAFormula();
    return { type: "number", ...value };
  }

  /** 0.1\overline{6} is 1/6. */
  #repeating(text: string): Expression {
    this.skip();
    this.expect("{");
    const period = this.peek()?.text ?? "";
    if (this.peek()?.type !== "number" || !/^\d{1,40}$/.test(period)) throw new NotAFormula();
    this.skip();
    this.expect("}");
    const [whole = "", part = ""] = text.split(".");
    const [head, tail] = [10n ** BigInt(part.length), 10n ** BigInt(period.length) - 1n];
    return numberNode(BigInt(`${whole}${part}`) * tail + BigInt(period), head * tail);
  }
}
