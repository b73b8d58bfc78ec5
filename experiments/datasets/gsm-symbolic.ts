import { basename } from "node:path";
import { defineFileDataset } from "./file-dataset.ts";
import { readGsm8kRow } from "./gsm8k.ts";
import { selectionSchema } from "./selection.ts";

/**
 * GSM-Symbolic (Mirzadeh et al. 2024, arXiv:2410.05229) as published: 100 templates of GSM8K questions, fifty instances
 * each; GSM-P1 and GSM-P2 add one and two clauses. A group is a template, a tag `set:…` the set of instances that is
 * graded by itself, and a tag `form:…` the file.
 */
export const gsmSymbolic = defineFileDataset({
  name: "gsm-symbolic",
  summary: "GSM8K templates with fifty instances each, and harder variants",
  licence: "CC BY-NC-ND 4.0",
  citation:
    "Mirzadeh et al. 2024, GSM-Symbolic: Understanding the Limitations of Mathematical Reasoning, arXiv:2410.05229",
  rows: 5000,
  grading: "number",
  upstream: "apple/ml-gsm-symbolic, generated_data/GSM_symbolic.jsonl, GSM_p1.jsonl, GSM_p2.jsonl (form only)",
  files: ["GSM_symbolic.jsonl", "GSM_p1.jsonl", "GSM_p2.jsonl"],
  everyFile: true,
  options: selectionSchema,
  read: (row) => {
    const variant = /p[12](?=\.|_|$)/i.exec(basename(row.file))?.[0].toLowerCase() ?? "symbolic";
    const template = row.text("id");
    const instance = row.text("instance");
    return {
      ...readGsm8kRow(row),
      id: `gsm-${variant}-${template}-${instance}`,
      group: `gsm-${variant}-${template}`,
      tags: [`form:${variant}`, `set:${instance}`],
    };
  },
});
