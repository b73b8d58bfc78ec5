import type { Expression } from "./expression.ts";
import { bitLength, divide, isInteger, negate as minus, multiply, ofInteger, one, type Rational } from "./rational.ts";
import {
  atom,
  constant,
  constantOf,
  NoForm,
  onlyTerm,
  opposite,
  plus,
  proportion,
  type Sum,
  showSum,
  times,
} from "./sums.ts";

/** A quotient of two sums; `below` is never zero. */
export interface Form {
  readonly above: Sum;
  readonly below: Sum;
}

const unit: Sum = constant(one);
const largestPower = 40;

/** The normal form, or null where the expression has none within the limits of work. */
export function normalForm(node: Expression): Form | null {
  try {
    return form(node);
  } catch (error) {
    if (error instanceof NoForm) return null;
    throw error;
  }
}

/**
 * True: equal as rational functions of their atoms. False: different, proved because their atoms are independent
 * (symbols to integer powers, roots of primes, π, i). Null: neither.
 */
export function sameNormalForm(a: Expression, b: Expression): boolean | null {
  const difference = normalForm({ type: "sum", terms: [a, { type: "negative", of: b }] });
  if (difference === null) return null;
  if (difference.above.size === 0) return true;
  return isIndependent(difference.above) ? false : null;
}

/** Is a = c·b with a non-zero rational c? Null where that normal forms cannot decide. */
export function formProportion(a: Expression, b: Expression): Rational | null | "unknown" {
  const [x, y] = [normalForm(a), normalForm(b)];
  if (x === null || y === null) return "unknown";
  try {
    const [left, right] = [times(x.above, y.below), times(y.above, x.below)];
    const factor = proportion(left, right);
    if (factor !== null) return factor;
    return isIndependent(left) && isIndependent(right) ? null : "unknown";
  } catch (error) {
    if (error instanceof NoForm) return "unknown";
    throw error;
  }
}

