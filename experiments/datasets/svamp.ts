import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/**
 * SVAMP (Patel et al. 2021, arXiv:2103.07191): one-step word problems varied so that shallow patterns fail. The text is
 * Body and Question, joined by a full stop where Body has none.
 */
export const svamp = defineFileDataset({
  name: "svamp",
  summary: "Elementary word problems varied to defeat shallow patterns",
  licence: "MIT",
  citation:
    "Patel, Bhattamishra, Goyal 2021, Are NLP Models really able to Solve Simple Math Word Problems?, arXiv:2103.07191",
  rows: 1000,
  grading: "number",
  upstream: "arkilpatel/SVAMP, SVAMP.json",
  files: ["svamp.jsonl", "SVAMP.json"],
  options: selectionSchema,
  read: (row) => ({
    id: row.optionalText("ID"),
    text: row.common?.question ?? joinSentences(row.text("Body"), row.text("Question")),
    kind: "number",
    reference: {
      answer: row.common?.answer ?? row.text("Answer"),
      solution: row.common?.solution ?? row.optionalText("Equation"),
    },
    tags: [`type:${row.text("Type")}`],
  }),
});

/** Two texts with a blank between, and a full stop where the first does not end a sentence. */
export function joinSentences(body: string, question: string): string {
  const first = body.trim();
  return `${first}${first === "" || /[.?!,]$/.test(first) ? "" : "."} ${question.trim()}`.trim();
}
