import { rationalValue } from "./exact.ts";
import type { Grade } from "./grade.ts";
import { normalise } from "./normalise.ts";
import { parseExpression } from "./parse.ts";

/** The puzzle of a Game of 24 as the data set writes it: four integers and nothing else. */
export const isGame24 = (text: string): boolean => /^\s*\d+(?:\s+\d+){3}\s*$/.test(text);

const sorted = (numbers: readonly string[]): string =>
  numbers
    .map(Number)
    .sort((a, b) => a - b)
    .join(" ");

/**
 * Checks an expression for the Game of 24: the puzzle's numbers, each exactly once, joined by + - × ÷ and brackets, with the exact value 24
 * in rationals (Yao et al. 2023, arXiv:2305.10601). A closing "= 24" may be there; any other right side may not.
 */
export function gradeGame24(answer: string | null, puzzle: string): Grade {
  if (answer === null || answer.trim() === "") return { verdict: "unparsed", rule: "none" };
  const [expression = "", claimed, ...more] = normalise(answer)
    .split("=")
    .map((side) => side.trim());
  if (more.length > 0 || (claimed !== undefined && claimed !== "24"))
    return { verdict: "incorrect", rule: "game24-claim" };
  const plain = expression.replace(/\\times ?|\\cdot ?/g, "*").replace(/\\div ?/g, "/");
  const node = /^[\d+\-*/(){}[\]\s\\a-z]+$/.test(plain) && !plain.includes("**") ? parseExpression(plain) : null;
  if (node === null) return { verdict: "unparsed", rule: "game24-expression" };
  const used = plain.match(/\d+/g) ?? [];
  if (/\\(?!frac)|!/.test(plain) || sorted(used) !== sorted(puzzle.match(/\d+/g) ?? [])) {
    return { verdict: "incorrect", rule: "game24-numbers" };
  }
  const value = rationalValue(node);
  const right = value !== null && value.n === 24n && value.d === 1n;
  return { verdict: right ? "correct" : "incorrect", rule: "game24-value" };
}
