import { defineFileDataset } from "./file-dataset.ts";
import { readHumanEvalRow } from "./humaneval.ts";
import { selectionSchema } from "./selection.ts";

/** HumanEvalNext (Koohestani et al. 2025, arXiv:2503.05860): HumanEval with faults mended and harder tests. */
export const humanevalNext = defineFileDataset({
  name: "humaneval-next",
  summary: "HumanEval revised: faults mended, statements clearer, tests harder",
  licence: "see the dataset's page",
  citation: "Koohestani et al. 2025, Benchmarking AI Models in Software Engineering, arXiv:2503.05860",
  rows: 164,
  grading: "hidden tests, in the sandbox",
  upstream: "AISE-TUDelft/HumanEvalNext as JSON lines (form only)",
  files: ["HumanEvalNext.jsonl", "HumanEvalNext.json", "humaneval_next.jsonl"],
  options: selectionSchema,
  read: readHumanEvalRow,
});