function isIndependent(sum: Sum): boolean {
  for (const { factors } of sum.values()) {
    for (const [name, exponent] of factors) {
      if (name.startsWith("#") ? !isPrime(BigInt(name.slice(1))) : !isInteger(exponent) || /[ ^[(]/.test(name))
        return false;
    }
  }
  return true;
}

function form(node: Expression): Form {
  switch (node.type) {
    case "number":
      return { above: constant(node.value), below: unit };
    case "symbol":
      return { above: atom(node.name.replace(/[ ^[(#]/g, "·")), below: unit };
    case "constant":
      if (node.name === "infinity") throw new NoForm();
      return { above: node.name === "e" ? atom("e^[]") : atom(node.name), below: unit };
    case "negative": {
      const { above, below } = form(node.of);
      return { above: opposite(above), below };
    }
    case "sum":
      return node.terms.map(form).reduce(addForms);
    case "product":
      return node.factors.map(form).reduce(multiplyForms);
    case "quotient":
      return multiplyForms(form(node.above), inverse(form(node.below)));
    case "power":
      return powerForm(node.base, node.exponent);
    case "call":
      return callForm(node.name, node.values);
  }
}

function addForms(a: Form, b: Form): Form {
  if (a.below === b.below || showSum(a.below) === showSum(b.below))
    return { above: plus(a.above, b.above), below: a.below };
  return { above: plus(times(a.above, b.below), times(b.above, a.below)), below: times(a.below, b.below) };
}

/** A product with the obvious common factors taken out: a numerator that is the other's denominator. */
function multiplyForms(a: Form, b: Form): Form {
  return { above: times(a.above, b.above), below: times(a.below, b.below) };
}

function inverse({ above, below }: Form): Form {
  if (above.size === 0) throw new NoForm();
  return { above: below, below: above };
}

function powerForm(base: Expression, exponent: Expression): Form {
  const raised = form(exponent);
  const below = constantOf(raised.below);
  if (below === null) throw new NoForm();
  const value = constantOf(raised.above);
  const rational = value === null ? null : divide(value, below);
  if (base.type === "constant" && base.name === "e") return exponential("e", raised.above, below);
  if (rational !== null) return rationalPower(form(base), rational);
  const bottom = constantOf(form(base).above);
  if (base.type === "symbol") return exponential(`(${base.name})`, raised.above, below);
  if (bottom === null || bottom.n <= 0n || bottom.d !== 1n) throw new NoForm();
  let result: Form = { above: unit, below: unit };
  for (const [prime, times] of factorise(bottom.n)) {
    result = multiplyForms(result, exponential(`(${prime})`, raised.above, divide(below, ofInteger(times)) ?? one));
  }
  return result;
}

/** base^(Σ cₖ mₖ) is Π (base^mₖ)^cₖ; the exponents' constant part keeps its own atom. */
function exponential(base: string, exponent: Sum, below: Rational): Form {
  let [above, bottom] = [unit, unit];
  for (const [key, { coefficient }] of exponent) {
    const scaled = divide(coefficient, below) ?? one;
    const name = `${base}^[${key}]`;
    if (key === "" && /^\(\d+\)$/.test(base)) {
      const constantPart = rationalPower(
        { above: constant(ofInteger(BigInt(base.slice(1, -1)))), below: unit },
        scaled,
      );
      above = times(above, constantPart.above);
      bottom = times(bottom, constantPart.below);
    } else above = times(above, atom(name, scaled));
  }
  return { above, below: bottom };
}

function rationalPower(base: Form, exponent: Rational): Form {
  if (exponent.n < 0n) return rationalPower(inverse(base), minus(exponent));
  if (isInteger(exponent)) {
    if (
      exponent.n > largestPower &&
      (onlyTerm(base.above) === null || onlyTerm(base.below) === null || exponent.n > 1000)
    )
      throw new NoForm();
    let result: Form = { above: unit, below: unit };
    for (let k = 0; k < Number(exponent.n); k++) result = multiplyForms(result, base);
    return result;
  }
  if (exponent.d > 12n || exponent.n > 60n) throw new NoForm();
  return { above: rootOf(base.above, exponent), below: rootOf(base.below, exponent) };
}

/**
 * A fractional power of one term: primes and π apart; a single symbol keeps its exponent. Roots of products of symbols
 * are not taken apart: √(xy) is not √x·√y where both are negative.
 */
function rootOf(sum: Sum, exponent: Rational): Sum {
  const term = onlyTerm(sum);
  if (term === null || term.coefficient.n < 0n) throw new NoForm();
  const symbols = [...term.factors].filter(([name]) => name !== "pi" && !name.startsWith("#"));
  const [only] = symbols;
  if (symbols.length > 1 || (only !== undefined && (only[0] === "i" || !isOne(only[1])))) throw new NoForm();
  let result = times(primePowers(term.coefficient.n, exponent), primePowers(term.coefficient.d, minus(exponent)));
  for (const [name, power] of term.factors) {
    const scaled = multiply(power, exponent);
    result = times(result, name.startsWith("#") ? primePowers(BigInt(name.slice(1)), scaled) : atom(name, scaled));
  }
  return result;
}

const isOne = (a: Rational): boolean => a.n === 1n && a.d === 1n;

/** value^exponent as roots of primes; multiplying folds whole exponents into the coefficient. */
function primePowers(value: bigint, exponent: Rational): Sum {
  let result = unit;
  for (const [prime, count] of factorise(value))
    result = times(result, atom(`#${prime}`, multiply(exponent, ofInteger(count))));
  return result;
}

/** Prime factors with their multiplicity; what trial division leaves over counts as one factor. */
function factorise(value: bigint): [bigint, bigint][] {
  if (bitLength(value) > 64) throw new NoForm();
  const factors: [bigint, bigint][] = [];
  let left = value;
  for (let p = 2n; p * p <= left && p < 2_000n; p += p === 2n ? 1n : 2n) {
    let count = 0n;
    while (left % p === 0n) {
      left /= p;
      count++;
    }
    if (count > 0n) factors.push([p, count]);
  }
  if (left > 1n) factors.push([left, 1n]);
  return factors;
}

const isPrime = (n: bigint): boolean => {
  const factors = factorise(n);
  return n < 4_000_000n && factors.length === 1 && factors[0]?.[1] === 1n;
};

function callForm(name: string, values: readonly Expression[]): Form {
  const [x, y] = values;
  if (name === "root" && x !== undefined && y !== undefined) {
    const degree = constantOf(form(y).above);
    if (degree === null || !isInteger(degree) || degree.n < 2n) throw new NoForm();
    return rationalPower(form(x), { n: 1n, d: degree.n });
  }
  if (name === "exp" && x !== undefined) return powerForm({ type: "constant", name: "e" }, x);
  const keys = values.map((value) => {
    const { above, below } = form(value);
    return `${showSum(above)} / ${showSum(below)}`;
  });
  return { above: atom(`${name}(${keys.join(", ")})`), below: unit };
}
