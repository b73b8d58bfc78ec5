import { readAimeRow } from "./aime24.ts";
import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/** AIME I and II 2025: thirty competition problems, integer answers 0 to 999. */
export const aime25 = defineFileDataset({
  name: "aime25",
  summary: "AIME I and II 2025: thirty competition problems, integer answers 0 to 999",
  licence: "Apache-2.0 (collection); problem text by the MAA, for research use",
  citation: "AIME I and II 2025, Mathematical Association of America",
  rows: 30,
  grading: "integer",
  upstream: "inclusionAI/AReaL, evaluation/data/aime25/test.jsonl",
  files: ["aime2025.jsonl", "aime25.jsonl"],
  options: selectionSchema,
  read: readAimeRow,
});
