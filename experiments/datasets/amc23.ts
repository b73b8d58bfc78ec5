import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/** AMC 12 2023, forty problems whose options were removed and whose answers were made numeric by the publisher. */
export const amc23 = defineFileDataset({
  name: "amc23",
  summary: "AMC 12 2023: forty competition problems with numeric answers",
  licence: "MIT (collection); problem text by the MAA, for research use",
  citation: "AMC 12 2023, Mathematical Association of America; Yang et al. 2024, Qwen2.5-Math, arXiv:2409.12122",
  rows: 40,
  grading: "number",
  upstream: "QwenLM/Qwen2.5-Math, evaluation/data/amc23/test.jsonl",
  files: ["amc23.jsonl"],
  options: selectionSchema,
  read: (row) => ({
    text: row.common?.question ?? row.text("problem", "question"),
    kind: "number",
    reference: { answer: row.common?.answer ?? row.text("answer") },
  }),
});
