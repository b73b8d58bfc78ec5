import {
  add,
  bitLength,
  divide,
  isInteger,
  multiply,
  negate,
  ofInteger,
  one,
  power,
  type Rational,
  show,
  subtract,
} from "./rational.ts";

/**
 * A term: a rational coefficient times atoms with rational exponents. Atoms are symbols, "pi", "i", "#p" for a positive
 * integer p under a root (exponent in (0, 1)), and keys of whatever is not taken apart.
 */
export interface Term {
  readonly coefficient: Rational;
  readonly factors: ReadonlyMap<string, Rational>;
}

/** Terms by the key of their factors; no coefficient is zero. */
export type Sum = ReadonlyMap<string, Term>;

/** Thrown inside the normal form only: the work would be too much, or the form does not exist. */
export class NoForm extends Error {}

const mostTerms = 400;
const mostBits = 3_000;

const keyOf = (factors: ReadonlyMap<string, Rational>): string =>
  [...factors]
    .map(([atom, exponent]) => `${atom}^${show(exponent)}`)
    .sort()
    .join(" ");

function collect(terms: Iterable<Term>): Sum {
  const sum = new Map<string, Term>();
  for (const term of terms) {
    const key = keyOf(term.factors);
    const before = sum.get(key);
    const coefficient = before === undefined ? term.coefficient : add(before.coefficient, term.coefficient);
    if (bitLength(coefficient.n) > mostBits || bitLength(coefficient.d) > mostBits) throw new NoForm();
    if (coefficient.n === 0n) sum.delete(key);
    else sum.set(key, { coefficient, factors: term.factors });
    if (sum.size > mostTerms) throw new NoForm();
  }
  return sum;
}

export const constant = (value: Rational): Sum => collect([{ coefficient: value, factors: new Map() }]);
export const atom = (name: string, exponent: Rational = one): Sum =>
  collect([{ coefficient: one, factors: new Map([[name, exponent]]) }]);
export const plus = (a: Sum, b: Sum): Sum => collect([...a.values(), ...b.values()]);
export const opposite = (a: Sum): Sum =>
  collect([...a.values()].map(({ coefficient, factors }) => ({ coefficient: negate(coefficient), factors })));

export function times(a: Sum, b: Sum): Sum {
  if (a.size * b.size > 4 * mostTerms) throw new NoForm();
  const terms: Term[] = [];
  for (const x of a.values()) for (const y of b.values()) terms.push(termProduct(x, y));
  return collect(terms);
}

/** Roots and the imaginary unit reduce at once: √2·√2 is 2, i·i is -1. */
function termProduct(a: Term, b: Term): Term {
  let coefficient = multiply(a.coefficient, b.coefficient);
  const factors = new Map(a.factors);
  for (const [name, exponent] of b.factors) {
    const total = add(factors.get(name) ?? { n: 0n, d: 1n }, exponent);
    const whole = total.n / total.d - (total.n % total.d < 0n ? 1n : 0n);
    if (name.startsWith("#") && whole !== 0n) {
      coefficient = multiply(coefficient, power(ofInteger(BigInt(name.slice(1))), Number(whole)) ?? one);
      setOrDrop(factors, name, subtract(total, ofInteger(whole)));
    } else if (name === "i" && isInteger(total)) {
      if (((total.n % 4n) + 4n) % 4n >= 2n) coefficient = negate(coefficient);
      setOrDrop(factors, name, ofInteger(((total.n % 2n) + 2n) % 2n));
    } else setOrDrop(factors, name, total);
  }
  return { coefficient, factors };
}

function setOrDrop(factors: Map<string, Rational>, name: string, exponent: Rational): void {
  if (exponent.n === 0n) factors.delete(name);
  else factors.set(name, exponent);
}

/** The only term of a sum, or null. Zero has none. */
export function onlyTerm(sum: Sum): Term | null {
  const [first] = sum.values();
  return sum.size === 1 && first !== undefined ? first : null;
}

/** The value of a sum without atoms, or null. */
export function constantOf(sum: Sum): Rational | null {
  if (sum.size === 0) return { n: 0n, d: 1n };
  const term = onlyTerm(sum);
  return term !== null && term.factors.size === 0 ? term.coefficient : null;
}

/** A key that is the same for equal sums, scaled so that proportional sums keep their own. */
export const showSum = (sum: Sum): string =>
  [...sum]
    .map(([key, { coefficient }]) => `${show(coefficient)} ${key}`)
    .sort()
    .join(" + ");

/** The factor c with a = c·b, or null where there is none. */
export function proportion(a: Sum, b: Sum): Rational | null {
  if (a.size !== b.size || a.size === 0) return null;
  let factor: Rational | null = null;
  for (const [key, { coefficient }] of a) {
    const other = b.get(key);
    const quotient = other === undefined ? null : divide(coefficient, other.coefficient);
    if (quotient === null || (factor !== null && (factor.n !== quotient.n || factor.d !== quotient.d))) return null;
    factor = quotient;
  }
  return factor;
}
