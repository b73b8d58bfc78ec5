import { call, type Expression, numberNode, product } from "./expression.ts";
import { NotAFormula, type TokenCursor } from "./token-cursor.ts";
import { functions, type Token } from "./tokens.ts";

/** Groups within groups beyond this many are no answer. */
export const deepest = 60;

/** What reading a name needs of the parser: the levels of a formula, each at a depth of groups. */
export interface FormulaReader extends TokenCursor {
  sum(depth: number): Expression;
  power(depth: number): Expression;
  exponent(depth: number): Expression;
  postfix(depth: number): Expression;
  primary(depth: number): Expression;
  group(depth: number): Expression;
  startsFactor(): boolean;
}

/**
 * Letters that are functions when a bracket follows; after any other letter a bracket is a factor, unless it holds a
 * number alone.
 */
const applied = /^[fghFGH]$/;

/** What a name begins: a constant, a fraction, a root, a function with its argument, or a symbol. */
export function readName(reader: FormulaReader, token: Token, depth: number): Expression {
  const { text } = token;
  if (token.command) {
    if (text === "pi" || text === "infinity") return { type: "constant", name: text };
    if (text === "frac" || text === "binom") {
      const [above, below] = [argument(reader, depth), argument(reader, depth)];
      // d/dx is an operator and no quotient.
      if (above.type === "symbol" && above.name === "d" && below.type === "product") throw new NotAFormula();
      return text === "frac" ? { type: "quotient", above, below } : call("binomial", above, below);
    }
    if (text === "sqrt" || text === "cbrt") return root(reader, text, depth);
    if (/^(?:dot|ddot|hat|vec|bar|tilde|mathcal|overline|mathsf|overrightarrow)$/.test(text))
      return decorated(reader, text);
    if (/^(?:mathrm|operatorname|text)$/.test(text)) return upright(reader, depth);
    const name = functions[text];
    if (name !== undefined) return readFunction(reader, name, depth);
  }
  return symbol(reader, text, depth);
}

/** A group or a single token: \frac12, \sqrt2. */
function argument(reader: FormulaReader, depth: number): Expression {
  if (reader.isSign("{")) return reader.group(depth + 1);
  const token = reader.peek();
  if (token?.type === "number" && token.text.length > 1) throw new NotAFormula();
  return reader.primary(depth + 1);
}

function root(reader: FormulaReader, name: string, depth: number): Expression {
  let degree = numberNode(name === "cbrt" ? 3 : 2);
  if (reader.isSign("[")) {
    degree = reader.group(depth + 1);
  }
  const radicand = reader.isSign("{") || reader.isSign("(") ? reader.group(depth + 1) : reader.postfix(depth + 1);
  return call("root", radicand, degree);
}

function decorated(reader: FormulaReader, mark: string): Expression {
  const inside = reader.rawGroup();
  if (!/^[A-Za-z]{1,12}$/.test(inside)) throw new NotAFormula();
  return { type: "symbol", name: subscripted(reader, mark === "mathcal" ? `cal ${inside}` : `${mark} ${inside}`) };
}

function upright(reader: FormulaReader, depth: number): Expression {
  const inside = reader.rawGroup();
  const name = functions[inside];
  if (name !== undefined) return readFunction(reader, name, depth);
  if (!/^[A-Za-z]$/.test(inside)) throw new NotAFormula();
  return symbol(reader, inside, depth);
}

function subscripted(reader: FormulaReader, name: string): string {
  let full = name;
  if (reader.take("_")) full += `_${reader.rawGroup()}`;
  while (reader.take("'")) full += "'";
  if (full === name && reader.isSign("_")) throw new NotAFormula();
  return full;
}

function symbol(reader: FormulaReader, text: string, depth: number): Expression {
  const name = subscripted(reader, text);
  const number = reader.isSign("(") && reader.peek(1)?.type === "number" && reader.isSign(")", 2);
  if (reader.isSign("(") && (applied.test(name[0] ?? "") || number)) {
    return call(`apply ${name}`, ...argumentsOf(reader, depth));
  }
  if (name === "e" || name === "i") return { type: "constant", name };
  return { type: "symbol", name };
}

/** Comma-separated values in round brackets. */
function argumentsOf(reader: FormulaReader, depth: number): Expression[] {
  reader.expect("(");
  const values = [reader.sum(depth + 1)];
  while (reader.take(",")) values.push(reader.sum(depth + 1));
  reader.expect(")");
  return values;
}

function readFunction(reader: FormulaReader, name: string, depth: number): Expression {
  if (depth > deepest) throw new NotAFormula();
  if (/^(?:gcd|lcm|max|min)$/.test(name)) return call(name, ...argumentsOf(reader, depth));
  let base: Expression | undefined;
  let exponent: Expression | undefined;
  if (reader.take("_")) base = reader.isSign("{") ? reader.group(depth + 1) : reader.primary(depth + 1);
  if (reader.take("^")) exponent = reader.exponent(depth + 1);
  const value = functionValue(reader, depth);
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
function functionValue(reader: FormulaReader, depth: number): Expression {
  if (["(", "[", "{"].some((open) => reader.isSign(open))) return reader.group(depth + 1);
  const factors = [
    reader.take("-") ? ({ type: "negative", of: reader.power(depth + 1) } as const) : reader.power(depth + 1),
  ];
  for (;;) {
    const token = reader.peek();
    const isFunction =
      token?.type === "name" && token.command && functions[token.text] !== undefined && token.text !== "sqrt";
    const bracket = token?.type === "sign" && token.text !== "|";
    if (token === undefined || isFunction || bracket || !reader.startsFactor()) return product(factors);
    factors.push(reader.power(depth + 1));
  }
}
