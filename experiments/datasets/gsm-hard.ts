import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/**
 * GSM-Hard (Gao et al. 2023, arXiv:2211.10435): GSM8K with one number of each question replaced by a large one. Many
 * references are not integers, some are negative, and some are known to be odd, since they were computed by the
 * original program. Within 1e-3, as in the paper, or a millionth of a number beyond 1,000: more would let pass a slip
 * in the last digits, which is what large numbers are there to find (16 × 9,066,466 = 145,055,696 is 5e-5 off).
 */
export const gsmHard = defineFileDataset({
  name: "gsm-hard",
  summary: "GSM8K with large numbers; rewards running programs",
  licence: "Apache-2.0",
  citation: "Gao et al. 2023, PAL: Program-aided Language Models, arXiv:2211.10435",
  rows: 1319,
  grading: "number, within 1e-3 or a millionth",
  upstream: "reasoning-machines/pal, datasets/gsmhardv2.jsonl",
  files: ["gsm_hard.jsonl", "gsmhardv2.jsonl"],
  options: selectionSchema,
  read: (row) => {
    const answer = row.common?.answer ?? row.text("target");
    return {
      text: row.common?.question ?? row.text("input"),
      kind: "number",
      reference: {
        answer,
        relativeTolerance: toleranceOf(Number(answer)),
        solution: row.common?.solution ?? row.optionalText("code"),
      },
    };
  },
});

const toleranceOf = (value: number): number =>
  value === 0 ? 1e-6 : Math.min(1, Math.max(1e-6, 1e-3 / Math.abs(value)));
