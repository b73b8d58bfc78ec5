import { type Conventions, defaultConventions } from "../core/conventions.ts";
import type { Quantity } from "./quantity.ts";
import { isInteger, multiply, near, ofInteger, same, terminates, toNumber } from "./rational.ts";
import type { Verdict } from "./verdict.ts";
import { different, equal } from "./verdict.ts";

/** How near a decimal must be to a value that no decimal can write: 0.333333 for 1/3, 3.14159265 for π. */
export const roundingTolerance = 1e-6;
/** Noise of double arithmetic, allowed only to literals with as many digits as a double carries. */
const noise = 1e-12;
const doubleDigits = 15;
/** A decimal of as many digits stands for an exact number that has more. */
const longLiteral = 10;

/** Do the units speak against equality? One that is missing does so only where units are required. */
export const unitsConflict = (a: string, b: string, { units }: Conventions = defaultConventions): boolean =>
  a !== b && (units === "required" || (a !== "" && b !== ""));

/** Is `value` this decimal before it was rounded to its significant digits? Of one digit nothing is said. */
export function roundsTo(value: number, decimal: Quantity): boolean {
  if (decimal.digits < 2 || !decimal.rounded) return false;
  const written = toNumber(decimal.value);
  const place = 10 ** (Math.floor(Math.log10(Math.abs(written))) + 1 - decimal.digits);
  return Math.abs(value - written) <= place * (0.5 + 1e-9);
}

/**
 * Compares two numbers. Exact, but for a decimal beside a value that decimals cannot write (relative {@link
 * roundingTolerance}), for the digits of doubles (0.30000000000000004 is 0.3), and within `tolerance` where the problem
 * allows one. Conflicting units differ; a percentage equals its hundredth part and never the bare number, unless the
 * conventions say otherwise.
 */
export function compareNumbers(a: Quantity, b: Quantity, conventions: Conventions = defaultConventions): Verdict {
  const verdict = compareValues(a, b, conventions);
  if (verdict.verdict === "equal" || conventions.percent === "value" || a.percent === b.percent) return verdict;
  const [signed, bare] = a.percent ? [a, b] : [b, a];
  const hundredfold = { ...signed, value: multiply(signed.value, ofInteger(100)), percent: false };
  return compareValues(hundredfold, bare, conventions);
}

function compareValues(a: Quantity, b: Quantity, conventions: Conventions): Verdict {
  const { relativeTolerance: tolerance } = conventions;
  if (unitsConflict(a.unit, b.unit, conventions)) return different("unit");
  if ((a.percent && b.unit !== "") || (b.percent && a.unit !== "")) return different("unit");
  if (same(a.value, b.value)) return equal(a.percent === b.percent ? "number" : "percent");
  if (tolerance > 0 && near(a.value, b.value, tolerance)) return equal("tolerance");
  if (conventions.decimals === "rounded" && (roundsTo(toNumber(a.value), b) || roundsTo(toNumber(b.value), a)))
    return equal("rounded");
  if (a.rounded && b.rounded) return floatNoise(a, b);
  if (a.rounded !== b.rounded) {
    const exact = a.rounded ? b : a;
    if (!terminates(exact.value) && near(a.value, b.value, roundingTolerance)) return equal("rounded");
    // 1.09951162778E+12 is 4^20 to twelve digits.
    const literal = a.rounded ? a : b;
    if (literal.digits >= longLiteral && roundsTo(toNumber(exact.value), literal)) return equal("rounded");
    return floatNoise(a, b);
  }
  return different("number");
}

function floatNoise(a: Quantity, b: Quantity): Verdict {
  const long = (x: Quantity) =>
    x.rounded && !isInteger(x.value) && x.digits >= doubleDigits && x.digits <= doubleDigits + 3;
  return (long(a) || long(b)) && near(a.value, b.value, noise) ? equal("float-noise") : different("number");
}
