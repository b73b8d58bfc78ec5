/**
 * A complex number with a bound, to first order, on the absolute rounding error it has gathered. Two computed values
 * differ only beyond their errors, so cancellation cannot make unequal what is equal.
 */
export interface Approximate {
  readonly re: number;
  readonly im: number;
  readonly error: number;
}

export const epsilon = 2 ** -52;
const size = (a: Approximate): number => Math.hypot(a.re, a.im);
export const modulus = size;

export const approximate = (re: number, im: number, error: number): Approximate => ({ re, im, error });
export const real = (value: number, error = 0): Approximate => ({ re: value, im: 0, error });
const rounded = (re: number, im: number, error: number): Approximate => ({
  re,
  im,
  error: error + 2 * epsilon * Math.hypot(re, im),
});

/** Real up to its error? */
export const isReal = (a: Approximate): boolean => Math.abs(a.im) <= 8 * a.error + epsilon * Math.abs(a.re);

export const negate = (a: Approximate): Approximate => ({ re: -a.re, im: -a.im, error: a.error });
export const add = (a: Approximate, b: Approximate): Approximate =>
  rounded(a.re + b.re, a.im + b.im, a.error + b.error);

export function multiply(a: Approximate, b: Approximate): Approximate {
  const error = size(a) * b.error + size(b) * a.error + a.error * b.error;
  return rounded(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re, error);
}

/** Null where the divisor cannot be distinguished from zero. */
export function divide(a: Approximate, b: Approximate): Approximate | null {
  const below = size(b);
  if (below <= 8 * b.error || below === 0) return null;
  const [x, y] = [b.re / below, b.im / below];
  const error = (a.error + (size(a) / below) * b.error) / below;
  return rounded((a.re * x + a.im * y) / below, (a.im * x - a.re * y) / below, error);
}

/** Principal value. A negative real keeps the argument π, whatever the sign of its rounding error. */
export function logarithm(a: Approximate): Approximate | null {
  const r = size(a);
  if (r <= 8 * a.error || r === 0) return null;
  const angle = isReal(a) ? (a.re < 0 ? Math.PI : 0) : Math.atan2(a.im, a.re);
  return { re: Math.log(r), im: angle, error: a.error / r + 2 * epsilon * (1 + Math.abs(Math.log(r))) };
}

export function exponential(a: Approximate): Approximate {
  const r = Math.exp(a.re);
  return rounded(r * Math.cos(a.im), r * Math.sin(a.im), r * (a.error + epsilon * (Math.abs(a.re) + Math.abs(a.im))));
}

/** Principal power a^b; integer exponents by repeated multiplication, so that (-2)^3 is real. */
export function power(a: Approximate, b: Approximate): Approximate | null {
  if (b.im === 0 && Number.isInteger(b.re) && b.error === 0 && Math.abs(b.re) <= 1024) {
    const raised = integerPower(a, Math.abs(b.re));
    return b.re >= 0 ? raised : divide(real(1), raised);
  }
  if (size(a) === 0 && a.error === 0) return b.re > 0 && b.im === 0 ? real(0) : null;
  const log = logarithm(a);
  return log === null ? null : exponential(multiply(log, b));
}

function integerPower(a: Approximate, exponent: number): Approximate {
  let [result, square] = [real(1), a];
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square);
    if (left > 1) square = multiply(square, square);
  }
  return result;
}

const i: Approximate = { re: 0, im: 1, error: 0 };
const half = real(0.5);
const minusHalfI: Approximate = { re: 0, im: -0.5, error: 0 };

export function sine(a: Approximate): Approximate {
  if (a.im === 0) return rounded(Math.sin(a.re), 0, a.error * (Math.abs(Math.cos(a.re)) + a.error) + epsilon);
  const up = exponential(multiply(i, a));
  return multiply(minusHalfI, add(up, negate(exponential(negate(multiply(i, a))))));
}

export function cosine(a: Approximate): Approximate {
  if (a.im === 0) return rounded(Math.cos(a.re), 0, a.error * (Math.abs(Math.sin(a.re)) + a.error) + epsilon);
  return multiply(half, add(exponential(multiply(i, a)), exponential(negate(multiply(i, a)))));
}

/** A real function with its error by a finite difference; null outside its domain or off the real line. */
export function realFunction(f: (x: number) => number, a: Approximate): Approximate | null {
  if (!isReal(a)) return null;
  const value = f(a.re);
  if (!Number.isFinite(value)) return null;
  const step = Math.max(a.error, Math.abs(a.re) * epsilon, 1e-300);
  const spread = Math.max(
    ...[f(a.re + step), f(a.re - step)].map((other) => (Number.isFinite(other) ? Math.abs(other - value) : 0)),
  );
  return real(value, spread + 4 * epsilon * Math.abs(value));
}
