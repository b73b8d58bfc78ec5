import { letterOf, withOptions } from "./choices.ts";
import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/** AQuA-RAT (Ling et al. 2017, arXiv:1705.04146): algebra word problems with five options, published as "A)…" texts. */
export const aqua = defineFileDataset({
  name: "aqua",
  summary: "Algebra word problems with five options",
  licence: "Apache-2.0",
  citation: "Ling et al. 2017, Program Induction by Rationale Generation, arXiv:1705.04146",
  rows: 254,
  grading: "letter",
  upstream: "google-deepmind/AQuA, test.json",
  files: ["aqua.jsonl", "AQuA.json"],
  options: selectionSchema,
  read: (row) => {
    const choices = row.texts("options").map((option) => option.replace(/^\s*\(?[A-E]\s*\)\s*/, "").trim());
    const answer = letterOf(row.text("correct"), choices.length);
    if (answer === undefined) throw row.wrong("correct", "must be the letter of an option", row.fields.correct);
    return {
      text: withOptions(row.text("question"), choices),
      kind: "choice",
      choices,
      reference: { answer, solution: row.common?.solution ?? row.optionalText("rationale") },
    };
  },
});
