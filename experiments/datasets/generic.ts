import { z } from "zod";
import { plainNumber } from "../../src/answer/plain-number.ts";
import { type DatasetSource, defineDataset } from "../../src/core/dataset.ts";
import { InvalidOptionError } from "../../src/core/errors.ts";
import { problemOf } from "../../src/core/problem.ts";
import { withOptions } from "./choices.ts";
import { isWithin, timestampOf } from "./dates.ts";
import { type Draft, toProblems } from "./file-dataset.ts";
import { type AnswerReading, kindOfAnswer, refuseLoss, rightLetter } from "./generic-refusals.ts";
import { finalLine, withoutCommas } from "./gsm8k.ts";
import { lastBoxed } from "./reading/last-boxed.ts";
import { readRows } from "./reading/read-rows.ts";
import { isRecord, type Row } from "./reading/row.ts";
import { selectionShape, selectProblems } from "./selection.ts";

const fields = z.union([z.string(), z.array(z.string()).min(1)]);

export const genericOptions = z.strictObject({
  ...selectionShape,
  name: z.string().min(1).default("generic").describe("prefix of ids that are made up from positions"),
  format: z.enum(["jsonl", "json", "csv", "tsv"]).optional().describe("by default from the file's name"),
  columns: z.array(z.string()).min(1).optional().describe("names of the columns of a CSV or TSV without a header"),
  question: fields
    .default("question")
    .describe("field with the question, or several to be joined; `a.b` is inside `a`"),
  joinWith: z.string().default("\n\n").describe("what stands between joined fields"),
  answer: z.string().default("answer").describe("field with the reference answer"),
  answerFrom: z
    .enum(["field", "boxed", "####"])
    .default("field")
    .describe("the field itself, its last box, or after its last ####"),
  answerIs: z
    .enum(["letter", "index", "index-from-1", "text"])
    .optional()
    .describe("how the answer names an option, where a row may be read in two ways"),
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
  tagFields: z.array(z.string()).default([]).describe("fields whose values become tags, as field:value; lists too"),
  kind: z.enum(["number", "math", "choice", "text"]).optional().describe("default: by the answer"),
  relativeTolerance: z.number().positive().max(1).optional().describe("of numeric answers"),
  tolerance: z.string().optional().describe("field with the row's own tolerance, relative; empty is none"),
  toleranceOf: z
    .strictObject({ field: z.string(), values: z.record(z.string(), z.number().min(0).max(1)) })
    .optional()
    .describe("relative tolerance by the value of a field, such as {field: type, values: {decimal: 0.05}}"),
  date: z.string().optional().describe("field with a date or timestamp (ISO 8601, or seconds since 1970)"),
  from: z.string().optional().describe("only rows of this date or later"),
  until: z.string().optional().describe("only rows before this date"),
  ignore: z.array(z.string()).default([]).describe("fields that may be left out though a question may need them"),
});
export type GenericOptions = z.output<typeof genericOptions>;

/**
 * Any JSONL, JSON, CSV or TSV file, by naming the fields that hold question and answer. A record that lacks a named
 * field, that can be read in two ways, or that holds what would be dropped (options, tests, pictures) stops the load
 * with the file, the line, the field, its value and what to do.
 */
export const generic = defineDataset<GenericOptions>({
  name: "generic",
  summary: "Any JSONL, JSON, CSV or TSV file, by naming its fields",
  options: genericOptions,
  async load(source, options) {
    const rows = await rowsOf(source, options);
    const problems = toProblems(options.name, rows, (row) => readRow(row, options));
    return selectProblems(problems, options).map(problemOf);
  },
});

async function rowsOf(source: DatasetSource, options: GenericOptions): Promise<readonly Row[]> {
  if (source.path === undefined)
    throw new InvalidOptionError('generic: "path"', "must name a .jsonl, .json, .csv or .tsv file, got nothing.");
  if (options.date === undefined && (options.from ?? options.until) !== undefined)
    throw new InvalidOptionError(
      'generic: "date"',
      "must name the field that `from` and `until` look at, got nothing.",
    );
  const rows = await readRows(source.path, source.signal, options.format, options.columns);
  const read = rows.map((row) => withPaths(row, options));
  const { date } = options;
  return date === undefined ? read : read.filter((row) => isWithin(timestampOf(row, date), options));
}

