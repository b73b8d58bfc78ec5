import { defineFileDataset } from "./file-dataset.ts";
import { lastBoxed } from "./reading/last-boxed.ts";
import { selectionSchema } from "./selection.ts";

/**
 * Minerva-math (Lewkowycz et al. 2022, arXiv:2206.14858): undergraduate science problems. The reference is the last
 * box; its unit stands outside.
 */
export const minervaMath = defineFileDataset({
  name: "minerva-math",
  summary: "Undergraduate science and mathematics with numbers and formulas as answers",
  licence: "MIT (collection); problems CC BY-NC-SA 4.0",
  citation: "Lewkowycz et al. 2022, Solving Quantitative Reasoning Problems with Language Models, arXiv:2206.14858",
  rows: 272,
  grading: "mathematical equivalence",
  upstream: "QwenLM/Qwen2.5-Math, evaluation/data/minerva_math/test.jsonl",
  files: ["minerva_math.jsonl"],
  options: selectionSchema,
  read: (row) => {
    const solution = row.common?.solution ?? row.text("solution");
    const answer = row.common?.answer ?? lastBoxed(solution);
    if (answer === undefined) throw row.wrong("solution", "must hold a \\boxed{} answer", solution);
    return {
      text: row.common?.question ?? row.text("problem"),
      kind: "math",
      reference: { answer, solution },
      tags: [`course:${row.text("type")}`],
    };
  },
});
