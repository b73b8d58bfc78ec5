import { lookup } from "../core/lookup.ts";
import type { Approximate } from "./complex.ts";
import * as complex from "./complex.ts";
import { isReal, real } from "./complex.ts";
import type { Expression } from "./expression.ts";
import { bitLength, toNumber } from "./rational.ts";

/** Values of the symbols, and the base that a bare "log" has. */
export interface Point {
  readonly values: ReadonlyMap<string, Approximate>;
  readonly logBase: number;
  /** True where roots and logarithms that are not real count as undefined. */
  readonly real?: boolean;
}

export const nowhere: Point = { values: new Map(), logBase: Math.E };

/** Evaluates by principal values in doubles; null where undefined, infinite or unknown. Work is linear in the tree. */
export function evaluate(node: Expression, point: Point): Approximate | null {
  const value = principal(node, point);
  if (value !== null && point.real === true && !isReal(value)) return null;
  return value === null || !Number.isFinite(value.re) || !Number.isFinite(value.im) || !Number.isFinite(value.error)
    ? null
    : value;
}

function principal(node: Expression, point: Point): Approximate | null {
  switch (node.type) {
    case "number": {
      const value = toNumber(node.value);
      const exact = node.value.d === 1n && bitLength(node.value.n) <= 48;
      return real(value, exact ? 0 : Math.abs(value) * complex.epsilon);
    }
    case "symbol":
      return point.values.get(node.name) ?? null;
    case "constant":
      if (node.name === "i") return complex.approximate(0, 1, 0);
      return node.name === "infinity" ? null : real(node.name === "pi" ? Math.PI : Math.E, 4 * complex.epsilon);
    case "negative": {
      const value = evaluate(node.of, point);
      return value === null ? null : complex.negate(value);
    }
    case "sum":
      return fold(node.terms, real(0), complex.add, point);
    case "product":
      return fold(node.factors, real(1), complex.multiply, point);
    case "quotient":
      return both(node.above, node.below, complex.divide, point);
    case "power":
      if (node.base.type === "constant" && node.base.name === "e") {
        const exponent = evaluate(node.exponent, point);
        return exponent === null ? null : complex.exponential(exponent);
      }
      return both(node.base, node.exponent, complex.power, point);
    case "call":
      return callValue(node.name, node.values, point);
  }
}

function fold(
  nodes: readonly Expression[],
  start: Approximate,
  join: (a: Approximate, b: Approximate) => Approximate,
  point: Point,
): Approximate | null {
  let total = start;
  for (const node of nodes) {
    const value = evaluate(node, point);
    if (value === null) return null;
    total = join(total, value);
  }
  return total;
}

function both(
  a: Expression,
  b: Expression,
  join: (a: Approximate, b: Approximate) => Approximate | null,
  point: Point,
): Approximate | null {
  const [x, y] = [evaluate(a, point), evaluate(b, point)];
  return x === null || y === null ? null : join(x, y);
}

const reals: Readonly<Record<string, (x: number) => number>> = lookup({
  arctan: Math.atan,
  arccot: (x) => Math.PI / 2 - Math.atan(x),
  factorial: (x) => (x < 0 ? Number.NaN : gamma(x + 1)),
  cbrt: Math.cbrt,
});

type Unary = (x: Approximate) => Approximate | null;
const complexes: Readonly<Record<string, Unary>> = lookup({
  sin: complex.sine,
  cos: complex.cosine,
  tan: (x) => complex.divide(complex.sine(x), complex.cosine(x)),
  cot: (x) => complex.divide(complex.cosine(x), complex.sine(x)),
  sec: (x) => complex.divide(real(1), complex.cosine(x)),
  csc: (x) => complex.divide(real(1), complex.sine(x)),
  exp: complex.exponential,
  ln: complex.logarithm,
  sinh: (x) => halves(x, -1),
  cosh: (x) => halves(x, 1),
  tanh: (x) => complex.divide(halves(x, -1), halves(x, 1)),
  abs: (x) => real(complex.modulus(x), x.error),
  re: (x) => real(x.re, x.error),
  im: (x) => real(x.im, x.error),
  floor: (x) => whole(x, Math.floor),
  ceil: (x) => whole(x, Math.ceil),
  arcsin: (x) => (Math.abs(x.re) > 1 ? null : complex.realFunction(Math.asin, x)),
  arccos: (x) => (Math.abs(x.re) > 1 ? null : complex.realFunction(Math.acos, x)),
});

