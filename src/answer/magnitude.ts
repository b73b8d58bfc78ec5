import { isReal } from "./complex.ts";
import type { Expression } from "./expression.ts";
import { evaluate, nowhere } from "./numeric.ts";
import { bitLength } from "./rational.ts";

/**
 * Natural logarithm of the size of a constant that may be far beyond doubles (power towers, factorials), or null where
 * it is unknown, zero, or itself beyond doubles. +Infinity stands for "even its logarithm is too large".
 */
export function magnitude(node: Expression): number | null {
  switch (node.type) {
    case "number":
      return node.value.n === 0n ? null : bigLog(node.value.n) - bigLog(node.value.d);
    case "negative":
      return magnitude(node.of);
    case "product":
      return node.factors.reduce<number | null>((sum, factor) => plus(sum, magnitude(factor)), 0);
    case "quotient":
      return plus(magnitude(node.above), negated(magnitude(node.below)));
    case "power": {
      const base = magnitude(node.base);
      const exponent = evaluate(node.exponent, nowhere);
      if (base === null) return null;
      if (exponent !== null) return isReal(exponent) ? base * exponent.re : null;
      return base > 0 && magnitude(node.exponent) !== null ? Number.POSITIVE_INFINITY : null;
    }
    case "sum":
      return largest(node.terms.map(magnitude));
    case "call":
      return callMagnitude(node.name, node.values);
    default: {
      const value = evaluate(node, nowhere);
      return value === null || !isReal(value) || value.re === 0 ? null : Math.log(Math.abs(value.re));
    }
  }
}

function callMagnitude(name: string, values: readonly Expression[]): number | null {
  const [x, y] = values;
  if (x === undefined) return null;
  if (name === "factorial") {
    const n = evaluate(x, nowhere);
    if (n === null) return magnitude(x) === null ? null : Number.POSITIVE_INFINITY;
    return isReal(n) && n.re >= 1
      ? n.re * Math.log(n.re) - n.re + 0.5 * Math.log(2 * Math.PI * n.re) + 1 / (12 * n.re)
      : null;
  }
  if (name === "root" && y !== undefined) {
    const [inside, degree] = [magnitude(x), evaluate(y, nowhere)];
    return inside === null || degree === null ? null : inside / degree.re;
  }
  const value = evaluate({ type: "call", name, values }, nowhere);
  return value === null || value.re === 0 ? null : Math.log(Math.abs(value.re));
}

const plus = (a: number | null, b: number | null): number | null =>
  a === null || b === null || Number.isNaN(a + b) ? null : a + b;
const negated = (a: number | null): number | null => (a === null ? null : -a);

/** Of a sum only when one term dwarfs all others. */
function largest(terms: readonly (number | null)[]): number | null {
  const known = terms.filter((term) => term !== null).sort((a, b) => b - a);
  const [first, second = Number.NEGATIVE_INFINITY] = known;
  return first === undefined || known.length < terms.length || !(first - second > 40) ? null : first;
}

function bigLog(value: bigint): number {
  const size = value < 0n ? -value : value;
  const shift = Math.max(0, bitLength(size) - 900);
  return Math.log(Number(size >> BigInt(shift))) + shift * Math.LN2;
}
