import { intended } from "./planning.ts";
import type { Assignment } from "./writing.ts";

const symbols = { "+": "+", "-": "-", "*": "*", "/": "//" } as const;

/** Writes a Python `solution()` in a fence, one line a step; each line has the wrong operation with chance `programError`. */
export function writeProgram({ task, dials, random, writing }: Assignment): void {
  const { noun, start, operations } = task.problem;
  writing.add(`\`\`\`python\ndef solution():\n    ${noun} = ${start}\n`);
  for (const operation of operations) {
    const { operator, operand } = intended(operation, dials.programError, random);
    writing.add(`    ${noun} = ${noun} ${symbols[operator]} ${operand}\n`);
  }
  writing.add(`    return ${noun}\n\`\`\`\n`);
}
