import { type Draft, defineFileDataset } from "./file-dataset.ts";
import type { Row } from "./reading/row.ts";
import { shownExamples } from "./reading/shown-examples.ts";
import { selectionSchema } from "./selection.ts";

/**
 * HumanEval (Chen et al. 2021, arXiv:2107.03374): complete a Python function from its signature and docstring. An
 * answer is the body, or the whole function again; the program that decides is prompt, answer, tests and
 * `check(entry_point)`. The examples of the docstring are the visible tests, where they are written as a call and a
 * literal value.
 */
export const humaneval = defineFileDataset({
  name: "humaneval",
  summary: "164 Python functions to complete from signature and docstring",
  licence: "MIT",
  citation: "Chen et al. 2021, Evaluating Large Language Models Trained on Code, arXiv:2107.03374",
  rows: 164,
  grading: "hidden tests, in the sandbox",
  upstream: "openai/human-eval, data/HumanEval.jsonl.gz",
  files: ["humaneval.jsonl", "HumanEval.jsonl", "HumanEval.jsonl.gz"],
  options: selectionSchema,
  read: readHumanEvalRow,
});

export function readHumanEvalRow(row: Row): Draft {
  const prompt = row.common?.question ?? row.text("prompt");
  const tests = row.common?.tests;
  const entryPoint = tests?.entryPoint ?? row.text("entry_point");
  return {
    id: row.optionalText("task_id"),
    text: prompt,
    kind: "code",
    code: { language: "python", entryPoint, prefix: prompt, visibleTests: shownExamples(prompt, entryPoint) },
    reference: {
      answer: row.common?.answer ?? row.text("canonical_solution"),
      tests: {
        language: "python",
        prefix: prompt,
        program: tests?.program ?? `${row.text("test")}\ncheck(${entryPoint})\n`,
      },
    },
    ...(row.has("upstream_test_broken") ? { tags: ["broken-test"] } : {}),
  };
}
