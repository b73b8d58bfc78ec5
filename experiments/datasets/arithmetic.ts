import { z } from "zod";
import { defineDataset } from "../../src/core/dataset.ts";
import { InvalidOptionError } from "../../src/core/errors.ts";
import { type ProblemRow, problemOf } from "../../src/core/problem.ts";
import { type GeneratedProblem, generateProblem } from "../../src/policy/simulated/problem.ts";
import { answerOf, runningValues } from "../../src/policy/simulated/word-problem.ts";

const mostSteps = 12;

const optionsSchema = z.strictObject({
  count: z.int().min(1).max(1_000_000).default(100).describe("problems"),
  seed: z.union([z.int(), z.string()]).default(0).describe("of the generator; problem i is the same at any count"),
  minSteps: z.int().min(1).max(mostSteps).default(2),
  maxSteps: z.int().min(1).max(mostSteps).default(6),
  difficulty: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("0: small numbers, mostly sums; 1: large ones, more products"),
  distractors: z.int().min(0).max(5).default(0).describe("sentences with a number that does not matter"),
});

function toProblem({ problem, text }: GeneratedProblem, id: string): ProblemRow {
  const steps = problem.operations.length;
  const values = runningValues(problem);
  const lines = problem.operations.map(
    ({ operator, operand }, t) => `${values[t]} ${operator} ${operand} = ${values[t + 1]}`,
  );
  return {
    id,
    text,
    kind: "number",
    group: id,
    tags: [`${steps}-steps`],
    difficulty: Math.min(1, (steps - 1) / (mostSteps - 1)),
    reference: { answer: String(answerOf(problem)), solution: `${lines.join("\n")}\n#### ${answerOf(problem)}` },
  };
}

/**
 * Multi-step arithmetic word problems from a seeded generator: one operation a step on one running count, integers
 * only. What the simulated policy and its verifiers understand, and fit for real models too. `difficulty` of a problem
 * grows with its steps, 0 at one step to 1 at twelve.
 */
export const arithmetic = defineDataset({
  name: "arithmetic",
  summary: "generated multi-step arithmetic word problems",
  licence: "Apache-2.0",
  generated: true,
  options: optionsSchema,
  load: async (_source, { count, seed, ...shape }) => {
    if (shape.minSteps > shape.maxSteps) {
      throw new InvalidOptionError(
        'arithmetic: "minSteps"',
        `must be at most "maxSteps" (${shape.maxSteps}), got ${shape.minSteps}. Lower it or raise "maxSteps".`,
      );
    }
    return Array.from({ length: count }, (_, index) =>
      problemOf(toProblem(generateProblem(seed, index, shape), `arithmetic-${seed}-${String(index).padStart(5, "0")}`)),
    );
  },
});
