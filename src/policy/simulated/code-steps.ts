import { intended, planLine, readPlan } from "./planning.ts";
import type { Assignment } from "./writing.ts";

const symbols = { "+": "+", "-": "-", "*": "*", "/": "//" } as const;

/**
 * Writes a script step by step from where the prefix stands, each step a comment that says what is done and the line
 * that does it, and prints the result at the end. A step has the wrong operation with chance `programError`; nothing is
 * computed, so nothing else can slip.
 */
export function writeCodeSteps({ task, dials, random, writing, prefix }: Assignment): void {
  const { noun, start, operations } = task.problem;
  const done = Math.max(0, ...readPlan(prefix).keys());
  if (/^print\(/m.test(prefix)) return;
  for (let t = done; t < operations.length && !writing.full; t++) {
    const operation = operations[t];
    if (operation === undefined) break;
    const chosen = intended(operation, dials.programError, random);
    const opening = t === 0 ? `${noun} = ${start}\n` : "";
    const comment = planLine(t + 1, chosen).trim();
    writing.add(`# ${comment}\n${opening}${noun} = ${noun} ${symbols[chosen.operator]} ${chosen.operand}\n\n`);
  }
  if (!writing.full) writing.add(`# Print the answer\nprint(${noun})\n\`\`\``);
}
