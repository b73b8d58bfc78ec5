import { names, operationSentences, patternOf, questionSentences, startSentences } from "./phrases.ts";
import type { Operation, WordProblem } from "./word-problem.ts";

const starts = startSentences.map(patternOf);
const questions = questionSentences.map(patternOf);
const operations = (["+", "-", "*", "/"] as const).flatMap((operator) =>
  operationSentences[operator].map((template) => ({ operator, pattern: patternOf(template) })),
);

/** A problem as it stands in a text; `listed` when its facts are numbered, as in a sticker. */
export interface FoundProblem {
  readonly problem: WordProblem;
  readonly listed: boolean;
}

/**
 * The arithmetic word problems in a text, in order. Each runs from a sentence that says how many there are at first to
 * the question that ends it; sentences between that are no operation are passed over.
 */
export function findProblems(text: string): FoundProblem[] {
  const found: FoundProblem[] = [];
  let open: { name: string; noun: string; start: number; steps: Operation[]; listed: boolean } | null = null;
  let before = "";
  for (const sentence of text.split(/(?<=[.?!])\s+|\n+/)) {
    const start = firstMatch(starts, sentence);
    if (start !== null) {
      const { name = "", noun = "", k } = start;
      open = { name, noun, start: Number(k), steps: [], listed: /^\s*1[.)]$/.test(before) };
    } else if (open !== null && firstMatch(questions, sentence) !== null) {
      const { name, noun, start: value, steps, listed } = open;
      const pronoun = names.find(([known]) => known === name)?.[1] ?? "she";
      if (steps.length > 0) {
        found.push({ problem: { name, pronoun, noun, start: value, operations: steps }, listed });
      }
      open = null;
    } else if (open !== null) {
      const operation = readOperation(sentence);
      if (operation !== null) open.steps.push(operation);
    }
    before = sentence;
  }
  return found;
}

/**
 * The structure of the problem that a text holds, read from the words alone; null when there is none. Of several the
 * last one counts (worked examples come first), and one written in sentences before one written as a numbered list (a
 * sticker made from it).
 */
export function parseProblem(text: string): WordProblem | null {
  const found = findProblems(text);
  return (found.findLast(({ listed }) => !listed) ?? found.at(-1))?.problem ?? null;
}

function readOperation(sentence: string): Operation | null {
  for (const { operator, pattern } of operations) {
    const match = pattern.exec(sentence);
    if (match !== null) return { operator, operand: Number(match.groups?.k) };
  }
  return null;
}

function firstMatch(patterns: readonly RegExp[], sentence: string): Readonly<Record<string, string>> | null {
  for (const pattern of patterns) {
    const match = pattern.exec(sentence);
    if (match !== null) return match.groups ?? {};
  }
  return null;
}