/** Fields named as `a.b` are looked up inside `a`, which may be JSON in a cell. */
function withPaths(row: Row, options: GenericOptions): Row {
  const { question, answer, answerFrom: _, tagFields, ...rest } = options;
  const { id, solution, choices, concepts, hints, misleading, group, difficulty, tolerance, toleranceOf, date } = rest;
  const named = [question, answer, tagFields, id, solution, choices, concepts, hints, misleading, group, difficulty];
  const paths = [...named, tolerance, toleranceOf?.field, date].flat().filter((name) => name?.includes("."));
  const found = paths.flatMap((path) => {
    const value = path === undefined || path in row.fields ? undefined : path.split(".").reduce(inside, row.fields);
    return value === undefined ? [] : [[path, value] as const];
  });
  return found.length === 0 ? row : row.with(Object.fromEntries(found));
}

function inside(value: unknown, key: string): unknown {
  const record = typeof value === "string" && /^\s*\{/.test(value) ? parsed(value) : value;
  return isRecord(record) ? record[key] : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readHints(row: Row, { concepts, hints, misleading }: GenericOptions): Pick<Draft, "hints"> {
  const fields = Object.entries({ concepts, hints, misleading }).flatMap(([part, field]) =>
    field === undefined ? [] : [[part, row.texts(field)] as const],
  );
  return fields.length === 0 ? {} : { hints: Object.fromEntries(fields) };
}

function readRow(row: Row, options: GenericOptions): Draft {
  const question = [options.question].flat();
  refuseLoss(row, { ...options, question });
  const text = question.map((field) => row.text(field)).join(options.joinWith);
  const choices = options.choices === undefined ? undefined : row.texts(options.choices);
  const answer = choices === undefined ? readAnswer(row, options) : readLetter(row, options, choices);
  return {
    id: options.id === undefined ? undefined : row.text(options.id),
    text: choices === undefined ? text : withOptions(text, choices),
    kind: options.kind ?? (choices !== undefined ? "choice" : kindOfAnswer(row, options.answer, answer)),
    choices,
    ...readHints(row, options),
    reference: {
      answer,
      solution: options.solution === undefined ? undefined : row.text(options.solution),
      relativeTolerance: readTolerance(row, options, answer),
    },
    group: options.group === undefined ? undefined : row.text(options.group),
    ...(options.tagFields.length === 0 ? {} : { tags: readTags(row, options.tagFields) }),
    ...(options.difficulty === undefined
      ? {}
      : { difficulty: readDifficulty(row, options.difficulty, options.difficultyRange) }),
  };
}

/** Every value of a list is a tag of its own. */
const readTags = (row: Row, tagFields: readonly string[]): readonly string[] => [
  ...new Set(tagFields.flatMap((field) => row.labels(field).map((value) => `${field}:${value}`))),
];

function readAnswer(row: Row, { answer: field, answerFrom }: GenericOptions): string {
  const value = row.text(field);
  if (answerFrom === "####") return withoutCommas(finalLine(row, value));
  const answer = answerFrom === "boxed" ? lastBoxed(value) : value.trim();
  if (answer === undefined) throw row.wrong(field, "must hold a \\boxed{} answer", value);
  if (answer === "") throw row.wrong(field, "must not be empty", value);
  return answer;
}

function readLetter(row: Row, { answer, answerIs }: GenericOptions, choices: readonly string[]): string {
  const reading: AnswerReading | undefined = answerIs;
  return rightLetter(row, answer, choices, reading);
}

function readTolerance(row: Row, options: GenericOptions, answer: string): number | undefined {
  const { relativeTolerance, tolerance, toleranceOf } = options;
  const own =
    tolerance !== undefined && row.has(tolerance) && row.text(tolerance).trim() !== "" ? tolerance : undefined;
  if (own !== undefined) {
    if (plainNumber(answer) === null && options.kind === undefined)
      throw row.wrong(own, "goes with a numeric answer", answer, "Set `kind`, or leave the tolerance out.");
    const value = row.number(own);
    if (value >= 0 && value <= 1) return value;
    throw row.wrong(own, "must be a relative tolerance from 0 to 1", row.fields[own], "Divide it by the answer.");
  }
  if (toleranceOf === undefined) return relativeTolerance;
  const [value = ""] = row.labels(toleranceOf.field);
  return toleranceOf.values[value] ?? relativeTolerance;
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
