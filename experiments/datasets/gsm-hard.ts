import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/**
 * GSM-Hard (Gao et al. 2023, arXiv:2211.10435): GSM8K with one number of each question replaced by a large one. Many
 * references are not integers, some are negative, and some are known to be odd, since they were computed by the
 * original program; a relative tolerance of 1e-3 is used, where the paper has 1e-3 absolute.
 */
export const gsmHard = defineFileDataset({
  name: "gsm-hard",
  summary: "GSM8K with large numbers; rewards running programs",
  licence: "Apache-2.0",
  citation: "Gao et al. 2023, PAL: Program-aided Language Models, arXiv:2211.10435",
  rows: 1319,
  grading: "number, relative tolerance 1e-3",
  upstream: "reasoning-machines/pal, datasets/gsmhardv2.jsonl",
  files: ["gsm_hard.jsonl", "gsmhardv2.jsonl"],
  options: selectionSchema,
  read: (row) => ({
    text: row.common?.question ?? row.text("input"),
    kind: "number",
    reference: {
      answer: row.common?.answer ?? row.text("target"),
      relativeTolerance: 1e-3,
      solution: row.common?.solution ?? row.optionalText("code"),
    },
  }),
});
