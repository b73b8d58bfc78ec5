import { type Draft, defineFileDataset } from "./file-dataset.ts";
import { lastBoxed } from "./reading/last-boxed.ts";
import type { Row } from "./reading/row.ts";
import { selectionSchema } from "./selection.ts";

/**
 * MATH-500: the 500 held-out problems of MATH (Hendrycks et al. 2021, arXiv:2103.03874) that Lightman et al. 2023
 * (arXiv:2305.20050) test on. Difficulty is the publisher's level 1 to 5, mapped to 0 to 1. Rows of MATH itself, which
 * have no `answer`, work too: the reference is then the last box of the solution.
 */
export const math500 = defineFileDataset({
  name: "math500",
  summary: "Competition mathematics in seven subjects and five levels, LaTeX answers",
  licence: "MIT",
  citation:
    "Hendrycks et al. 2021, arXiv:2103.03874; Lightman et al. 2023, Let's Verify Step by Step, arXiv:2305.20050",
  rows: 500,
  grading: "mathematical equivalence",
  upstream: "the 500-problem test split of openai/prm800k",
  files: ["math500.jsonl", "MATH-500.jsonl"],
  options: selectionSchema,
  read: readMathRow,
});

/** A row of MATH, as it is published or in one of its later forms. */
export function readMathRow(row: Row): Draft {
  const solution = row.common?.solution ?? row.optionalText("solution");
  const answer = row.common?.answer ?? row.optionalText("answer") ?? lastBoxed(solution ?? "");
  if (answer === undefined) throw row.missing(["answer"]);
  const subject = row.text("subject", "type");
  const level = Number(/[1-5]/.exec(row.text("level"))?.[0]);
  return {
    id: row.optionalText("unique_id"),
    text: row.common?.question ?? row.text("problem"),
    kind: "math",
    reference: { answer, solution },
    tags: [`subject:${subject}`, ...(Number.isNaN(level) ? [] : [`level:${level}`])],
    ...(Number.isNaN(level) ? {} : { difficulty: (level - 1) / 4 }),
  };
}
