import { letterOf, withOptions } from "./choices.ts";
import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/** MMLU-Pro (Wang et al. 2024, arXiv:2406.01574): fourteen subjects, up to ten options; "N/A" stands for no option. */
export const mmluPro = defineFileDataset({
  name: "mmlu-pro",
  summary: "Multiple choice in fourteen subjects with up to ten options",
  licence: "MIT",
  citation: "Wang et al. 2024, MMLU-Pro: A More Robust and Challenging Benchmark, arXiv:2406.01574",
  rows: 12032,
  grading: "letter",
  upstream: "TIGER-Lab/MMLU-Pro, data/test as JSON lines (form only)",
  files: ["mmlu_pro_test.jsonl", "mmlu_pro.jsonl"],
  options: selectionSchema,
  read: (row) => {
    const all = row.texts("options");
    const end = all.findLastIndex((option) => option.trim() !== "N/A") + 1;
    const choices = all.slice(0, end);
    const answer = letterOf(row.common?.answer ?? row.text("answer"), choices.length);
    if (answer === undefined) throw row.wrong("answer", "must be the letter of an option", row.fields.answer);
    if (row.has("answer_index") && letterOf(row.number("answer_index"), choices.length) !== answer)
      throw row.wrong("answer_index", `must be that of ${answer}, which answer names`, row.fields.answer_index);
    const solution = row.common?.solution ?? row.optionalText("cot_content");
    return {
      id: row.has("question_id") ? `mmlu-pro-${row.text("question_id")}` : undefined,
      text: withOptions(row.text("question"), choices),
      kind: "choice",
      choices,
      reference: { answer, solution: solution === "" ? undefined : solution },
      tags: [`subject:${row.text("category")}`, ...(row.has("src") ? [`source:${row.text("src")}`] : [])],
    };
  },
});
