import type { Operation, WordProblem } from "./word-problem.ts";

/** How a step is put into words: `{she}`, `{items}` and `{k}` are filled in. */
const clauses: Readonly<Record<Operation["operator"], readonly string[]>> = {
  "+": [
    "{k} more {items} come in",
    "we add the {k} new {items}",
    "{she} gets {k} {items} more",
    "the {k} extra {items} count too",
  ],
  "-": [
    "{k} {items} go away",
    "we take off the {k} {items}",
    "{she} parts with {k} {items}",
    "the {k} {items} no longer count",
  ],
  "*": ["each one becomes {k}", "we multiply by {k}", "{she} gets {k} for every one", "the number grows {k} times"],
  "/": [
    "one of {k} equal shares stays",
    "we divide by {k}",
    "{she} keeps one part in {k}",
    "the {items} are split {k} ways",
  ],
};

const endings = [
  "so {she} has",
  "which makes",
  "and that gives",
  "so now there are",
  "which leaves",
  "therefore the count is",
];

const answers = ["The answer is", "So the answer is", "Therefore, the final answer is", "In the end the answer is"];

export const stepVariants = 4 * endings.length;
export const answerVariants = answers.length;

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const filled = (template: string, { pronoun, noun }: WordProblem, k: number): string =>
  template.replace("{she}", pronoun).replace("{items}", noun).replace("{k}", String(k));

/**
 * What a step's text is made from. `corrected` is the right running value before the step where an error is put right.
 */
export interface StepWords {
  /** From 1. */
  readonly label: number;
  readonly operation: Operation;
  readonly before: number;
  readonly after: number;
  readonly variant: number;
  readonly corrected?: number;
}

/** The text up to its result, and from there on: the result decides which way the text goes. */
export function stepParts(problem: WordProblem, words: StepWords): { readonly head: string; readonly tail: string } {
  const { label, operation, before, after, variant, corrected } = words;
  const { operator, operand } = operation;
  const clause = filled(clauses[operator][variant & 3] ?? "", problem, operand);
  const ending = filled(endings[variant >> 2] ?? "", problem, operand);
  const opening =
    corrected === undefined
      ? capitalised(clause)
      : `Wait, the count before this step should be ${corrected}, not ${before}. From there ${clause}`;
  const value = corrected ?? before;
  return {
    head: `Step ${label}: ${opening}, ${ending} ${expression(value, operator, operand)} =`,
    tail: ` ${after}.\n\n`,
  };
}

/** "12 + 7"; a quotient that is not whole shows what was left over, so that the line stays true: "(37 - 1) / 4". */
function expression(value: number, operator: Operation["operator"], operand: number): string {
  if (operator !== "/") return `${value} ${operator} ${operand}`;
  const over = ((value % operand) + operand) % operand;
  return over === 0 ? `${value} / ${operand}` : `(${value} - ${over}) / ${operand}`;
}

export const answerText = (value: number, variant: number): string => `${answers[variant] ?? ""} \\boxed{${value}}.`;

/** A completed step as it stands in a text. */
export interface ReadStep {
  /** As written, from 1. */
  readonly label: number;
  /** The number after the last equals sign of its line. */
  readonly value: number;
  /** Where its line begins and where the text after it (and after a blank line) begins. */
  readonly start: number;
  readonly end: number;
}

const stepLine = /Step (\d+):(?!\s*Step \d)[^\n]*= (-?\d+)\.(?:\n\n|\n|[ \t]+|$)/g;

/** The completed steps of a text, in order. A step that breaks off before the stop after its result is none. */
export function readSteps(text: string): ReadStep[] {
  const steps: ReadStep[] = [];
  stepLine.lastIndex = 0;
  for (let match = stepLine.exec(text); match !== null; match = stepLine.exec(text)) {
    const end = match.index + match[0].length;
    steps.push({ label: Number(match[1]), value: Number(match[2]), start: match.index, end });
  }
  return steps;
}

/** The number in the last closed box, with where the text after it begins; null without one. */
export function readBox(text: string): { readonly value: number; readonly end: number } | null {
  const at = text.lastIndexOf("\\boxed{");
  if (at < 0) return null;
  const match = /^\\boxed\{(-?\d+)\}\.?/.exec(text.slice(at, at + 40));
  return match === null ? null : { value: Number(match[1]), end: at + match[0].length };
}
