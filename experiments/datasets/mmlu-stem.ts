import { letterOf, withOptions } from "./choices.ts";
import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/**
 * The 18 STEM subjects of MMLU (Hendrycks et al. 2021, arXiv:2009.03300), four options each. `answer` is published as
 * an index or a letter.
 */
export const mmluStem = defineFileDataset({
  name: "mmlu-stem",
  summary: "Multiple choice in 18 science, technology and mathematics subjects",
  licence: "MIT",
  citation: "Hendrycks et al. 2021, Measuring Massive Multitask Language Understanding, arXiv:2009.03300",
  rows: 3018,
  grading: "letter",
  upstream: "QwenLM/Qwen2.5-Math, evaluation/data/mmlu_stem/test.jsonl",
  files: ["mmlu_stem.jsonl"],
  options: selectionSchema,
  read: (row) => {
    const choices = row.texts("choices");
    const answer = letterOf(row.common?.answer ?? row.text("answer"), choices.length);
    if (answer === undefined) throw row.wrong("answer", "must be the index or letter of a choice", row.fields.answer);
    return {
      text: withOptions(row.text("question"), choices),
      kind: "choice",
      choices,
      reference: { answer },
      tags: [`subject:${row.text("type", "subject")}`],
    };
  },
});
