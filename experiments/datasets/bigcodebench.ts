import { z } from "zod";
import { defineFileDataset } from "./file-dataset.ts";
import { codeDraft } from "./reading/code-task.ts";
import type { Row } from "./reading/row.ts";
import { selectionShape } from "./selection.ts";

const bigcodebenchOptions = z.strictObject({
  ...selectionShape,
  split: z
    .enum(["complete", "instruct"])
    .default("complete")
    .describe("docstring to complete, or instruction in words"),
});

/**
 * BigCodeBench (Zhuo et al. 2024, arXiv:2406.15877): functions that call many libraries, judged by unittest classes.
 * The libraries are tags `lib:…`; where one is missing here, the task is left undecided. What the prompt imports stands
 * before the answer, which is the calibration of the paper.
 */
export const bigcodebench = defineFileDataset({
  name: "bigcodebench",
  summary: "Functions that call many libraries, to be completed or written from instructions",
  licence: "Apache-2.0",
  citation:
    "Zhuo et al. 2024, BigCodeBench: Benchmarking Code Generation with Diverse Function Calls, arXiv:2406.15877",
  rows: 1140,
  grading: "hidden unittest classes, in the sandbox (139 libraries)",
  upstream: "bigcode/bigcodebench, a version as JSON lines (form only)",
  files: ["bigcodebench.jsonl", "BigCodeBench.jsonl"],
  options: bigcodebenchOptions,
  read: (row, { split }) => {
    const start = row.text("code_prompt");
    const complete = row.text("complete_prompt");
    const entryPoint = row.optionalText("entry_point") ?? "task_func";
    return codeDraft({
      id: row.text("task_id"),
      text: split === "complete" ? complete : row.text("instruct_prompt"),
      language: "python",
      form: split === "complete" ? "completion" : "function",
      entryPoint,
      prefix: split === "complete" ? complete : beforeFunction(start, entryPoint),
      parts: [{ name: "tests", program: row.text("test") }],
      answer: split === "complete" ? row.text("canonical_solution") : start + row.text("canonical_solution"),
      tags: librariesIn(row).map((name) => `lib:${name}`),
    });
  },
});

const beforeFunction = (code: string, name: string): string =>
  code.slice(0, Math.max(0, code.search(new RegExp(`^def\\s+${name}\\b`, "m"))));

/** `libs` is a list, or one as Python prints it. */
function librariesIn(row: Row): readonly string[] {
  if (!row.has("libs")) return [];
  if (Array.isArray(row.fields.libs)) return row.texts("libs");
  return [...row.text("libs").matchAll(/['"]([\w.-]+)['"]/g)].map(([, name = ""]) => name);
}
