import { z } from "zod";
import { letterOf, letters } from "./choices.ts";
import { type Draft, defineFileDataset } from "./file-dataset.ts";
import type { Row } from "./reading/row.ts";
import { selectionShape } from "./selection.ts";

const dynamathOptions = z.strictObject({
  ...selectionShape,
  pictures: z
    .enum(["refuse", "leave-out", "ignore"])
    .default("refuse")
    .describe("records with a picture: refused, left out, or asked by their text alone (tag `picture`)"),
});

const kinds: Readonly<Record<string, Draft["kind"]>> = {
  float: "number",
  int: "number",
  "single answer": "number",
  text: "text",
  "multiple choice": "choice",
};

/**
 * DynaMath (Zou et al. 2024, arXiv:2411.00836): seed questions made by programs, ten variants each, which share a
 * group. Pictures cannot be shown to a model here: a record that has one is refused unless `pictures` says otherwise.
 * The publisher's tolerance of 0.001 for floats is absolute and is divided by the answer's size.
 */
export const dynamath = defineFileDataset({
  name: "dynamath",
  summary: "Visual mathematics in ten variants a question; its text alone",
  licence: "CC BY-SA 4.0",
  citation: "Zou et al. 2024, DynaMath: A Dynamic Visual Benchmark, arXiv:2411.00836",
  rows: 5010,
  grading: "number within 0.001, letter or text",
  upstream: "DynaMath/DynaMath, dataset/dataset.json; DynaMath_Sample, sample_variant1 to 10 as JSON lines",
  files: ["dataset.json", ...Array.from({ length: 10 }, (_, i) => `sample_variant${i + 1}.jsonl`)],
  everyFile: true,
  options: dynamathOptions,
  read: (row, { pictures }) => {
    const picture = ["image", "decoded_image"].find((field) => row.has(field));
    if (picture !== undefined && pictures === "leave-out") return null;
    if (picture !== undefined && pictures === "refuse") {
      const remedy = "Set pictures: leave-out for the other records, or pictures: ignore to ask the text alone.";
      throw row.wrong(picture, "holds a picture, which cannot be shown to a model here", row.fields[picture], remedy);
    }
    return problemIn(row, picture !== undefined);
  },
});

function problemIn(row: Row, pictured: boolean): Draft {
  const type = row.text("answer_type").trim();
  const kind = kinds[type];
  if (kind === undefined)
    throw row.wrong("answer_type", `must be one of ${Object.keys(kinds).join(", ")}`, row.fields.answer_type);
  const answer = (row.common?.answer ?? row.text("ground_truth", "answer")).trim();
  const size = Math.abs(Number(answer));
  const question = row.common?.question ?? row.text("question");
  const choices = kind === "choice" ? optionsIn(question) : undefined;
  if (kind === "choice" && letterOf(answer, choices?.length ?? letters.length) === undefined)
    throw row.wrong("answer", "must be the letter of an option", answer);
  const variant = /variant_?(\d+)/.exec(row.file)?.[1];
  const seed = row.text("key", "id", "index");
  return {
    id: `dynamath-${seed}${variant === undefined ? "" : `-${variant}`}`,
    text: question,
    kind,
    choices,
    reference: { answer, relativeTolerance: type === "float" && size > 0 ? Math.min(1, 1e-3 / size) : undefined },
    group: `dynamath-${seed}`,
    tags: [
      `subject:${row.text("subject")}`,
      `level:${row.text("level", "knowledge_level")}`,
      ...(variant === undefined ? [] : [`set:${variant}`]),
      ...(pictured ? ["picture"] : []),
    ],
  };
}

/**
 * The options stand in the question, as "(A) yes (B) no" or "A. yes" by lines; undefined where they are written
 * otherwise.
 */
function optionsIn(question: string): readonly string[] | undefined {
  for (const mark of [/\(([A-Z])\)\s*/, /(?:^|\n)\s*([A-Z])[.):]\s+/]) {
    const parts = question.split(mark).slice(1);
    const named = parts.filter((_, i) => i % 2 === 0);
    if (named.length > 1 && named.every((letter, i) => letter === letters[i]))
      return parts.filter((_, i) => i % 2 === 1).map((option) => option.trim().replace(/,$/, ""));
  }
  return undefined;
}
