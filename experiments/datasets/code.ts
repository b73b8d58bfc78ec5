import { z } from "zod";
import { countedCases } from "../../src/code/counted-programs.ts";
import { hole } from "../../src/code/predictions.ts";
import { defineDataset } from "../../src/core/dataset.ts";
import { InvalidOptionError } from "../../src/core/errors.ts";
import { type CostReferences, problemOf, type TestPart } from "../../src/core/problem.ts";
import { type CodeForm, codeForms, type InputExample } from "../../src/core/question.ts";
import { type CatalogueEntry, type Draft, toProblems } from "./file-dataset.ts";
import { codeDraft, demandOf, predictionText } from "./reading/code-task.ts";
import { languageName } from "./reading/languages.ts";
import { readRows } from "./reading/read-rows.ts";
import { isRecord, type Row } from "./reading/row.ts";
import { selectionShape, selectProblems } from "./selection.ts";

const codeOptions = z.strictObject({
  ...selectionShape,
  name: z.string().min(1).default("code").describe("prefix of ids that are made up from positions"),
  format: z.enum(["jsonl", "json", "csv", "tsv"]).optional().describe("by default from the file's name"),
  id: z.string().default("id").describe("field with a unique id; the position where it is missing"),
  prompt: z
    .union([z.string(), z.array(z.string()).min(1)])
    .default("prompt")
    .describe("field with the statement, or several to be joined"),
  language: z.string().default("language").describe("field with the language"),
  defaultLanguage: z.string().default("python").describe("of rows that name none"),
  kind: z.string().default("kind").describe("field with what is asked for"),
  defaultKind: z.enum(codeForms).default("function").describe("of rows that do not say"),
  entryPoint: z.string().default("entry_point").describe("field with the name that the tests call"),
  prefix: z.string().default("prefix").describe("field with code that stands before the answer"),
  faulty: z.string().default("faulty").describe("field with the program to be repaired"),
  tests: z.string().default("tests").describe("field with the tests"),
  costs: z.string().default("costs").describe("field with costly calls and programs of other speeds"),
  solution: z
    .string()
    .default("solution")
    .describe("field with a right program, for reports and for checking the file"),
  group: z.string().optional().describe("field that ties variants of one task together"),
  tagFields: z.array(z.string()).default([]).describe("fields whose values become tags, as field:value; lists too"),
});
type CodeOptions = z.output<typeof codeOptions>;

const entry: Pick<CatalogueEntry, "grading" | "upstream"> = {
  grading: "hidden tests, in the sandbox; a verdict a part",
  upstream: "any .jsonl, .json, .csv or .tsv file in the form below",
};

/**
 * Any file of programming tasks. `kind` is what is asked for; `tests` is a program, a list of assertions, a list of
 * `{input, output}` for programs that read standard input, or an object of such by name (`shown`, `base`, `plus`, a
 * method's name …), each with a verdict of its own, all to be passed; what is under `shown` is shown to strategies.
 * Predictions have `code`, `entry_point`, `input` and `output` in place of tests.
 */
export const code = Object.assign(
  defineDataset<CodeOptions>({
    name: "code",
    summary: "Any file of programming tasks, in any language: functions, classes, programs, repairs, predictions",
    options: codeOptions,
    async load(source, options) {
      if (source.path === undefined)
        throw new InvalidOptionError('code: "path"', "must name a .jsonl, .json, .csv or .tsv file, got nothing.");
      const rows = await readRows(source.path, source.signal, options.format);
      const problems = toProblems(options.name, rows, (row) => readCodeRow(row, options));
      return selectProblems(problems, options).map(problemOf);
    },
  }),
  entry,
);

function readCodeRow(row: Row, options: CodeOptions): Draft {
  const language = languageName(
    row.common?.tests?.language ?? row.optionalText(options.language) ?? options.defaultLanguage,
  );
  const form = formOf(row, options);
  const shared = {
    id: row.common?.id ?? row.optionalText(options.id),
    language,
    form,
    group: options.group === undefined ? undefined : row.text(options.group),
    ...(options.tagFields.length === 0 ? {} : { tags: tagsOf(row, options.tagFields) }),
  };
  if (form === "input-prediction" || form === "output-prediction")
    return codeDraft({ ...shared, ...predictionOf(row, form, language, options) });
  const parts = partsOf(row, options.tests);
  const shown = shownOf(row, options.tests);
  const faulty = row.optionalText(options.faulty);
  if (form === "repair" && faulty === undefined) throw row.missing([options.faulty]);
  const cases = parts.find((part) => "cases" in part);
  if ((form === "program") !== (cases !== undefined))
    throw row.wrong(
      options.tests,
      form === "program" ? "must be lists of {input, output}" : `must be programs for the kind ${form}`,
      row.fields[options.tests],
      "Set the row's kind to program for tests of what is read and written.",
    );
  return codeDraft({
    ...shared,
    ...shown,
    text: statementOf(row, options, form, language, faulty),
    entryPoint: form === "program" ? "" : (row.common?.tests?.entryPoint ?? row.text(options.entryPoint)),
    prefix: row.common?.tests?.prefix ?? row.optionalText(options.prefix),
    faulty,
    parts,
    costs: costsOf(row, options.costs),
    answer: row.common?.answer ?? row.optionalText(options.solution) ?? "",
  });
}

