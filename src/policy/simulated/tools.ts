import { intended } from "./planning.ts";
import { writeSolution } from "./solving.ts";
import { answerText, answerVariants } from "./steps.ts";
import type { Assignment } from "./writing.ts";

const symbols = { "+": "+", "-": "-", "*": "*", "/": "//" } as const;

/** The lines of a program for this problem, each with the wrong operation with chance `programError`. */
function linesOf({ task, dials, random }: Assignment): string[] {
  const { noun, start, operations } = task.problem;
  return [
    `${noun} = ${start}`,
    ...operations.map((operation) => {
      const { operator, operand } = intended(operation, dials.programError, random);
      return `${noun} = ${noun} ${symbols[operator]} ${operand}`;
    }),
  ];
}

/**
 * A program that leaves the answer in `ans`; the rest of a function where the prefix has begun one (program of
 * thoughts).
 */
export function writeThoughtProgram(assignment: Assignment): void {
  const { task, prefix, writing } = assignment;
  const lines = linesOf(assignment);
  if (prefix.includes("def solver():")) {
    writing.add([...lines, `return ${task.problem.noun}`].map((line) => `    ${line}\n`).join(""));
    writing.add("\n```");
  } else writing.add(`\`\`\`python\n${[...lines, `ans = ${task.problem.noun}`].join("\n")}\n\`\`\`\n`);
}

/**
 * A turn of a dialogue with an interpreter: a program that prints its result, or, where the last output is there
 * already, the answer read from it. After an output that is no number it writes the program again.
 */
export function writeToolTurn(assignment: Assignment): void {
  const { task, prefix, request, writing, random } = assignment;
  const said = prefix === "" ? request : prefix;
  const output = [...said.matchAll(/```output\n([\s\S]*?)\n```/g)].at(-1)?.[1]?.trim() ?? "";
  if (/^-?\d+$/.test(output)) {
    writing.add(answerText(Number(output), random.integer(answerVariants)));
    return;
  }
  const lines = linesOf(assignment);
  writing.add("A program can work this out.\n\n");
  writing.add(`\`\`\`python\n${[...lines, `print(${task.problem.noun})`].join("\n")}\n\`\`\`\n`);
}

/** The answer from the last result or output that the request shows; a solution of its own where it shows none. */
export function writeAnswer(assignment: Assignment): void {
  const { request, writing, random } = assignment;
  const shown = [...request.matchAll(/(?:Result: |```output\n)(-?\d+)\n/g)].at(-1)?.[1];
  if (shown === undefined) writeSolution(assignment);
  else writing.add(answerText(Number(shown), random.integer(answerVariants)));
}
