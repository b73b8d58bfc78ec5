import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/**
 * miniF2F in Lean 4 (Zheng, Han, Polu 2021, arXiv:2109.00110; Xin et al. 2024, arXiv:2408.08152). An answer is the
 * proof that follows `:= by`; it is right when Lean 4 with Mathlib accepts header, statement and proof without `sorry`.
 * There is no reference answer.
 */
export const minif2f = defineFileDataset({
  name: "minif2f",
  summary: "Formal competition theorems in Lean 4",
  licence: "MIT",
  citation: "Zheng, Han, Polu 2021, MiniF2F, arXiv:2109.00110; Xin et al. 2024, DeepSeek-Prover-V1.5, arXiv:2408.08152",
  rows: 488,
  grading: "Lean 4 accepts the proof",
  upstream: "deepseek-ai/DeepSeek-Prover-V1.5, datasets/minif2f.jsonl",
  files: ["minif2f_lean4.jsonl", "minif2f.jsonl"],
  options: selectionSchema,
  read: (row) => {
    const name = row.text("name");
    const header = row.common?.tests?.prefix ?? row.text("header");
    const theorem = row.common?.tests?.program ?? row.text("formal_statement");
    const informal = row.common?.question ?? row.text("informal_prefix").replace(/^\s*\/--\s*|\s*-\/\s*$/g, "");
    return {
      id: `minif2f-${name}`,
      text: `${informal}\n\nProve this theorem in Lean 4 with Mathlib. Give the tactics that follow ":= by".\n\n${theorem}`,
      kind: "code",
      code: { language: "lean4", entryPoint: name, prefix: header + theorem },
      reference: { answer: "", tests: { language: "lean4", prefix: header + theorem, program: "" } },
      tags: [
        `split:${row.text("split")}`,
        `source:${/^(mathd|amc|aime|imo|induction|algebra|numbertheory)/.exec(name)?.[0] ?? "other"}`,
      ],
    };
  },
});
