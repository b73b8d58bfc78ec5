import { defineFileDataset } from "./file-dataset.ts";
import type { Row } from "./reading/row.ts";
import { selectionSchema } from "./selection.ts";

/** AIME I and II 2024: thirty competition problems, integer answers 0 to 999. */
export const aime24 = defineFileDataset({
  name: "aime24",
  summary: "AIME I and II 2024: thirty competition problems, integer answers 0 to 999",
  licence: "MIT (collection); problem text by the MAA, for research use",
  citation: "AIME I and II 2024, Mathematical Association of America",
  rows: 30,
  grading: "integer",
  upstream: "QwenLM/Qwen2.5-Math, evaluation/data/aime24/test.jsonl",
  files: ["aime2024.jsonl", "aime24.jsonl"],
  options: selectionSchema,
  read: readAimeRow,
});

/** Leading zeros and LaTeX decoration such as a degree sign, which some copies keep, are dropped from the reference. */
export function readAimeRow(row: Row) {
  const answer = row.common?.answer ?? row.text("answer");
  const digits = /^\s*\$?(\d{1,3})(?:\D.*)?$/.exec(answer)?.[1];
  if (digits === undefined) throw row.wrong("answer", "must be an integer from 0 to 999", answer);
  return {
    text: row.common?.question ?? row.text("problem", "question"),
    kind: "number" as const,
    reference: { answer: String(Number(digits)), solution: row.common?.solution ?? row.optionalText("solution") },
  };
}
