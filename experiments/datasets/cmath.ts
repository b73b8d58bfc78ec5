import { defineFileDataset } from "./file-dataset.ts";
import { shortHash } from "./fingerprint.ts";
import { selectionSchema } from "./selection.ts";

/**
 * CMATH (Wei et al. 2023, arXiv:2306.16636): word problems of Chinese elementary schools, a hundred of each grade;
 * tags `grade:…` and `steps:…`. The second file adds up to five irrelevant facts to 60 of them, grouped by the
 * original problem; tag `distractors:…`. Whole numbers must be equal, others agree within 1 %, as in the authors'
 * script, which takes either of a reply's last two numbers: here it is the one that the reply gives as its answer.
 */
export const cmath = defineFileDataset({
  name: "cmath",
  summary: "Chinese elementary-school word problems by grade, also with distracting facts",
  licence: "MIT or BSD",
  citation: "Wei et al. 2023, CMATH, arXiv:2306.16636",
  rows: 600,
  grading: "number; within 1 % where it is not whole",
  upstream: "XiaoMi/cmath, datasets/cmath_dev.jsonl, datasets/distractor.jsonl",
  files: ["cmath_dev.jsonl", "cmath.jsonl", "distractor.jsonl"],
  options: selectionSchema,
  read: (row) => {
    const answer = row.common?.answer ?? row.text("golden");
    const original = row.optionalText("original");
    return {
      text: row.common?.question ?? row.text("input"),
      kind: "number",
      reference: { answer, relativeTolerance: /^-?\d+$/.test(answer.trim()) ? undefined : 0.01 },
      group: original === undefined ? undefined : `cmath-${shortHash(original)}`,
      tags: (
        [
          ["grade", row.optionalText("grade")],
          ["steps", row.optionalText("reasoning_step")],
          ["distractors", row.optionalText("distractor")],
        ] as const
      ).flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`])),
    };
  },
});
