import { defineFileDataset } from "./file-dataset.ts";
import type { Row } from "./reading/row.ts";
import { selectionSchema } from "./selection.ts";

/**
 * OlympiadBench (He et al. 2024, arXiv:2402.14008), the open-ended English mathematics competition problems without
 * pictures. Several final answers are joined with ", " in any order. The publisher's `error` is an absolute tolerance;
 * it is divided by the answer's size to be the relative one that references have here.
 */
export const olympiadbench = defineFileDataset({
  name: "olympiadbench",
  summary: "Olympiad mathematics in English, text only, open-ended answers",
  licence: "MIT",
  citation: "He et al. 2024, OlympiadBench, arXiv:2402.14008",
  rows: 675,
  grading: "mathematical equivalence, unordered lists, the row's tolerance",
  upstream: "QwenLM/Qwen2.5-Math, evaluation/data/olympiadbench/test.jsonl",
  files: ["olympiadbench_math_en.jsonl", "olympiadbench.jsonl"],
  options: selectionSchema,
  read: (row) => {
    const answer = row.common?.answer ?? row.texts("final_answer").join(", ");
    const relativeTolerance = toleranceOf(row, answer);
    return {
      id: row.has("id") ? `olympiadbench-${row.text("id")}` : undefined,
      text: row.common?.question ?? [row.optionalText("context"), row.text("question")].filter(Boolean).join("\n"),
      kind: "math",
      reference: {
        answer,
        solution: row.common?.solution ?? row.texts("solution")[0],
        relativeTolerance,
      },
      tags: [`subject:${row.text("subfield")}`, `type:${row.text("answer_type")}`],
    };
  },
});

function toleranceOf(row: Row, answer: string): number | undefined {
  if (!row.has("error") || row.text("error").trim() === "") return undefined;
  const size = Math.abs(Number(answer.replaceAll("$", "")));
  return size > 0 ? row.number("error") / size : undefined;
}
