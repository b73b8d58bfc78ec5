import { z } from "zod";
import { plainNumber } from "../../src/answer/plain-number.ts";
import { defineDataset } from "../../src/core/dataset.ts";
import { InvalidOptionError } from "../../src/core/errors.ts";
import { problemOf } from "../../src/core/problem.ts";
import { letterOf, withOptions } from "./choices.ts";
import { type Draft, toProblems } from "./file-dataset.ts";
import { finalLine, withoutCommas } from "./gsm8k.ts";
import { lastBoxed } from "./reading/last-boxed.ts";
import { readRows } from "./reading/read-rows.ts";
import type { Row } from "./reading/row.ts";
import { selectionShape, selectProblems } from "./selection.ts";

export const genericOptions = z.strictObject({
  ...selectionShape,
  name: z.string().min(1).default("generic").describe("prefix of ids that are made up from positions"),
  format: z.enum(["jsonl", "json", "csv", "tsv"]).optional().describe("by default from the file's name"),
  question: z.string().default("question").describe("field with the question"),
  answer: z.string().default("answer").describe("field with the reference answer"),
  answerFrom: z
    .enum(["field", "boxed", "####"])
    .default("field")
    .describe("the field itself, its last box, or after its last ####"),
  id: z.string().optional().describe("field with a unique id; by default the common one, or the position"),
  solution: z.string().optional().describe("field with a worked solution"),
  choices: z.string().optional().describe("field with the list of options of a multiple-choice question"),
  concepts: z.string().optional().describe("field with a list of concepts that may be shown, for `hint`"),
  hints: z.string().optional().describe("field with a list of hints that may be shown"),
  misleading: z.string().optional().describe("field with a list of misleading hints"),
  group: z.string().optional().describe("field that ties variants of one question together"),
  difficulty: z.string().optional().describe("field with a number, mapped to 0 to 1 by `difficultyRange`"),
  difficultyRange: z
    .tuple([z.number(), z.number()])
    .default([0, 1])
    .describe("easiest and hardest value of that field"),
  tagFields: z.array(z.string()).default([]).describe("fields whose values become tags, as field:value"),
  kind: z.enum(["number", "math", "choice", "text"]).optional().describe("default: by the answer"),
  relativeTolerance: z.number().positive().max(1).optional().describe("of numeric answers"),
});
export type GenericOptions = z.output<typeof genericOptions>;

/**
 * Any JSONL, JSON, CSV or TSV file, by naming the fields that hold question and answer. A record that lacks a named
 * field stops the load with the file, the line, the field and what to do.
 */
export const generic = defineDataset<GenericOptions>({
  name: "generic",
  summary: "Any JSONL, JSON, CSV or TSV file, by naming its fields",
  options: genericOptions,
  async load(source, options) {
    if (source.path === undefined) {
      throw new InvalidOptionError('generic: "path"', "must name a .jsonl, .json, .csv or .tsv file, got nothing.");
    }
    const rows = await readRows(source.path, source.signal, options.format);
    const problems = toProblems(options.name, rows, (row) => readRow(row, options));
    return selectProblems(problems, options).map(problemOf);
  },
});

function readHints(row: Row, { concepts, hints, misleading }: GenericOptions): Pick<Draft, "hints"> {
  const fields = Object.entries({ concepts, hints, misleading }).flatMap(([part, field]) =>
    field === undefined ? [] : [[part, row.texts(field)] as const],
  );
  return fields.length === 0 ? {} : { hints: Object.fromEntries(fields) };
}

function readRow(row: Row, options: GenericOptions): Draft {
  const question = row.text(options.question);
  const choices = options.choices === undefined ? undefined : row.texts(options.choices);
  const answer = choices === undefined ? readAnswer(row, options) : readLetter(row, options.answer, choices);
  return {
    id: options.id === undefined ? undefined : row.text(options.id),
    text: choices === undefined ? question : withOptions(question, choices),
    kind: options.kind ?? (choices !== undefined ? "choice" : plainNumber(answer) === null ? "math" : "number"),
    choices,
    ...readHints(row, options),
    reference: {
      answer,
      solution: options.solution === undefined ? undefined : row.text(options.solution),
      relativeTolerance: options.relativeTolerance,
    },
    group: options.group === undefined ? undefined : row.text(options.group),
    ...(options.tagFields.length === 0
      ? {}
      : { tags: options.tagFields.map((field) => `${field}:${row.text(field)}`) }),
    ...(options.difficulty === undefined
      ? {}
      : { difficulty: readDifficulty(row, options.difficulty, options.difficultyRange) }),
  };
}

function readAnswer(row: Row, { answer: field, answerFrom }: GenericOptions): string {
  const value = row.text(field);
  if (answerFrom === "####") return withoutCommas(finalLine(row, value));
  const answer = answerFrom === "boxed" ? lastBoxed(value) : value.trim();
  if (answer === undefined) throw row.wrong(field, "must hold a \\boxed{} answer", value);
  if (answer === "") throw row.wrong(field, "must not be empty", value);
  return answer;
}

function readLetter(row: Row, field: string, choices: readonly string[]): string {
  const value = row.text(field);
  const byText = choices.indexOf(value);
  const letter = letterOf(value, choices.length) ?? (byText === -1 ? undefined : letterOf(byText, choices.length));
  if (letter === undefined)
    throw row.wrong(field, "must be the letter, the 0-based index or the text of a choice", value);
  return letter;
}

function readDifficulty(row: Row, field: string, [easiest, hardest]: readonly [number, number]): number {
  const share = (row.number(field) - easiest) / (hardest - easiest);
  if (share >= 0 && share <= 1) return share;
  throw row.wrong(
    field,
    `must lie from ${easiest} to ${hardest}`,
    row.fields[field],
    "Set difficultyRange to what the file holds.",
  );
}
