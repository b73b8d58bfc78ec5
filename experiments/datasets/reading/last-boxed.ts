import { findBoxes } from "../../../src/answer/boxed.ts";

/** The content of the last box of a reference solution, or undefined. */
export function lastBoxed(solution: string): string | undefined {
  const box = findBoxes(solution).at(-1);
  return box === undefined ? undefined : solution.slice(box.from, box.to);
}
