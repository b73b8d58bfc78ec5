import { type Conventions, withDefaults } from "../core/conventions.ts";
import type { AnswerKind } from "../core/question.ts";
import { compareValues } from "./compare.ts";
import { lately, latelyByKind } from "./lately.ts";
import { letterIn } from "./letters.ts";
import { normalise } from "./normalise.ts";
import { readValue } from "./read.ts";
import { different, equal, undecided, type Verdict } from "./verdict.ts";
import { sameWords } from "./words.ts";

export type { Verdict } from "./verdict.ts";

/** How answers are compared; what is not given is as in {@link defaultConventions}. */
export interface CompareOptions extends Partial<Conventions> {
  /** How answers to this question are written; "math" when not given. */
  readonly kind?: AnswerKind;
  readonly choices?: readonly string[];
}

/** Longer texts are compared as text only. */
const longest = 4_000;
/** Texts that are kept as they were read. */
const mostKept = 500;

/**
 * Decides whether two answers are the same. Both are read as what they are (number, percentage, measure, tuple,
 * interval, set, matrix, equation, inequality, date, time, words …) and compared exactly where possible, else by value
 * at seeded points; `rule` names what decided. Symmetric, total and deterministic; bounded by counted work, not by a
 * clock. Percentages equal their hundredth part only, decimals match what decimals cannot write within 1e-6 (relative),
 * conflicting units differ, a missing one does not.
 */
export function compareAnswers(a: string, b: string, options: CompareOptions = {}): Verdict {
  if (a === b) return equal("identical");
  // One order for both ways round: what depends on the order cannot make the verdict asymmetric.
  return a < b ? decide(a, b, options) : decide(b, a, options);
}

function decide(a: string, b: string, { kind, choices, ...conventions }: CompareOptions): Verdict {
  if (kind === "code") return different("text");
  if (a.length > longest || b.length > longest)
    return a.trim() === b.trim() ? equal("identical") : undecided("too-long");
  const [x, y] = [normalised(a), normalised(b)];
  if (x === y) return equal("normalised");
  if (kind === "choice") return compareChoices(x, y, choices);
  return compareValues(readingOf(x, kind), readingOf(y, kind), withDefaults(conventions));
}

const normalised = lately(mostKept, normalise);
const readingOf = latelyByKind(mostKept, readValue);

/** Letters only; an option's own text stands for its letter when no other option has the same text. */
function compareChoices(a: string, b: string, choices: readonly string[] | undefined): Verdict {
  const [x, y] = [letterOf(a, choices), letterOf(b, choices)];
  if (x !== null && y !== null) return x === y ? equal("choice") : different("choice");
  return x === null && y === null && sameWords(a, b) ? equal("words") : different("choice");
}

/** A reference may quote what came before the letter: the last of its lines decides. */
function lastLine(answer: string, choices: readonly string[] | undefined): string | null {
  const lines = answer.trim().split("\n");
  return lines.length > 1 ? letterIn(lines.at(-1) ?? "", choices) : null;
}

/** The letter that an answer to a multiple-choice question stands for, or null. */
export function letterOf(answer: string, choices?: readonly string[]): string | null {
  const letter = (letterIn(answer, choices) ?? lastLine(answer, choices))?.toUpperCase();
  if (letter !== undefined) return letter;
  const plain = normalise(answer);
  const matching = (choices ?? [])
    .map((choice, k) => (sameWords(normalise(choice), plain) ? k : -1))
    .filter((k) => k >= 0);
  return matching.length === 1 ? String.fromCharCode(65 + (matching[0] ?? 0)) : null;
}