function formOf(row: Row, { kind, defaultKind }: CodeOptions): CodeForm {
  const written = row.optionalText(kind) ?? defaultKind;
  const form = codeForms.find((one) => one === written);
  if (form === undefined) throw row.wrong(kind, `must be one of ${codeForms.join(", ")}`, written);
  return form;
}

const tagsOf = (row: Row, tagFields: readonly string[]): readonly string[] => [
  ...new Set(tagFields.flatMap((field) => row.labels(field).map((value) => `${field}:${value}`))),
];

function statementOf(row: Row, { prompt }: CodeOptions, form: CodeForm, language: string, faulty: string | undefined) {
  const text =
    row.common?.question ??
    [prompt]
      .flat()
      .map((field) => row.text(field))
      .join("\n\n");
  const program = faulty === undefined ? [] : [`\`\`\`${language}\n${faulty.trimEnd()}\n\`\`\``];
  return [text, ...program, demandOf[form]].filter((part) => part !== "").join("\n\n");
}

function predictionOf(
  row: Row,
  form: "input-prediction" | "output-prediction",
  language: string,
  options: CodeOptions,
) {
  if (language !== "python")
    throw row.wrong(options.language, "must be python for a prediction in this form", language, "See cruxeval-x.");
  const name = row.text(options.entryPoint);
  const { input, output } = { input: row.text("input"), output: row.text("output") };
  const asks = form === "input-prediction";
  const program = `${row.text("code").trimEnd()}\n\nassert ${name}(${asks ? hole : input}) == ${asks ? output : hole}\n`;
  return {
    text: predictionText(form, language, program),
    entryPoint: name,
    parts: [{ name: "tests", program }],
    answer: asks ? input : output,
  };
}

const costsSchema = z.strictObject({
  tests: z.union([
    z.string(),
    z.array(z.string()),
    z.array(z.strictObject({ input: z.string(), output: z.string().nullish() })),
  ]),
  references: z.array(z.strictObject({ solution: z.string(), score: z.number().min(0).max(1) })).default([]),
});

/**
 * `{tests, references: [{solution, score}]}`, from the slowest reference to the fastest; tests of programs are
 * `{input}` or `{input, output}`.
 */
function costsOf(row: Row, field: string): CostReferences | undefined {
  const value = parsedIn(row.fields[field]);
  if (value === undefined || value === null) return undefined;
  const { data } = costsSchema.safeParse(value);
  if (data === undefined) throw row.wrong(field, "must be {tests, references: [{solution, score in 0 to 1}]}", value);
  const { tests, references } = data;
  const all = [tests].flat();
  const cases = all.filter((one) => typeof one === "object");
  return {
    program:
      cases.length > 0
        ? countedCases(cases.map(({ input, output }) => ({ input, output: output ?? undefined })))
        : `${all.join("\n")}\n`,
    programs: references.map(({ solution: source, score }) => ({ source, score })),
  };
}

/** The tests of a row by their names. */
function partsOf(row: Row, field: string): readonly TestPart[] {
  const { common } = row;
  if (common?.tests !== undefined) return [{ name: "tests", program: common.tests.program }];
  const value = parsedIn(row.fields[field]);
  if (value === undefined || value === null) throw row.missing([field]);
  if (!isRecord(value)) return [partOf(row, field, "tests", value)];
  const parts = Object.entries(value).map(([name, tests]) => partOf(row, `${field}.${name}`, name, tests));
  if (parts.length === 0) throw row.wrong(field, "must hold a test", value);
  return parts;
}

function partOf(row: Row, field: string, name: string, value: unknown): TestPart {
  if (typeof value === "string" && value.trim() !== "") return { name, program: value };
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  if (list.length > 0 && list.every((one) => typeof one === "string")) return { name, program: `${list.join("\n")}\n` };
  if (list.length > 0 && list.every(isExample))
    return { name, cases: list.map(({ input, output }) => ({ input, output })) };
  throw row.wrong(field, "must be a program, a list of assertions or a list of {input, output} texts", value);
}

const isExample = (value: unknown): value is InputExample =>
  isRecord(value) && typeof value.input === "string" && typeof value.output === "string";

/** What is under `shown` may be seen by strategies. */
function shownOf(row: Row, field: string): { visibleTests?: readonly string[]; examples?: readonly InputExample[] } {
  const value = parsedIn(row.fields[field]);
  if (!isRecord(value) || value.shown === undefined) return {};
  const list: readonly unknown[] = Array.isArray(value.shown) ? value.shown : [value.shown];
  if (list.every(isExample)) return { examples: list };
  return { visibleTests: list.map(String) };
}

function parsedIn(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
