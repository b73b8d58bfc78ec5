import { Random } from "../../core/random.ts";
import { factSentences, questionSentence, wordProblem } from "./problem.ts";
import { readPosition, writeStep } from "./solving.ts";
import type { Operation } from "./word-problem.ts";
import { type Assignment, Writing } from "./writing.ts";

const verbs: Readonly<Record<Operation["operator"], string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply by",
  "/": "divide by",
};
const opposite: Readonly<Record<Operation["operator"], Operation["operator"]>> = {
  "+": "-",
  "-": "+",
  "*": "+",
  "/": "-",
};

/** Step k of a plan in words: "Plan 2: multiply by 3.". */
export const planLine = (label: number, { operator, operand }: Operation): string =>
  `Plan ${label}: ${verbs[operator]} ${operand}.\n\n`;

/** The operations a plan in a text names, by step from 1; of several for one step the last counts. */
export function readPlan(text: string): Map<number, Operation> {
  const plan = new Map<number, Operation>();
  if (!text.includes("Plan ")) return plan;
  for (const [, label, verb, operand] of text.matchAll(/Plan (\d+): (add|subtract|multiply by|divide by) (\d+)\./g)) {
    const operator = (["+", "-", "*", "/"] as const).find((symbol) => verbs[symbol] === verb);
    if (operator !== undefined) plan.set(Number(label), { operator, operand: Number(operand) });
  }
  return plan;
}

/** What a line of a plan or a program says to do: the right operation, or the wrong one with the given chance. */
export function intended(operation: Operation, error: number, random: Random): Operation {
  return random.uniform() < error ? { ...operation, operator: opposite[operation.operator] } : operation;
}

/**
 * Writes a plan, one line a step, from where the prefix stands; no numbers are computed. A begun line is finished or
 * left.
 */
export function writePlan(assignment: Assignment): void {
  const { task, dials, random, writing, prefix } = assignment;
  const done = Math.max(0, ...readPlan(prefix).keys());
  const begun = prefix.slice(prefix.lastIndexOf(".\n\n") + 1).trimStart();
  for (let t = done; t < task.operations.length && !writing.full; t++) {
    const operation = task.problem.operations[t] as Operation;
    const line = planLine(t + 1, intended(operation, dials.planError, random));
    writing.add(t === done && begun !== "" && line.startsWith(begun) ? line.slice(begun.length) : line);
  }
  if (done < task.operations.length && !writing.full) writing.add("That is the whole plan.");
}

/** Proposes next steps, one a line, as many as the request asks for (the first number in it up to ten, else three). */
export function writeProposals(assignment: Assignment): void {
  const { task, request, writing, conversation, prefix } = assignment;
  const wanted = Number(
    /\b([1-9]|10) (?:\w+ ){0,3}(?:steps?|thoughts?|proposals?|candidates?|options?)\b/i.exec(request)?.[1] ?? 3,
  );
  const { step, value } = readPosition(assignment, prefix === "" ? conversation : prefix);
  const seen = new Set<string>();
  for (let tries = 0; seen.size < wanted && tries < 8 * wanted; tries++) {
    const one = new Writing(false);
    if (step < task.operations.length) writeStep({ ...assignment, modal: false, writing: one }, step, value);
    else one.add(`The answer is \\boxed{${value}}.`);
    seen.add(one.text.trim());
    if (step >= task.operations.length) break;
  }
  writing.add(`${[...seen].join("\n")}\n`);
}

/** The problem in other words; the arithmetic stays. */
export function writeRephrased({ task, random, writing }: Assignment): void {
  writing.add(wordProblem(task.problem, random));
}

/**
 * A sticker: the facts as a numbered list and the question (SIFT); one number is misstated with chance `stickerError`.
 */
export function writeSticker({ task, dials, random, writing }: Assignment): void {
  const wrong = random.uniform() < dials.stickerError;
  const at = wrong ? random.integer(task.problem.operations.length) : -1;
  const operations = task.problem.operations.map((operation, t) =>
    t === at ? { ...operation, operand: operation.operand + 1 } : operation,
  );
  const words = new Random(`sticker/${random.bits()}`);
  const facts = factSentences({ ...task.problem, operations }, words);
  const list = facts.map((fact, i) => `${i + 1}. ${fact}`).join("\n");
  writing.add(`**Conditions:**\n${list}\n\n**Question:**\n${questionSentence(task.problem, words)}`);
}
