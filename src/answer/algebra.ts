import { createRequire } from "node:module";
import { different, equal, undecided, type Verdict } from "./verdict.ts";

/** The part of the algebra system's interface that is used here. */
interface Boxed {
  readonly isValid: boolean;
  isEqual(other: Boxed): boolean | undefined;
  isSame(other: Boxed): boolean;
  simplify(): Boxed;
  readonly json: unknown;
}
interface Engine {
  parse(latex: string): Boxed;
  timeLimit: number;
}

/** Milliseconds that the algebra system gives itself for one evaluation. */
const timeLimitMs = 60;
const longest = 200;
let engine: Engine | null | undefined;

/** Loads the algebra system (about 300 ms, once); without this call the first answer that needs it pays. */
export function loadAlgebra(): boolean {
  if (engine === undefined) {
    const { ComputeEngine } = createRequire(import.meta.url)("@cortex-js/compute-engine") as {
      ComputeEngine: new () => Engine;
    };
    engine = new ComputeEngine();
    engine.timeLimit = timeLimitMs;
  }
  return engine !== null;
}

/**
 * Is a formula harmless enough to hand over? Its time limit does not bind while it parses or folds numbers, so size, depth, exponents,
 * factorials and long numbers are refused before.
 */
export function isHarmless(latex: string): boolean {
  if (latex.length > longest || /\d{16}|\d!|!!|\^\s*\{?\s*-?\d{4}|\^[^^]{0,12}\^/.test(latex)) return false;
  const nested = latex.split("").reduce(
    ({ depth, most }, char) => {
      const now = "([{".includes(char) ? depth + 1 : ")]}".includes(char) ? depth - 1 : depth;
      return { depth: now, most: Math.max(most, now) };
    },
    { depth: 0, most: 0 },
  );
  return nested.most <= 12;
}

/** The last resort for what the readers here do not know (sums, integrals, limits): the algebra system's verdict. */
export function compareSymbolically(a: string, b: string): Verdict {
  if (!isHarmless(a) || !isHarmless(b) || !/\\(?:int|sum|prod|lim|frac|sqrt|sin|cos|log|ln)|\^/.test(`${a}${b}`))
    return undecided("unreadable");
  loadAlgebra();
  if (!engine) return undecided("unreadable");
  try {
    const [x, y] = [engine.parse(a), engine.parse(b)];
    // A parse with an error in it compares equal to itself, which proves nothing.
    if (!x.isValid || !y.isValid || [x, y].some((side) => JSON.stringify(side.json).includes("Error")))
      return undecided("unreadable");
    if (x.isSame(y)) return equal("algebra");
    const verdict = x.isEqual(y);
    return verdict === true ? equal("algebra") : verdict === false ? different("algebra") : undecided("algebra");
  } catch {
    // It throws on its own time limit and on formulas beyond it: neither says anything about equality.
    return undecided("algebra");
  }
}
