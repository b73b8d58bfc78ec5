import { z } from "zod";
import { hole } from "../../src/code/predictions.ts";
import { defineFileDataset } from "./file-dataset.ts";
import { codeDraft, predictionText } from "./reading/code-task.ts";
import { readRows } from "./reading/read-rows.ts";
import { selectionShape } from "./selection.ts";

export const predictions = ["input", "output"] as const;

export const predictionOptions = {
  predict: z
    .array(z.enum(predictions))
    .min(1)
    .default([...predictions])
    .describe("what is asked for: arguments that give the value, the value that the arguments give"),
};

/**
 * CRUXEval (Gu et al. 2024, arXiv:2401.03065): short Python functions whose output, or an input, is to be predicted.
 * `assert f(input) == output` decides, with the prediction read as plain data. The two tasks of a row share a group;
 * tag `predict:…`.
 */
export const cruxeval = defineFileDataset({
  name: "cruxeval",
  summary: "Predicting inputs and outputs of short Python functions",
  licence: "MIT",
  citation: "Gu et al. 2024, CRUXEval: A Benchmark for Code Reasoning, Understanding and Execution, arXiv:2401.03065",
  rows: 1600,
  grading: "the assertion is run with the predicted data",
  upstream: "facebookresearch/cruxeval, data/cruxeval.jsonl (form only)",
  files: ["cruxeval.jsonl"],
  options: z.strictObject({ ...selectionShape, ...predictionOptions }),
  rowsOf: async (path, { signal }) =>
    (await readRows(path, signal)).flatMap((row) => predictions.map((predict) => row.with({ predict }))),
  read: (row, { predict }) => {
    const asked = predict.find((one) => one === row.text("predict"));
    if (asked === undefined) return null;
    const [input, output] = [row.text("input"), row.text("output")];
    const assertion = asked === "input" ? `assert f(${hole}) == ${output}` : `assert f(${input}) == ${hole}`;
    const program = `${row.text("code").trimEnd()}\n\n${assertion}\n`;
    const own = row.optionalText("id") ?? String(row.position);
    return codeDraft({
      id: `cruxeval-${own}-${asked}`,
      text: predictionText(`${asked}-prediction`, "python", program),
      language: "python",
      form: `${asked}-prediction`,
      entryPoint: "f",
      parts: [{ name: "tests", program }],
      answer: asked === "input" ? input : output,
      group: `cruxeval-${own}`,
      tags: [`predict:${asked}`],
    });
  },
});
