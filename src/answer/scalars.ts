import { type Conventions, defaultConventions } from "../core/conventions.ts";
import { isReal, modulus } from "./complex.ts";
import { rationalValue } from "./exact.ts";
import { type Expression, keyOf, numberNode, product, some, symbolsOf } from "./expression.ts";
import { magnitude } from "./magnitude.ts";
import { sameNormalForm } from "./normal-form.ts";
import { compareNumbers, roundingTolerance, roundsTo, unitsConflict } from "./numbers.ts";
import { evaluate, nowhere } from "./numeric.ts";
import type { Quantity } from "./quantity.ts";
import { agree, hasBareLog, sample } from "./sampling.ts";
import { different, equal, undecided, type Verdict } from "./verdict.ts";

/** One number or expression with its unit. `node` holds the value before percent is taken. */
export interface Scalar {
  readonly type: "scalar";
  readonly node: Expression;
  readonly percent: boolean;
  readonly unit: string;
  /** Exact value, percent taken, where there is one. */
  readonly exact: Quantity | null;
  readonly text: string;
}

const isRounded = (node: Expression): boolean => some(node, (part) => part.type === "number" && part.rounded);
const digitsOf = (node: Expression): number =>
  node.type === "number" ? node.digits : node.type === "negative" ? digitsOf(node.of) : 0;

export function scalar(node: Expression, text: string, unit = "", percent = false): Scalar {
  const value = rationalValue(node);
  const hundredth =
    value === null || !percent ? value : rationalValue({ type: "quotient", above: node, below: hundred });
  const exact =
    hundredth === null ? null : { value: hundredth, rounded: isRounded(node), digits: digitsOf(node), percent, unit };
  return { type: "scalar", node, percent, unit, exact, text };
}

const degree: Expression = {
  type: "quotient",
  above: { type: "constant", name: "pi" },
  below: numberNode(180),
};
const hundred: Expression = { type: "number", value: { n: 100n, d: 1n }, rounded: false, digits: 3 };

export const scalarOf = (quantity: Quantity, text: string): Scalar => ({
  type: "scalar",
  node: { type: "number", value: quantity.value, rounded: quantity.rounded, digits: quantity.digits },
  percent: false,
  unit: quantity.unit,
  exact: quantity,
  text,
});

/** The expression with percent taken. */
export const valueNode = (a: Scalar): Expression =>
  a.exact !== null
    ? { type: "number", value: a.exact.value, rounded: a.exact.rounded, digits: a.exact.digits }
    : a.percent
      ? { type: "quotient", above: a.node, below: hundred }
      : a.node;

/** Compares two scalars: exactly where both are rational, else by normal form, else by value at seeded points. */
export function compareScalars(a: Scalar, b: Scalar, conventions: Conventions = defaultConventions): Verdict {
  if (conventions.angles === "convert" && (a.unit === "degree") !== (b.unit === "degree")) {
    const verdict = compareAsWritten(inRadians(a), inRadians(b), conventions);
    if (verdict.verdict === "equal") return verdict;
  }
  return compareAsWritten(a, b, conventions);
}

/** A number of degrees as the number of radians; a radian is 1. */
function inRadians(a: Scalar): Scalar {
  if (a.unit === "radian") return scalar(a.node, a.text);
  return a.unit === "degree" ? scalar(product([a.node, degree]), a.text) : a;
}

function compareAsWritten(a: Scalar, b: Scalar, conventions: Conventions): Verdict {
  if (unitsConflict(a.unit, b.unit, conventions)) return different("unit");
  if (a.exact !== null && b.exact !== null) return compareNumbers(a.exact, b.exact, conventions);
  const [x, y] = [valueNode(a), valueNode(b)];
  if (keyOf(x) === keyOf(y)) return equal("structure");
  const closed = symbolsOf(x).size === 0 && symbolsOf(y).size === 0;
  if (closed) return compareClosed(a, b, conventions);
  const form = sameNormalForm(x, y);
  if (form !== null) return form ? equal("normal-form") : different("normal-form");
  const sampled = sample(x, y);
  if (sampled === "equal") return equal("sampled");
  if (sampled === "different") return different("sampled");
  if (sampled === "equal where positive") return different("branch");
  return undecided("unreadable");
}

/** Constants of which one at least is irrational or too large to write down. */
function compareClosed(a: Scalar, b: Scalar, conventions: Conventions): Verdict {
  const natural = compareClosedIn(a, b, conventions, Math.E);
  if (![a, b].map(valueNode).some(hasBareLog)) return natural;
  const common = compareClosedIn(a, b, conventions, 10);
  return natural.verdict === common.verdict ? natural : undecided("log-base");
}

/** With a "log" to this base, where none is written. */
function compareClosedIn(a: Scalar, b: Scalar, given: Conventions, logBase: number): Verdict {
  const { relativeTolerance, decimals } = given;
  const [x, y] = [valueNode(a), valueNode(b)];
  const infinite = [x, y].map(infinity);
  if (infinite[0] !== 0 || infinite[1] !== 0)
    return infinite[0] === infinite[1] ? equal("infinity") : different("infinity");
  const form = sameNormalForm(x, y);
  if (form === true) return equal("normal-form");
  const point = { ...nowhere, logBase };
  const [p, q] = [evaluate(x, point), evaluate(y, point)];
  if (p === null || q === null) return compareHuge(a, b);
  // A decimal comes near a closed form and never has its normal form: nearness is asked first.
  if (isReal(p) && isReal(q)) {
    const gap = Math.abs(p.re - q.re);
    const size = Math.max(modulus(p), modulus(q));
    const near = (allowed: number) => gap <= allowed * size * (1 + 1e-9);
    if (relativeTolerance > 0 && near(relativeTolerance)) return equal("tolerance");
    const [decimal, ...more] = [a, b].filter((side) => side.exact?.rounded === true);
    if (decimal !== undefined && more.length === 0) {
      if (near(roundingTolerance)) return equal("rounded");
      const other = decimal === a ? q : p;
      if (decimals === "rounded" && decimal.exact !== null && roundsTo(other.re, decimal.exact))
        return equal("rounded");
    }
  }
  const sampled = sample(x, y);
  if (sampled === "equal") return form === false ? different("normal-form") : equal("value");
  if (sampled === "unknown" && agree(p, q)) return undecided("log-base");
  return different("value");
}

/** +1, -1 for the infinities, 0 for anything else. */
function infinity(node: Expression): number {
  if (node.type === "constant" && node.name === "infinity") return 1;
  return node.type === "negative" ? -infinity(node.of) : 0;
}

const dividesByZero = (node: Expression): boolean =>
  some(node, (part) => part.type === "quotient" && rationalValue(part.below)?.n === 0n);

/**
 * Constants without a double: those without a value, and those beyond doubles, distinguished by logarithms where these
 * differ clearly.
 */
function compareHuge(a: Scalar, b: Scalar): Verdict {
  const [p, q] = [valueNode(a), valueNode(b)];
  if (dividesByZero(p) !== dividesByZero(q)) return different("undefined");
  const [x, y] = [magnitude(p), magnitude(q)];
  if (x === null && y === null) return undecided("unreadable");
  if (x === null || y === null) return undecided("too-large");
  const apart =
    Number.isFinite(x) && Number.isFinite(y) ? Math.abs(x - y) > 1e-9 * Math.max(Math.abs(x), Math.abs(y), 1) : x !== y;
  return apart ? different("magnitude") : undecided("too-large");
}
