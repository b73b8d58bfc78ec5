import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/**
 * SciBench (Wang et al. 2024, arXiv:2307.10635): college physics, chemistry and mathematics from ten textbooks. The
 * unit, which may hold a power of ten, stands in the question as upstream has it, so that the number alone is the
 * answer; 5 % off is right.
 */
export const scibench = defineFileDataset({
  name: "scibench",
  summary: "College science from textbooks, decimal answers with units",
  licence: "MIT (collection); problems from textbooks",
  citation: "Wang et al. 2024, SciBench, ICML, arXiv:2307.10635",
  rows: 692,
  grading: "number, relative tolerance 5 %",
  upstream: "mandyyyyii/scibench, dataset/original/*.json",
  files: ["scibench.jsonl"],
  options: selectionSchema,
  read: (row) => {
    const unit = (row.optionalText("unit") ?? "").replace(/\s+/g, " ").trim();
    const question = row.common?.question ?? row.text("problem_text");
    const solution = row.common?.solution ?? row.optionalText("solution");
    return {
      id: row.has("problemid")
        ? `scibench-${row.text("source")}-${row.text("problemid").trim()}-${row.position}`
        : undefined,
      text: /^\$?$/.test(unit) ? question : `${question.trimEnd()} The unit of the answer is ${unit}.`,
      kind: "number",
      reference: {
        answer: (row.common?.answer ?? row.text("answer_number")).trim().replace(/^\+/, ""),
        relativeTolerance: 0.05,
        solution,
      },
      tags: [`source:${row.text("source")}`],
    };
  },
});
