/** An exact fraction in lowest terms: `n / d` with `d > 0`. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

export const zero: Rational = Object.freeze({ n: 0n, d: 1n });
export const one: Rational = Object.freeze({ n: 1n, d: 1n });

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** Bits of a bigint's magnitude, up to a hex digit: cheap enough to guard every multiplication with. */
export function bitLength(value: bigint): number {
  if (-0x1_0000_0000n < value && value < 0x1_0000_0000n) return 32;
  return value.toString(16).length * 4;
}

export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [magnitude(a), magnitude(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** `n / d` in lowest terms, or null for a zero denominator. */
export function fraction(n: bigint, d: bigint): Rational | null {
  if (d === 0n) return null;
  if (d === 1n) return { n, d };
  const shared = gcd(n, d) * (d < 0n ? -1n : 1n);
  return { n: n / shared, d: d / shared };
}

const ofParts = (n: bigint, d: bigint): Rational => fraction(n, d) ?? zero;

export const ofInteger = (n: bigint | number): Rational => ({ n: BigInt(n), d: 1n });
export const negate = (a: Rational): Rational => ({ n: -a.n, d: a.d });
export const absolute = (a: Rational): Rational => ({ n: magnitude(a.n), d: a.d });
export const add = (a: Rational, b: Rational): Rational => ofParts(a.n * b.d + b.n * a.d, a.d * b.d);
export const subtract = (a: Rational, b: Rational): Rational => add(a, negate(b));
export const multiply = (a: Rational, b: Rational): Rational => ofParts(a.n * b.n, a.d * b.d);
export const divide = (a: Rational, b: Rational): Rational | null => fraction(a.n * b.d, a.d * b.n);
export const same = (a: Rational, b: Rational): boolean => a.n === b.n && a.d === b.d;
export const isInteger = (a: Rational): boolean => a.d === 1n;

/** -1, 0 or 1. */
export function compare(a: Rational, b: Rational): number {
  const left = a.n * b.d;
  const right = b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Integer powers, or null for 0 to a negative power. The caller guards the size of the result. */
export function power(a: Rational, exponent: number): Rational | null {
  if (exponent >= 0) return { n: a.n ** BigInt(exponent), d: a.d ** BigInt(exponent) };
  return fraction(a.d ** BigInt(-exponent), a.n ** BigInt(-exponent));
}

/** Does the fraction end in decimal notation, that is, has its denominator no prime factor but 2 and 5? */
export function terminates(a: Rational): boolean {
  let d = a.d;
  while (d % 2n === 0n) d /= 2n;
  while (d % 5n === 0n) d /= 5n;
  return d === 1n;
}

/** |a - b| <= tolerance * max(|a|, |b|), decided exactly. Symmetric; with a zero on one side only zero is near. */
export function near(a: Rational, b: Rational, tolerance: number): boolean {
  const allowed = decimal(tolerance.toExponential());
  if (allowed === null) return same(a, b);
  const [x, y] = [absolute(a), absolute(b)];
  const largest = compare(x, y) < 0 ? y : x;
  return compare(absolute(subtract(a, b)), multiply(allowed, largest)) <= 0;
}

/** Digits that a literal may have before it is no longer read as a number, and the largest exponent of ten. */
const longestLiteral = 20_000;
const longestDecimal = 3_000;
const largestExponent = 5_000;

/** Reads "12", "-3.50", ".5", "1.", "1.5e-3" exactly; null where the text is anything else or absurdly long. */
export function decimal(text: string): Rational | null {
  if (text.length > longestLiteral) return null;
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/.exec(text);
  if (match === null) return null;
  const [, sign = "", whole = "", part = "", exponentText = "0"] = match;
  if (whole === "" && part === "") return null;
  if (part !== "" && text.length > longestDecimal) return null;
  const exponent = Number(exponentText) - part.length;
  if (Math.abs(Number(exponentText)) > largestExponent) return null;
  const digits = BigInt(whole + part) * (sign === "-" ? -1n : 1n);
  return exponent >= 0 ? { n: digits * 10n ** BigInt(exponent), d: 1n } : fraction(digits, 10n ** BigInt(-exponent));
}

/** The nearest double. Exact integers beyond 2^1024 become infinite. */
export function toNumber(a: Rational): number {
  const direct = Number(a.n) / Number(a.d);
  if (Number.isFinite(direct) && (direct !== 0 || a.n === 0n)) return direct;
  const shift = BigInt(Math.max(0, bitLength(a.d) - 900));
  const over = BigInt(Math.max(0, bitLength(a.n) - 900));
  const scale = Number(over - shift);
  return (Number(a.n >> over) / Number(a.d >> shift)) * 2 ** scale;
}

/** "3", "-7/2". */
export const show = (a: Rational): string => (a.d === 1n ? String(a.n) : `${a.n}/${a.d}`);
