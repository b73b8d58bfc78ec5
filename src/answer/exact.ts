import type { Expression } from "./expression.ts";
import {
  absolute,
  add,
  bitLength,
  divide,
  fraction,
  multiply,
  negate,
  ofInteger,
  one,
  power,
  type Rational,
  zero,
} from "./rational.ts";

/** Results may have this many bits (60,000 decimal digits) … */
const mostBits = 200_000;
/** … and this many where a fraction must be reduced, which takes quadratic time. */
const mostFractionBits = 20_000;
const largestFactorial = 3_000;

const size = (a: Rational): number => Math.max(bitLength(a.n), bitLength(a.d));

/** Is a sum, product or quotient of these cheap enough? */
function affordable(a: Rational, b: Rational): boolean {
  const bits = size(a) + size(b);
  return (
    bits <= mostBits && (bits <= mostFractionBits || (a.d === 1n && b.d === 1n) || Math.min(size(a), size(b)) <= 64)
  );
}

/**
 * The exact value of an expression without symbols and irrational parts, or null: because it has such, is undefined, or
 * would be too large to write down. Sizes are estimated before anything is computed.
 */
export function rationalValue(node: Expression): Rational | null {
  switch (node.type) {
    case "number":
      return node.value;
    case "negative": {
      const value = rationalValue(node.of);
      return value === null ? null : negate(value);
    }
    case "sum":
      return fold(node.terms, zero, add);
    case "product":
      return fold(node.factors, one, multiply);
    case "quotient": {
      const [above, below] = [rationalValue(node.above), rationalValue(node.below)];
      return above === null || below === null || !affordable(above, below) ? null : divide(above, below);
    }
    case "power": {
      const [base, exponent] = [rationalValue(node.base), rationalValue(node.exponent)];
      return base === null || exponent === null ? null : rationalPower(base, exponent);
    }
    case "call":
      return callValue(node.name, node.values);
    default:
      return null;
  }
}

function fold(
  nodes: readonly Expression[],
  start: Rational,
  join: (a: Rational, b: Rational) => Rational,
): Rational | null {
  let total = start;
  for (const node of nodes) {
    const value = rationalValue(node);
    if (value === null || !affordable(total, value)) return null;
    total = join(total, value);
  }
  return total;
}

/** a^b where that is rational. */
function rationalPower(base: Rational, exponent: Rational): Rational | null {
  if (exponent.d > 64n || bitLength(exponent.n) > 32) return base.n === base.d ? one : null;
  const degree = Number(exponent.d);
  const root = degree === 1 ? base : exactRoot(base, degree);
  const times = Number(exponent.n);
  if (root === null) return null;
  if (root.n === 0n) return times > 0 ? zero : null;
  if (root.d === 1n && (root.n === 1n || root.n === -1n)) return times % 2 === 0 ? one : root;
  return Math.abs(times) * size(root) > mostBits * (size(root) <= 32 ? 8 : 1) || Math.abs(times) * log2(root) > mostBits
    ? null
    : power(root, times);
}

const log2 = (a: Rational): number =>
  Math.max(
    ...[a.n, a.d].map((part) => {
      const bits = bitLength(part);
      return bits > 32 ? bits : Math.log2(Math.abs(Number(part)) + 1e-9);
    }),
  );

/** The real root where it is rational: of a negative number only for odd degrees. */
function exactRoot(value: Rational, degree: number): Rational | null {
  if (size(value) > mostFractionBits || value.n < 0n) return null;
  const { n, d } = absolute(value);
  const [above, below] = [integerRoot(n, degree), integerRoot(d, degree)];
  return above === null || below === null ? null : fraction(above, below);
}

/** The integer whose power is `value`, or null. Newton's method on integers. */
export function integerRoot(value: bigint, degree: number): bigint | null {
  if (value < 2n) return value;
  const k = BigInt(degree);
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / degree) + 1);
  for (;;) {
    const next = ((k - 1n) * guess + value / guess ** (k - 1n)) / k;
    if (next >= guess) return guess ** k === value ? guess : null;
    guess = next;
  }
}

function callValue(name: string, nodes: readonly Expression[]): Rational | null {
  const values: Rational[] = [];
  for (const node of nodes) {
    const value = rationalValue(node);
    if (value === null) return null;
    values.push(value);
  }
  const [x, y] = values;
  if (x === undefined) return null;
  switch (name) {
    case "root":
      return y === undefined || y.d !== 1n || y.n < 1n ? null : rationalPower(x, { n: 1n, d: y.n });
    case "abs":
      return absolute(x);
    case "floor":
      return ofInteger(floorOf(x));
    case "ceil":
      return ofInteger(-floorOf(negate(x)));
    case "factorial":
      return x.d !== 1n || x.n < 0n || x.n > largestFactorial ? null : ofInteger(factorial(Number(x.n)));
    case "binomial":
      return y === undefined ? null : binomial(x, y);
    case "log":
      return y === undefined ? null : exactLogarithm(x, y);
    case "mod":
      return y === undefined || y.n === 0n ? null : modulo(x, y);
    case "ln":
      return x.n === x.d ? zero : null;
    case "max":
    case "min":
      return values.reduce((best, value) => (best.n * value.d < value.n * best.d === (name === "max") ? value : best));
    case "gcd":
    case "lcm":
      return common(name, values);
    default:
      return null;
  }
}

const floorOf = ({ n, d }: Rational): bigint => n / d - (n % d < 0n ? 1n : 0n);

/** x - y·floor(x / y): the remainder has the divisor's sign. */
function modulo(x: Rational, y: Rational): Rational | null {
  const quotient = affordable(x, y) ? divide(x, y) : null;
  return quotient === null ? null : add(x, negate(multiply(y, ofInteger(floorOf(quotient)))));
}

function factorial(n: number): bigint {
  let value = 1n;
  for (let k = 2n; k <= BigInt(n); k++) value *= k;
  return value;
}

function binomial(n: Rational, k: Rational): Rational | null {
  if (n.d !== 1n || k.d !== 1n || k.n < 0n || n.n < 0n || n.n > largestFactorial) return null;
  if (k.n > n.n) return zero;
  let value = 1n;
  for (let i = 1n; i <= k.n; i++) value = (value * (n.n - k.n + i)) / i;
  return ofInteger(value);
}

/** log of a power of the base, where both are integers or unit fractions. */
function exactLogarithm(value: Rational, base: Rational): Rational | null {
  if (size(value) > 4_000 || base.d !== 1n || base.n < 2n || value.n < 1n || (value.d !== 1n && value.n !== 1n))
    return null;
  const [target, sign] = value.d === 1n ? [value.n, 1n] : [value.d, -1n];
  let [reached, exponent] = [1n, 0n];
  while (reached < target) {
    reached *= base.n;
    exponent++;
  }
  return reached === target ? ofInteger(sign * exponent) : null;
}

function common(name: string, values: readonly Rational[]): Rational | null {
  let total = 0n;
  for (const { n, d } of values) {
    if (d !== 1n || n <= 0n || bitLength(n) > 4_000) return null;
    let [a, b] = [total === 0n ? n : total, n];
    while (b !== 0n) [a, b] = [b, a % b];
    total = name === "gcd" || total === 0n ? (total === 0n ? n : a) : (total / a) * n;
    if (bitLength(total) > 20_000) return null;
  }
  return ofInteger(total);
}
