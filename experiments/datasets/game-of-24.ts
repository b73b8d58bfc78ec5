import type { ProblemRow } from "../../src/core/problem.ts";
import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";
import { solveTarget } from "./target-solver.ts";

/**
 * Game of 24 as used by Tree of Thoughts (Yao et al. 2023, arXiv:2305.10601): four numbers, reach 24. The paper tests
 * on the 901st to the 1000th puzzle, sorted by human solving time: `offset: 900, limit: 100` on the whole file.
 * Difficulty is one minus the share of people who solved the puzzle.
 */
export const gameOf24 = defineFileDataset({
  name: "game-of-24",
  summary: "Four numbers and the four operations must make 24",
  licence: "MIT",
  citation: "Yao et al. 2023, Tree of Thoughts, arXiv:2305.10601",
  rows: 1362,
  grading: "the expression is evaluated: each number once, exactly 24",
  upstream: "princeton-nlp/tree-of-thought-llm, src/tot/data/24/24.csv",
  files: ["game24.jsonl", "24.csv"],
  options: selectionSchema,
  read: (row) => {
    const numbers = row.text("Puzzles").trim().split(/\s+/).map(Number);
    if (numbers.length < 2 || !numbers.every(Number.isSafeInteger)) {
      throw row.wrong("Puzzles", "must be integers parted by blanks", row.fields.Puzzles);
    }
    const solved = Number.parseFloat(row.optionalText("Solved rate") ?? "");
    return {
      ...puzzle(numbers, 24),
      id: row.has("Rank") ? `game24-${row.text("Rank").padStart(4, "0")}` : undefined,

      ...(Number.isNaN(solved) ? {} : { difficulty: Math.min(1, Math.max(0, 1 - solved / 100)) }),
    };
  },
});

/**
 * The statement of a puzzle and how its answer is judged. The reference answer is one solution, empty where there is
 * none.
 */
export function puzzle(numbers: readonly number[], target: number): Omit<ProblemRow, "id"> {
  return {
    text:
      `Use the numbers ${numbers.join(", ")} and the operations + - * / with brackets to obtain ${target}. ` +
      "Use each number exactly once. Give one arithmetic expression over these numbers as the final answer.",
    kind: "text",
    reference: { answer: solveTarget(numbers, target, 1)[0] ?? "", expression: { numbers, target } },
  };
}
