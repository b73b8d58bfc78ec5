import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/**
 * BIG-bench repeat_copy_logic (Srivastava et al. 2022, arXiv:2206.04615): follow an instruction about repeating words,
 * to the letter.
 */
export const repeatCopyLogic = defineFileDataset({
  name: "repeat-copy-logic",
  summary: "Repeat and combine words exactly as asked",
  licence: "Apache-2.0",
  citation: "Srivastava et al. 2022, Beyond the Imitation Game, arXiv:2206.04615",
  rows: 32,
  grading: "exact text",
  upstream: "google/BIG-bench, benchmark_tasks/repeat_copy_logic/task.json",
  files: ["bigbench_repeat_copy_logic.jsonl", "task.json"],
  options: selectionSchema,
  read: (row) => ({
    text: row.common?.question ?? row.text("input"),
    kind: "text",
    reference: { answer: row.common?.answer ?? row.text("target") },
  }),
});
