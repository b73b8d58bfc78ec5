import { defineFileDataset } from "./file-dataset.ts";
import { shortHash } from "./fingerprint.ts";
import { selectionSchema } from "./selection.ts";

/**
 * GSM-Plus (Li et al. 2024, arXiv:2402.19255): eight perturbations of each GSM8K question; tag `perturbation:…`, one
 * group a seed question. The reference "None" of the kind "critical thinking" means that the question lacks a datum: an
 * answer is right when it says so.
 */
export const gsmPlus = defineFileDataset({
  name: "gsm-plus",
  summary: "GSM8K questions under eight perturbations, grouped by seed question",
  licence: "CC BY-SA 4.0",
  citation: "Li et al. 2024, GSM-Plus, arXiv:2402.19255",
  rows: 2400,
  grading: 'number; "None" where the question cannot be answered',
  upstream: "qtli/GSM-Plus, dataset/gsmplus_testmini.jsonl",
  files: ["gsm_plus_testmini.jsonl", "gsmplus_testmini.jsonl", "gsmplus_test.jsonl"],
  options: selectionSchema,
  read: (row) => ({
    text: row.common?.question ?? row.text("question"),
    kind: "number",
    reference: {
      answer: row.common?.answer ?? row.text("answer"),
      solution: row.common?.solution ?? row.optionalText("solution"),
    },
    group: `gsm-plus-${shortHash(row.text("seed_question"))}`,
    tags: [`perturbation:${row.text("perturbation_type")}`],
  }),
});
