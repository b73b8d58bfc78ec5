import { z } from "zod";
import { defineDataset } from "../../src/core/dataset.ts";
import { InvalidOptionError } from "../../src/core/errors.ts";
import { type ProblemRow, problemOf } from "../../src/core/problem.ts";
import { Random } from "../../src/core/random.ts";
import { puzzle } from "./game-of-24.ts";
import { selectionShape, selectProblems } from "./selection.ts";
import { solveTarget } from "./target-solver.ts";

const options = z.strictObject({
  ...selectionShape,
  count: z.int().min(1).max(10_000).default(100).describe("different puzzles to make"),
  numbers: z.int().min(2).max(5).default(4).describe("numbers a puzzle"),
  largest: z.int().min(4).max(99).default(13).describe("largest number"),
  target: z.int().min(1).max(1000).default(24),
  maxSolutions: z.int().min(1).optional().describe("only puzzles with at most so many solutions: fewer is harder"),
});
type Options = z.output<typeof options>;

/**
 * Puzzles like the Game of 24, drawn by `seed`, each with at least one solution; nothing to download. Difficulty is one
 * over the number of different solutions.
 */
export const gameOf24Generated = {
  ...defineDataset<Options>({
    name: "game-of-24-generated",
    summary: "Fresh puzzles like the Game of 24, with numbers, target and difficulty to choose",
    licence: "Apache-2.0",
    generated: true,
    options,
    load: async (_source, chosen) => selectProblems(generate(chosen), chosen).map(problemOf),
  }),
  grading: "the expression is evaluated: each number once, exactly the target",
};

function generate({ count, numbers: size, largest, target, maxSolutions, seed }: Options): readonly ProblemRow[] {
  const made = new Map<string, ProblemRow>();
  const limit = maxSolutions ?? Number.POSITIVE_INFINITY;
  for (let draw = 0; made.size < count; draw++) {
    if (draw > 200 * count) {
      const requirement = `asks for ${count} puzzles where only ${made.size} were found`;
      throw new InvalidOptionError(
        'game-of-24-generated: "count"',
        `${requirement}. Ask for fewer or widen "largest".`,
      );
    }
    const random = new Random(`game-of-24/${seed}/${draw}`);
    const numbers = Array.from({ length: size }, () => 1 + random.integer(largest)).sort((a, b) => a - b);
    const key = numbers.join("-");
    if (made.has(key)) continue;
    const solutions = solveTarget(numbers, target);
    if (solutions.length === 0 || solutions.length > limit) continue;
    made.set(key, {
      ...puzzle(numbers, target),
      id: `make-${target}-${key}`,
      difficulty: 1 / solutions.length,
    });
  }
  return [...made.values()];
}
