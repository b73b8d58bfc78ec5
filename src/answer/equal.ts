import type { AnswerKind } from "../core/question.ts";
import { normalise } from "./normalise.ts";
import { compareNumbers } from "./numbers.ts";
import { quantity } from "./quantity.ts";
import { different, equal, type Verdict } from "./verdict.ts";
import { sameWords } from "./words.ts";

export type { Verdict } from "./verdict.ts";

export interface CompareOptions {
  readonly kind?: AnswerKind;
  /** Relative tolerance for numbers, where the problem allows one. */
  readonly relativeTolerance?: number;
  readonly choices?: readonly string[];
}

/** Decides whether two answers are the same one. Symmetric, total and deterministic. */
export function compareAnswers(a: string, b: string, options: CompareOptions = {}): Verdict {
  if (a === b) return equal("identical");
  const [x, y] = [normalise(a), normalise(b)];
  if (x === y) return equal("normalised");
  const [p, q] = [quantity(x, options.kind), quantity(y, options.kind)];
  if (p !== null && q !== null) return compareNumbers(p, q, options.relativeTolerance);
  return sameWords(x, y) ? equal("words") : different("words");
}