const halves = (x: Approximate, sign: number): Approximate =>
  complex.multiply(
    real(0.5),
    complex.add(complex.exponential(x), complex.multiply(real(sign), complex.exponential(complex.negate(x)))),
  );

/** Floor and ceiling; a value that cannot be distinguished from an integer is that integer. */
function whole(x: Approximate, f: (x: number) => number): Approximate | null {
  if (!isReal(x)) return null;
  const nearest = Math.round(x.re);
  return real(Math.abs(x.re - nearest) <= 16 * x.error + 1e-12 * Math.abs(x.re) ? nearest : f(x.re));
}

function callValue(name: string, nodes: readonly Expression[], point: Point): Approximate | null {
  if (name.startsWith("apply ")) return opaque(name, nodes, point);
  const values: Approximate[] = [];
  for (const node of nodes) {
    const value = evaluate(node, point);
    if (value === null) return null;
    values.push(value);
  }
  const [x, y] = values;
  if (x === undefined) return null;
  if (name === "root") return y === undefined ? null : rootOf(x, y);
  if (name === "log") {
    const [above, below] = [
      complex.logarithm(x),
      y === undefined ? real(Math.log(point.logBase), complex.epsilon) : complex.logarithm(y),
    ];
    return above === null || below === null ? null : complex.divide(above, below);
  }
  if (name === "binomial") return y === undefined ? null : binomial(x, y);
  if (name === "max" || name === "min") {
    if (!values.every(isReal)) return null;
    return values.reduce((best, value) => (best.re < value.re === (name === "max") ? value : best));
  }
  const unary = complexes[name];
  if (unary !== undefined) return unary(x);
  const f = reals[name];
  return f === undefined ? null : complex.realFunction(f, x);
}

/**
 * A function that is only named takes an arbitrary smooth value: equal arguments give equal values, and nothing else
 * does.
 */
function opaque(name: string, nodes: readonly Expression[], point: Point): Approximate | null {
  const slope = point.values.get(name);
  if (slope === undefined) return null;
  let total = slope;
  for (const [k, node] of nodes.entries()) {
    const value = evaluate(node, point);
    if (value === null) return null;
    total = complex.add(total, complex.sine(complex.multiply(complex.add(slope, real(k + 1)), value)));
  }
  return total;
}

/** Odd roots of negative reals are real, as schools have it; everything else is principal. */
function rootOf(x: Approximate, degree: Approximate): Approximate | null {
  const odd = degree.im === 0 && Number.isInteger(degree.re) && degree.re % 2 !== 0;
  if (odd && isReal(x) && x.re < 0) {
    const mirrored = rootOf(real(-x.re, x.error), degree);
    return mirrored === null ? null : complex.negate(mirrored);
  }
  const inverse = complex.divide(real(1), degree);
  // A zero within its error has a root within the root of that error.
  if (complex.modulus(x) <= 8 * x.error) return real(0, (8 * x.error) ** (1 / Math.max(1, degree.re)));
  return inverse === null ? null : complex.power(x, inverse);
}

function binomial(n: Approximate, k: Approximate): Approximate | null {
  if (!isReal(n) || !isReal(k)) return null;
  const [a, b] = [Math.round(n.re), Math.round(k.re)];
  if (a !== n.re || b !== k.re || a < 0 || b < 0 || a > 1000) return null;
  let value = 1;
  for (let j = 1; j <= b; j++) value = (value * (a - b + j)) / j;
  return real(b > a ? 0 : value, value * complex.epsilon * (b + 1));
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Γ(x) for positive x (Lanczos approximation, g = 7), exact to rounding for integers. */
export function gamma(x: number): number {
  if (Number.isInteger(x) && x <= 171) {
    let value = 1;
    for (let k = 2; k < x; k++) value *= k;
    return value;
  }
  const shifted = x - 1;
  const t = shifted + 7.5;
  const series = lanczos.reduce((sum, c, k) => (k === 0 ? c : sum + c / (shifted + k)), 0);
  return Math.sqrt(2 * Math.PI) * t ** (shifted + 0.5) * Math.exp(-t) * series;
}
