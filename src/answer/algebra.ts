import { createRequire } from "node:module";
import { different, equal, undecided, type Verdict } from "./verdict.ts";

/** The part of the algebra system's interface that is used here. */
interface Boxed {
  readonly isValid: boolean;
  isEqual(other: Boxed): boolean | undefined;
  isSame(other: Boxed): boolean;
  evaluate(): Boxed;
  readonly json: unknown;
}
interface Engine {
  parse(latex: string): Boxed;
  timeLimit: number;
}

/** Milliseconds that the algebra system gives itself for one evaluation. It does not always keep to them: see {@link isHarmless}. */
const timeLimitMs = 60;
const longest = 80;
let engine: Engine | null | undefined;

/** Loads the algebra system (half a second, once); without this call the first answer that needs it pays. */
export function loadAlgebra(): boolean {
  if (engine === undefined) {
    const { ComputeEngine } = createRequire(import.meta.url)("@cortex-js/compute-engine") as {
      ComputeEngine: new () => Engine;
    };
    engine = new ComputeEngine();
    engine.timeLimit = timeLimitMs;
    // Its rules load when they are first used.
    engine.parse("\\int_0^1 x dx").evaluate();
    engine.parse("\\lim_{x\\to 0} \\frac{\\sin x}{x}").evaluate();
  }
  return engine !== null;
}

const binder = /\\(?:i*int|sum|prod|lim|frac\s*\{\s*d\s*\})(?![A-Za-z])/;
const binders = new RegExp(binder, "g");
const bounds = /\\(?:sum|prod|int)\s*_\s*(?:\{[^{}]*\}|\w)\s*\^\s*(?:\{[^{}]*\}|\w)/g;
const functionName = /\\(?:sin|cos|tan|cot|sec|csc|arc\w+|ln|log|exp|sinh|cosh|tanh|sqrt)(?![A-Za-z])/g;

/** Integrands that are handed over: polynomials in x only; quadrature and rules for others ran for seconds. */
const integrand = /^\s*\\int\s*(?:[\sx\d+\-(){}]|\^\s*\{?\d\}?|\\frac\s*\{?\d\}?\s*\{?\d\}?)*\s*(?:\\,)?\s*dx\s*$/;

/**
 * Is a formula harmless enough to hand over? The time limit does not bind everywhere (a sum of a million terms ran for 37 s, an expanded
 * product of powers for 4 s, an integral over a nested tangent for 6 s), so what could be long is refused beforehand: long formulas, large
 * numbers and exponents, factorials, nested or infinite sums, many or nested functions.
 */
export function isHarmless(latex: string): boolean {
  const many = binder.test(latex) ? /\d{3}/ : /\d{10}/;
  if (latex.length > longest || latex.includes("!") || many.test(latex) || latex.includes("\\infty")) return false;
  // Bounds are small whole numbers or single letters: 10^9 terms would all be added.
  for (const bound of latex.match(bounds) ?? []) {
    if (!/^\\\w+\s*_\s*(?:\{(?:\w\s*=)?\s*-?\w{1,2}\}|\w)\s*\^\s*(?:\{-?\w{1,2}\}|\w)$/.test(bound)) return false;
  }
  const inside = latex.replace(bounds, (bound) => `${/^\\[a-z]+/.exec(bound)?.[0] ?? ""} `);
  if (inside.includes("\\int") && (!integrand.test(inside) || /x\s*\^\s*\{?\s*x/.test(inside))) return false;
  if (/\\(?:sum|prod)\s*_|\de\d/.test(inside)) return false;
  const series = /\\(sum|prod)\s*_\s*\{?\s*([a-z])/.exec(latex);
  if (series !== null) {
    // Terms in the index alone add up to a number; with other letters they are expanded. Products stay below ten factors.
    const letters = inside.replace(/\\[a-z]+/g, " ").match(/[a-z]/gi) ?? [];
    if (letters.some((letter) => letter !== series[2]) || (series[1] === "prod" && /\d\d/.test(latex))) return false;
  }
  // Limits at infinity, of tangents and of x^x ran for seconds.
  if (binder.test(latex) && /\\(?:tan|cot|sec|csc|arc|ln|log)|[a-z]\s*\^\s*\{?\s*-?[a-df-z]/.test(inside)) return false;
  if (latex.includes("\\lim") && (/\^|\/|sqrt/.test(inside) || (inside.match(/\\(?:sin|cos)/g) ?? []).length > 1))
    return false;
  const powers = inside.match(/\^/g) ?? [];
  if (/\^\s*(?:\{[^{}]*(?:\d\d|\^)|\d\d)/.test(inside) || powers.length > 2) return false;
  const functions = inside.match(functionName) ?? [];
  const integral = latex.includes("\\int");
  if ((latex.match(binders) ?? []).length > 1 || functions.length > (integral ? 1 : 2)) return false;
  if (integral && (/\d\d|\\(?:tan|cot|sec|csc)/.test(inside) || (inside.match(/\(/g) ?? []).length > 1)) return false;
  if (latex.includes("\\prod") && powers.length > 0 && /\d\d/.test(latex)) return false;
  let [depth, most] = [0, 0];
  for (const char of latex) {
    if ("([{".includes(char)) most = Math.max(most, ++depth);
    if (")]}".includes(char)) depth--;
  }
  return most <= 4;
}

/** The last resort for what the readers here do not know (sums, integrals, limits): the algebra system's verdict. */
export function compareSymbolically(a: string, b: string): Verdict {
  // One side at most may need the system, and the other must be short: what is asked is whether a sum has this value.
  if (binder.test(a) === binder.test(b) || Math.min(a.length, b.length) > 30 || !isHarmless(a) || !isHarmless(b))
    return undecided("unreadable");
  loadAlgebra();
  if (!engine) return undecided("unreadable");
  try {
    const [x, y] = [engine.parse(a), engine.parse(b)];
    // A parse with an error in it compares equal to itself, which proves nothing.
    if (!x.isValid || !y.isValid || [x, y].some((side) => JSON.stringify(side.json).includes("Error")))
      return undecided("unreadable");
    if (x.isSame(y)) return equal("algebra");
    const verdict = x.isEqual(y) ?? x.evaluate().isEqual(y.evaluate());
    return verdict === true ? equal("algebra") : verdict === false ? different("algebra") : undecided("algebra");
  } catch {
    // It throws on its own time limit and on formulas beyond it: neither says anything about equality.
    return undecided("algebra");
  }
}
