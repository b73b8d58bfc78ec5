import { basename } from "node:path";
import type { AnswerKind } from "../../src/core/question.ts";
import { letterOf, withOptions } from "./choices.ts";
import { defineFileDataset } from "./file-dataset.ts";
import type { Row } from "./reading/row.ts";
import { selectionSchema } from "./selection.ts";

/**
 * BIG-Bench Hard (Suzgun et al. 2022, arXiv:2210.09261). Each task is a file of its own (`date_understanding.json` with
 * `examples[].input` and `.target`); given a folder, all task files in it are read. Tag `task:…`. Tasks with lettered
 * options are multiple choice, the others are answered with a number or a text.
 */
export const bbh = defineFileDataset({
  name: "bbh",
  summary: "BIG-Bench Hard: dates, tables, counting, logic, brackets, sorting and more",
  licence: "MIT",
  citation:
    "Suzgun et al. 2022, Challenging BIG-Bench Tasks and Whether Chain-of-Thought Can Solve Them, arXiv:2210.09261",
  rows: 6511,
  grading: "letter, number or exact text, by task",
  upstream: "suzgunmirac/BIG-Bench-Hard, bbh/*.json",
  files: [
    "bbh_date_understanding.jsonl",
    "bbh_penguins_in_a_table.jsonl",
    "bbh_reasoning_about_colored_objects.jsonl",
    "bbh_object_counting.jsonl",
    "bbh_logic_other.jsonl",
    ...taskNames().map((task) => `${task}.json`),
  ],
  everyFile: true,
  options: selectionSchema,
  read: (row) => {
    const task = row.optionalText("task") ?? basename(row.file).replace(/\..*$/, "");
    const text = row.common?.question ?? row.text("input");
    const target = (row.common?.answer ?? row.text("target")).trim();
    const id = `bbh-${task.replaceAll("_", "-")}-${String(row.position).padStart(3, "0")}`;
    const tags = [`task:${task}`];
    const choices = optionsIn(text);
    if (choices.length === 0) return { id, text, kind: kindOf(task), reference: { answer: target }, tags };
    const answer = letterOf(target, choices.length);
    if (answer === undefined) throw badTarget(row, target);
    const stem = text.slice(0, text.lastIndexOf("\nOptions:"));
    return { id, text: withOptions(stem, choices), kind: "choice", choices, reference: { answer }, tags };
  },
});

const badTarget = (row: Row, target: string) =>
  row.wrong("target", 'must be the letter of an option, as in "(B)"', target);

/** The lettered options after the last `Options:` line, if they are A, B, C … in order. */
function optionsIn(text: string): readonly string[] {
  const from = text.lastIndexOf("\nOptions:");
  if (from === -1) return [];
  const found = [...text.slice(from).matchAll(/^\(([A-Z])\) (.*)$/gm)];
  return found.every(([, letter], index) => letter === String.fromCharCode(65 + index))
    ? found.map(([, , option]) => option ?? "")
    : [];
}

const kindOf = (task: string): AnswerKind => (/object_counting|multistep_arithmetic/.test(task) ? "number" : "text");

function taskNames(): readonly string[] {
  const names =
    "boolean_expressions causal_judgement date_understanding disambiguation_qa dyck_languages formal_fallacies " +
    "geometric_shapes hyperbaton logical_deduction_five_objects logical_deduction_seven_objects " +
    "logical_deduction_three_objects movie_recommendation multistep_arithmetic_two navigate object_counting " +
    "penguins_in_a_table reasoning_about_colored_objects ruin_names salient_translation_error_detection snarks " +
    "sports_understanding temporal_sequences tracking_shuffled_objects_five_objects " +
    "tracking_shuffled_objects_seven_objects tracking_shuffled_objects_three_objects web_of_lies word_sorting";
  return names.split(" ");
}
