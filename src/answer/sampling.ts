import { Random } from "../core/random.ts";
import { type Approximate, approximate, divide, epsilon, isReal, modulus, real } from "./complex.ts";
import { type Expression, some, symbolsOf } from "./expression.ts";
import { evaluate } from "./numeric.ts";

/** Points asked for, points tried until as many are defined, and the least number of defined points that decides. */
const wanted = 12;
const tried = 60;
const least = 4;
const mostSymbols = 24;
/**
 * Doubles this near at a random point are equal: rounding is bounded by the errors, this by the bounds' own first
 * order.
 */
const nearness = 1e-11;
/** Values whose error is beyond this share of them say nothing. */
const worstError = 1e-6;

/** Symbols that stand for integers wherever factorials, binomials, floors or powers of -1 occur. */
const countable = /^[ijklmnpqrdsNMKRC](?:_|$)/;

const isDiscrete = (node: Expression): boolean =>
  node.type === "call" && ["factorial", "binomial", "floor", "ceil", "gcd", "lcm"].includes(node.name);

export type Sampled = "equal" | "equal where positive" | "different" | "unknown";

/**
 * Compares two expressions by their values at seeded points: both must be defined at four points at least and equal at
 * every point where both are. Points are real, the first ones positive and the rest of both signs, so that √x² differs
 * from x. Where factorials, binomials or floors occur, letters that usually count take integers. Without an i, a point
 * where a side is not real counts as undefined. Deterministic.
 */
export function sample(a: Expression, b: Expression): Sampled {
  const natural = sampleIn(a, b, Math.E);
  if (!hasBareLog(a) && !hasBareLog(b)) return natural;
  return sampleIn(a, b, 10) === natural ? natural : "unknown";
}

/** "log" without a base may be to e or to 10: a verdict must hold for both. */
export const hasBareLog = (node: Expression): boolean =>
  some(node, (part) => part.type === "call" && part.name === "log" && part.values.length === 1);

const isImaginary = (node: Expression): boolean => node.type === "constant" && node.name === "i";

/**
 * Among the reals where both sides stay real at enough points (ln(ab) is ln a + ln b wherever both are), else by
 * principal values.
 */
function sampleIn(a: Expression, b: Expression, logBase: number): Sampled {
  const complex = some(a, isImaginary) || some(b, isImaginary) || symbolsOf(b, symbolsOf(a)).size === 0;
  const among = complex ? "unknown" : sampleWith(a, b, logBase, true);
  return among === "unknown" ? sampleWith(a, b, logBase, false) : among;
}

function sampleWith(a: Expression, b: Expression, logBase: number, real: boolean): Sampled {
  const symbols = [...symbolsOf(b, symbolsOf(a))].sort();
  if (symbols.length > mostSymbols) return "unknown";
  const discrete = some(a, isDiscrete) || some(b, isDiscrete);
  const rounds = symbols.length === 0 ? 1 : tried;
  let [positive, mixed, mismatched] = [0, 0, false];
  for (let round = 0; round < rounds && positive + mixed < wanted; round++) {
    const point = { values: pointFor(symbols, round, discrete), logBase, real };
    const [x, y] = [evaluate(a, point), evaluate(b, point)];
    if (x === null || y === null || !informative(x) || !informative(y)) continue;
    const same = agree(x, y);
    if (round % 3 === 0) {
      if (!same) return "different";
      positive++;
    } else {
      if (!same) mismatched = true;
      mixed++;
    }
  }
  if (symbols.length === 0) return positive === 0 ? "unknown" : "equal";
  if (mismatched) return positive > 0 ? "equal where positive" : "different";
  return positive + mixed < least ? "unknown" : "equal";
}

/**
 * The sign of the non-zero real constant c with a = c·b at every seeded point where both are defined; null where the
 * quotient is not one constant, "unknown" with fewer than four points.
 */
export function proportional(a: Expression, b: Expression): number | null | "unknown" {
  const symbols = [...symbolsOf(b, symbolsOf(a))].sort();
  if (symbols.length > mostSymbols) return "unknown";
  const discrete = some(a, isDiscrete) || some(b, isDiscrete);
  let [first, points]: [Approximate | null, number] = [null, 0];
  for (let round = 0; round < tried && points < wanted; round++) {
    const point = { values: pointFor(symbols, round, discrete), logBase: Math.E };
    const [x, y] = [evaluate(a, point), evaluate(b, point)];
    const quotient = x === null || y === null ? null : divide(x, y);
    if (quotient === null || !informative(quotient)) continue;
    if (first === null) first = quotient;
    if (!agree(first, quotient) || !isReal(quotient) || quotient.re === 0) return null;
    points++;
  }
  return first === null || points < least ? "unknown" : Math.sign(first.re);
}

/** Every third point is all positive. */
function pointFor(symbols: readonly string[], round: number, discrete: boolean): Map<string, Approximate> {
  const random = new Random(`answer/sample/${round}`);
  const values = new Map<string, Approximate>();
  for (const name of symbols) {
    const draw = random.fork(name);
    if (discrete && countable.test(name)) values.set(name, real(1 + draw.integer(4 + Math.min(8, round))));
    else {
      const value = 0.35 + 2.3 * draw.uniform();
      values.set(name, approximate(round % 3 !== 0 && draw.uniform() < 0.6 ? -value : value, 0, 0));
    }
  }
  return values;
}

const informative = (x: Approximate): boolean => x.error <= worstError * Math.max(modulus(x), 1e-3);

/** Equal within their errors. */
export function agree(x: Approximate, y: Approximate): boolean {
  const gap = Math.hypot(x.re - y.re, x.im - y.im);
  const size = Math.max(modulus(x), modulus(y));
  return gap <= Math.max(32 * (x.error + y.error), nearness * size, 4 * epsilon * size);
}
