import { z } from "zod";
import { defineFileDataset } from "./file-dataset.ts";
import { readRows } from "./reading/read-rows.ts";
import type { Row } from "./reading/row.ts";
import { selectionShape } from "./selection.ts";

const tasks = ["verdict", "step", "reason"] as const;

const mrGsm8kOptions = z.strictObject({
  ...selectionShape,
  tasks: z
    .array(z.enum(tasks))
    .min(1)
    .default(["verdict", "step"])
    .describe("what is asked about each solution; reason, of wrong ones, needs the grader mr-gsm8k"),
});

const requests = {
  verdict: 'Is the whole solution right? Answer with "correct" or "wrong".',
  step: 'Which step is the first wrong one? Answer with its number, or "none" where every step is right.',
  reason: "It has an error. Say in one or two sentences what the first error is.",
};

/**
 * MR-GSM8K (Zeng et al. 2023, arXiv:2312.17080): solutions of GSM8K questions and of two kinds of variations, to be
 * judged. Each row is asked twice, in one group: whether the solution is right (tag `task:verdict`) and which step is
 * the first wrong one (tag `task:step`, counted from 1). Wrong ones may be asked a third time: why (tag `task:reason`),
 * which the publisher, and the grader `mr-gsm8k`, have judged by a model.
 */
export const mrGsm8k = defineFileDataset({
  name: "mr-gsm8k",
  summary: "Judging solutions: right or wrong, and the first wrong step",
  licence: "MIT",
  citation: "Zeng et al. 2023, MR-GSM8K: A Meta-Reasoning Benchmark, arXiv:2312.17080",
  rows: 2999,
  grading: "exact word, number of the step",
  upstream: "dvlab-research/MR-GSM8K, dataset/MR-GSM8K.json (form only)",
  files: ["MR-GSM8K.json", "mr_gsm8k.jsonl"],
  options: mrGsm8kOptions,
  rowsOf: async (path, { signal }) =>
    (await readRows(path, signal)).flatMap((row) => tasks.map((task) => row.with({ asked: task }))),
  read: (row, options) => {
    const task = options.tasks.find((one) => one === row.text("asked"));
    if (task === undefined) return null;
    const steps = mrGsm8kSteps(row);
    const wrong = mrGsm8kFirstError(row, steps.length);
    const group = `mr-gsm8k-${row.text("uuid")}`;
    const reason = row.optionalText("model_output_solution_first_error_reason");
    if (task === "reason" && (wrong === null || reason === undefined)) return null;
    const answers = {
      verdict: wrong === null ? "correct" : "wrong",
      step: wrong === null ? "none" : `${wrong + 1}`,
      reason: reason ?? "",
    };
    return {
      id: `${group}-${task}`,
      text: `Question:\n${row.text("question")}\n\nSolution to judge:\n${steps.map(numbered).join("\n")}\n\n${requests[task]}`,
      kind: "text",
      reference: {
        answer: answers[task],
        solution: wrong === null ? undefined : reason,
      },
      group,
      tags: [`task:${task}`, `question:${row.text("question_type")}`],
    };
  },
});

const numbered = (step: string, index: number): string =>
  /^\s*step\s*\d+/i.test(step) ? step : `Step ${index + 1}: ${step}`;

/** The steps of the solution to judge, as published a list or one text of lines that begin with "Step". */
export const mrGsm8kSteps = (row: Row): readonly string[] =>
  Array.isArray(row.fields.model_output_steps)
    ? row.texts("model_output_steps")
    : row
        .text("model_output_steps")
        .split(/\n(?=\s*Step \d+)/i)
        .filter((step) => step.trim() !== "");

/** 0-based index of the first wrong step; null for a right solution. */
export function mrGsm8kFirstError(row: Row, count: number): number | null {
  const verdict = row.text("model_output_solution_correctness").trim().toLowerCase();
  if (verdict === "correct") return null;
  if (verdict !== "wrong" && verdict !== "incorrect")
    throw row.wrong("model_output_solution_correctness", 'must be "correct" or "wrong"', verdict);
  const step = row.number("model_output_solution_first_error_step");
  if (Number.isInteger(step) && step >= 1 && step <= count) return step - 1;
  throw row.wrong("model_output_solution_first_error_step", `must be a step from 1 to ${count}`, step);
}
