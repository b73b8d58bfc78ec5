import { z } from "zod";
import { defineFileDataset } from "./file-dataset.ts";
import { selectionShape } from "./selection.ts";

const mathqaPythonOptions = z.strictObject({
  ...selectionShape,
  as: z
    .enum(["program", "number"])
    .default("program")
    .describe("what is asked for: a program that sets `answer`, or it"),
});

const REQUEST = "Write a Python program that works this out and leaves the result, a number, in the variable `answer`.";

/**
 * MathQA-Python (Austin et al. 2021, arXiv:2108.07732, section 3.2): MathQA's questions without options, answered by a
 * Python program that leaves its result in `answer`. It is right within 1e-4 of the file's number, relatively.
 */
export const mathqaPython = defineFileDataset({
  name: "mathqa-python",
  summary: "Word problems answered by a Python program that sets a variable",
  licence: "Apache-2.0",
  citation: "Austin et al. 2021, Program Synthesis with Large Language Models, arXiv:2108.07732",
  rows: 1883,
  grading: "the program's number, relative tolerance 1e-4",
  upstream: "google/trax, MathQA_Python_generation_notebook (form only)",
  files: ["mathqa-python-test.json", "mathqa_python_test.jsonl"],
  options: mathqaPythonOptions,
  read: (row, { as }) => {
    const value = row.number("answer");
    const question = row.common?.question ?? row.text("text");
    const code = row.text("code");
    const common = { id: row.has("task_id") ? `mathqa-python-${row.text("task_id")}` : undefined };
    if (as === "number") {
      const reference = { answer: String(value), relativeTolerance: 1e-4, solution: code };
      return { ...common, text: question, kind: "number", reference };
    }
    const near = `abs(answer - ${value}) <= 1e-4 * max(1, abs(${value}))`;
    const program = `assert isinstance(answer, (int, float)) and ${near}\n`;
    return {
      ...common,
      text: `${question}\n\n${REQUEST}`,
      kind: "code",
      code: { language: "python", entryPoint: "answer" },
      reference: { answer: code, tests: { language: "python", prefix: "", program } },
    };
  },
});
