import { intended } from "./planning.ts";
import { generateProblem } from "./problem.ts";
import { symbols } from "./program.ts";
import type { Assignment } from "./writing.ts";

/** A new problem with as many steps, or one or two more. */
export function writeEvolved({ task, random, writing }: Assignment): void {
  const steps = task.problem.operations.length;
  const shape = { minSteps: Math.min(steps, 12), maxSteps: Math.min(steps + 2, 12) };
  writing.add(generateProblem(`evolved/${random.bits()}`, 0, shape).text);
}

/** What the problem is about: its story, and its operations. */
export function writeConcepts({ task, writing }: Assignment): void {
  const points = { "+": "addition", "-": "subtraction", "*": "multiplication", "/": "exact division" } as const;
  const used = new Set(task.problem.operations.map(({ operator }) => points[operator]));
  writing.add(`Topics: whole numbers; counting ${task.problem.noun}\nKnowledge points: ${[...used].join("; ")}`);
}

/**
 * A program whose parameters are the numbers in the problem's text, in their order; each line has the wrong operation
 * with chance `programError`.
 */
export function writeParametrised({ task, dials, random, writing }: Assignment): void {
  const { operations } = task.problem;
  const names = Array.from({ length: operations.length + 1 }, (_, i) => `number_${i + 1}`);
  writing.add(`\`\`\`python\ndef solution(${names.join(", ")}):\n    total = ${names[0]}\n`);
  for (const [i, operation] of operations.entries()) {
    const { operator } = intended(operation, dials.programError, random);
    writing.add(`    total = total ${symbols[operator]} ${names[i + 1]}\n`);
  }
  writing.add("    return total\n```\n");
}
