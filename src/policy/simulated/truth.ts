import type { Candidate } from "../../core/candidate.ts";
import { parseProblem } from "./parse.ts";
import { planLine, readPlan } from "./planning.ts";
import { readProgram } from "./program.ts";
import { readBox, readSteps } from "./steps.ts";
import { runningValues, structureKey, type WordProblem } from "./word-problem.ts";

/** What is true of a problem, from its words alone. */
export interface Truth {
  readonly problem: WordProblem;
  /** Same for every wording of the same arithmetic. */
  readonly key: string;
  /** values[t]: the running value after t steps; the last is the answer. */
  readonly values: readonly number[];
}

const remembered = 4_096;
const known = new Map<string, Truth | null>();

/** Null when the text holds no problem of the simulated kind. Texts are read once. */
export function truthOf(text: string): Truth | null {
  const before = known.get(text);
  if (before !== undefined) return before;
  const problem = parseProblem(text);
  const truth = problem === null ? null : { problem, key: structureKey(problem), values: runningValues(problem) };
  if (known.size >= remembered) known.clear();
  known.set(text, truth);
  return truth;
}

const answerOf = ({ values }: Truth): number => values.at(-1) ?? Number.NaN;

/** A number as answers write it ("1,234", "$12", "42."); NaN where it is none. */
export function readNumber(text: string): number {
  const plain = text.replace(/[,$\s]|\\[,!]/g, "").replace(/\.0*$/, "");
  return /^-?\d+$/.test(plain) ? Number(plain) : Number.NaN;
}

/** Is a candidate's answer right; for one that is not complete, is everything right so far? */
export function candidateIsRight(truth: Truth, { answer, complete, text }: Candidate): boolean {
  if (complete || readBox(text) !== null) return answer !== null && readNumber(answer.text) === answerOf(truth);
  return stepsAreRight(truth, [text])[0] ?? true;
}

/**
 * right[t]: is the running value right once step t is done? The last result in a step's text decides, a boxed answer
 * before any. A program is right when it returns the answer, a line of a plan when it names the right operation; any
 * other step is as right as the one before it, and the first such step is right.
 */
export function stepsAreRight(truth: Truth, texts: readonly string[]): boolean[] {
  let right = true;
  return texts.map((text) => {
    right = stepIsRight(truth, text) ?? right;
    return right;
  });
}

function stepIsRight(truth: Truth, text: string): boolean | null {
  const box = readBox(text);
  if (box !== null) return box.value === answerOf(truth);
  const step = readSteps(text).at(-1);
  if (step !== undefined) return step.value === truth.values[step.label];
  const returned = readProgram(text);
  if (returned !== null) return returned === answerOf(truth);
  const plan = [...readPlan(text)];
  if (plan.length === 0) return null;
  return plan.every(([label, operation]) => {
    const own = truth.problem.operations[label - 1];
    return own !== undefined && planLine(label, own) === planLine(label, operation);
  });
}
