import { type Draft, defineFileDataset } from "./file-dataset.ts";
import type { Row } from "./reading/row.ts";
import { selectionSchema } from "./selection.ts";

/**
 * GSM8K (Cobbe et al. 2021, arXiv:2110.14168): grade-school word problems of 2 to 8 steps. As published, `answer` is
 * the worked solution with calculator marks `<<2+3=5>>` and a last line `#### 5`; thousands commas are dropped from the
 * reference.
 */
export const gsm8k = defineFileDataset({
  name: "gsm8k",
  summary: "Grade-school math word problems, 2 to 8 steps, numeric answers",
  licence: "MIT",
  citation: "Cobbe et al. 2021, Training Verifiers to Solve Math Word Problems, arXiv:2110.14168",
  rows: 1319,
  grading: "number",
  upstream: "openai/grade-school-math, grade_school_math/data/test.jsonl",
  files: ["gsm8k_test.jsonl", "gsm8k.jsonl"],
  options: selectionSchema,
  read: (row) => readGsm8kRow(row),
});

export function readGsm8kRow(row: Row): Draft {
  const solution = row.common?.solution ?? row.text("answer");
  return {
    text: row.common?.question ?? row.text("question"),
    kind: "number",
    reference: { answer: withoutCommas(row.common?.answer ?? finalLine(row, solution)), solution },
  };
}

/** The text after the last `#### `. */
export function finalLine(row: Row, solution: string): string {
  const found = /####\s*(.+?)\s*$/.exec(solution)?.[1];
  if (found === undefined) throw row.wrong("answer", 'must end with a line "#### number"', solution);
  return found;
}

/** Thousands commas of a plain number dropped; any other text as it is. */
export const withoutCommas = (answer: string): string =>
  /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(answer) ? answer.replaceAll(",", "") : answer;
