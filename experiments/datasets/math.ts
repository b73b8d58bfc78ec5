import { defineFileDataset } from "./file-dataset.ts";
import { readMathRow } from "./math500.ts";
import { selectionSchema } from "./selection.ts";

/**
 * MATH (Hendrycks et al. 2021, arXiv:2103.03874): competition problems in seven subjects, tag `subject:…`, and five
 * levels, tag `level:…` and the difficulty. The reference is the last box of the solution. A folder as published holds
 * one file a problem, by subject.
 */
export const math = defineFileDataset({
  name: "math",
  summary: "Competition mathematics by subject and level, the whole of MATH",
  licence: "MIT",
  citation: "Hendrycks et al. 2021, Measuring Mathematical Problem Solving With the MATH Dataset, arXiv:2103.03874",
  rows: 5000,
  grading: "mathematical equivalence",
  upstream: "hendrycks/math, MATH/test (form only)",
  files: ["math_test.jsonl", "MATH.jsonl", "math.jsonl"],
  tree: true,
  options: selectionSchema,
  read: readMathRow,
});
