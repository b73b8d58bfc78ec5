import { rationalValue } from "./exact.ts";
import { type Expression, numberNode, parts, symbolsOf } from "./expression.ts";
import { normalForm } from "./normal-form.ts";
import { parseExpression } from "./parse.ts";
import { add, divide, isInteger, multiply, ofInteger, power, type Rational, subtract, zero } from "./rational.ts";
import { constantOf, type Sum } from "./sums.ts";

/** Sums of more terms, and polynomials of a higher degree, are left as they are written. */
const mostTerms = 100;
const highestDegree = 20;

const bound = String.raw`\s*(?:\{([^{}]*)\}|(\w))\s*`;
const sumForm = new RegExp(String.raw`^\\sum\s*_\s*\{\s*([a-z])\s*=\s*(-?\d+)\s*\}\s*\^${bound}([^\\].*|\\frac.*)$`);
const integralForm = new RegExp(String.raw`^\\int\s*_${bound}\^${bound}(.*?)(?:\\,\s*)?d([a-df-hj-z])$`);
const derivativeForm = /^\\frac\s*\{\s*d\s*\}\s*\{\s*d\s*([a-df-hj-z])\s*\}\s*(.+)$/;

/**
 * What a finite sum, an integral of a polynomial between rational bounds, or a derivative of a polynomial comes to,
 * exactly; null for any other text. Such answers are rare: none of 15,477 references of the data sets is one.
 */
export function evaluated(text: string): Expression | null {
  if (text.length > 80 || !/^\\(?:sum|int|frac)(?![A-Za-z])/.test(text)) return null;
  return finiteSum(text) ?? integral(text) ?? derivative(text);
}

function finiteSum(text: string): Expression | null {
  const [, index = "", low, braced, bare, body = ""] = sumForm.exec(text) ?? [];
  const high = braced ?? bare ?? "";
  const node = parseExpression(body);
  if (node === null || !/^-?\d+$/.test(high) || [...symbolsOf(node)].some((name) => name !== index)) return null;
  // "\sum k + 1": whether the 1 is in every term is anyone's guess.
  if (node.type === "sum" && !/^[([{]/.test(body.trim())) return null;
  const count = Number(high) - Number(low) + 1;
  if (!(count >= 1 && count <= mostTerms)) return null;
  let total = zero;
  for (let k = Number(low); k <= Number(high); k++) {
    const term = rationalValue(withValue(node, index, k));
    if (term === null) return null;
    total = add(total, term);
  }
  return nodeOf(total);
}

/** The expression with a number for one of its symbols. */
function withValue(node: Expression, name: string, value: number): Expression {
  // An index i or e was read as the constant.
  if (node.type === "symbol" || node.type === "constant") return node.name === name ? numberNode(value) : node;
  const inside = parts(node).map((part) => withValue(part, name, value));
  const [first = node, second = node] = inside;
  switch (node.type) {
    case "sum":
      return { ...node, terms: inside };
    case "product":
      return { ...node, factors: inside };
    case "quotient":
      return { ...node, above: first, below: second };
    case "power":
      return { ...node, base: first, exponent: second };
    case "negative":
      return { ...node, of: first };
    case "call":
      return { ...node, values: inside };
    default:
      return node;
  }
}

function integral(text: string): Expression | null {
  const [, lowBraced, lowBare, highBraced, highBare, body = "", variable = ""] = integralForm.exec(text) ?? [];
  const ends = [lowBraced ?? lowBare ?? "", highBraced ?? highBare ?? ""].map((end) => {
    const node = parseExpression(end);
    return node === null ? null : rationalValue(node);
  });
  const powers = polynomial(body.trim() === "" ? "1" : body, variable);
  const [low, high] = ends;
  if (powers === null || low === null || low === undefined || high === null || high === undefined) return null;
  let total = zero;
  for (const [degree, coefficient] of powers) {
    const [above, below] = [power(high, degree + 1), power(low, degree + 1)];
    const part = divide(coefficient, ofInteger(degree + 1));
    if (above === null || below === null || part === null) return null;
    total = add(total, multiply(part, subtract(above, below)));
  }
  return nodeOf(total);
}

function derivative(text: string): Expression | null {
  const [, variable = "", body = ""] = derivativeForm.exec(text) ?? [];
  const powers = polynomial(body, variable);
  if (powers === null) return null;
  const terms = [...powers]
    .filter(([degree]) => degree > 0)
    .map(([degree, coefficient]): Expression => {
      const base: Expression = { type: "symbol", name: variable };
      const lowered: Expression = { type: "power", base, exponent: numberNode(degree - 1) };
      return { type: "product", factors: [nodeOf(multiply(coefficient, ofInteger(degree))), lowered] };
    });
  return terms.length === 0 ? numberNode(0) : { type: "sum", terms };
}

/** Coefficients by degree of a polynomial in one variable with rational coefficients; null for anything else. */
function polynomial(body: string, variable: string): ReadonlyMap<number, Rational> | null {
  const node = parseExpression(body);
  const form = node === null ? null : normalForm(node);
  const below = form === null ? null : constantOf(form.below);
  return form === null || below === null ? null : coefficients(form.above, below, variable);
}

function coefficients(above: Sum, below: Rational, variable: string): ReadonlyMap<number, Rational> | null {
  const found = new Map<number, Rational>();
  for (const { coefficient, factors } of above.values()) {
    const degree = factors.get(variable) ?? zero;
    const value = divide(coefficient, below);
    if (value === null || factors.size > (factors.has(variable) ? 1 : 0)) return null;
    if (!isInteger(degree) || degree.n < 0n || degree.n > BigInt(highestDegree)) return null;
    found.set(Number(degree.n), value);
  }
  return found;
}

const nodeOf = ({ n, d }: Rational): Expression => numberNode(n, d);
