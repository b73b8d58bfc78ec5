import { intended } from "./planning.ts";
import { apply } from "./word-problem.ts";
import type { Assignment } from "./writing.ts";

export const symbols = { "+": "+", "-": "-", "*": "*", "/": "//" } as const;

/**
 * Writes a Python `solution()` in a fence, one line a step; each line has the wrong operation with chance
 * `programError`.
 */
export function writeProgram({ task, dials, random, writing }: Assignment): void {
  const { noun, start, operations } = task.problem;
  writing.add(`\`\`\`python\ndef solution():\n    ${noun} = ${start}\n`);
  for (const operation of operations) {
    const { operator, operand } = intended(operation, dials.programError, random);
    writing.add(`    ${noun} = ${noun} ${symbols[operator]} ${operand}\n`);
  }
  writing.add(`    return ${noun}\n\`\`\`\n`);
}

/** What a program of this kind returns; null for any other text. */
export function readProgram(text: string): number | null {
  if (!text.includes("def solution():")) return null;
  const start = /^\s*(\w+) = (\d+)$/m.exec(text);
  if (start === null || !new RegExp(`return ${start[1]}\\b`).test(text)) return null;
  let value = Number(start[2]);
  for (const [, symbol, operand] of text.matchAll(/^\s*\w+ = \w+ (\+|-|\*|\/\/) (\d+)$/gm)) {
    const operator = (["+", "-", "*", "/"] as const).find((known) => symbols[known] === symbol);
    if (operator !== undefined) value = apply({ operator, operand: Number(operand) }, value);
  }
  return value;
}
