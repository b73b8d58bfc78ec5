import { z } from "zod";
import { defineDataset } from "../../src/core/dataset.ts";
import { type ProblemRow, problemOf } from "../../src/core/problem.ts";
import { Random } from "../../src/core/random.ts";
import { numberTasks } from "./number-tasks.ts";
import { selectionShape, selectProblems } from "./selection.ts";

const options = z.strictObject({
  ...selectionShape,
  perTask: z.int().min(1).max(1000).default(10).describe("problems of each task"),
  minDigits: z.int().min(1).max(100).default(1).describe("digits of the integer parts, at least"),
  maxDigits: z.int().min(1).max(100).default(8).describe("at most: the paper's ranges are 1-4, 5-8, 9-14, 15-20"),
});
type Options = z.output<typeof options>;

/**
 * Numbers as such, after the Number Cookbook (Yang et al. 2024, arXiv:2411.03766): arithmetic, comparison, digits and
 * conversion over integers, decimals, fractions and scientific notation, with exact answers. A part of its 41 tasks in
 * wordings of our own; tag `task:…`. Difficulty grows with the digits, up to 20.
 */
export const numberUnderstanding = defineDataset<Options>({
  name: "number-understanding",
  summary: "Arithmetic, comparison, digits and conversion of numbers in four notations",
  licence: "Apache-2.0",
  generated: true,
  options: options.refine(({ minDigits, maxDigits }) => minDigits <= maxDigits, {
    error: "must not be less than minDigits",
    path: ["maxDigits"],
  }),
  load: async (_source, chosen) => selectProblems(generate(chosen), chosen).map(problemOf),
});

function generate({ perTask, minDigits, maxDigits, seed }: Options): readonly ProblemRow[] {
  return numberTasks.flatMap(({ name, kind, make }) =>
    Array.from({ length: perTask }, (_, index): ProblemRow => {
      const random = new Random(`numbers/${seed}/${name}/${index}`);
      const digits = minDigits + random.integer(maxDigits - minDigits + 1);
      const { text, answer } = make(random, digits);
      return {
        id: `numbers-${name}-${seed}-${minDigits}-${maxDigits}-${index}`,
        text,
        kind,
        reference: { answer },
        tags: [`task:${name}`, `digits:${digits}`],
        difficulty: Math.min(1, (digits - 1) / 19),
      };
    }),
  );
}
