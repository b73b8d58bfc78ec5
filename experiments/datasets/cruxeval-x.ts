import { basename } from "node:path";
import { z } from "zod";
import { hole } from "../../src/code/predictions.ts";
import { predictionOptions, predictions } from "./cruxeval.ts";
import { type Draft, defineFileDataset } from "./file-dataset.ts";
import { codeDraft, predictionText } from "./reading/code-task.ts";
import { languageName } from "./reading/languages.ts";
import { readRows } from "./reading/read-rows.ts";
import type { Row } from "./reading/row.ts";
import { selectionShape } from "./selection.ts";

const codes = [
  "py",
  "java",
  "cpp",
  "go",
  "cs",
  "d",
  "jl",
  "js",
  "php",
  "pl",
  "r",
  "lua",
  "rb",
  "rkt",
  "rs",
  "scala",
  "sh",
  "swift",
  "ts",
];

const cruxevalXOptions = z.strictObject({
  ...selectionShape,
  ...predictionOptions,
  language: z.string().optional().describe("of the file, where its name does not say; of a folder, the one to read"),
});

/**
 * CRUXEval-X (Xu et al. 2024, arXiv:2408.13001): CRUXEval in nineteen languages, a file a language. A row has the
 * whole program with its tests, and those tests with a hole in place of the arguments or of the value. Tasks of one
 * row in all languages share a group. Nine rows of the published file in D ask for a value that their code, which
 * expects none, does not have: they are left out. Predictions in Julia, Scala and Swift are loaded and left undecided,
 * unless they are the reference to the letter; so are those rows of Java whose values are tuples, for which their
 * library is missing.
 */
export const cruxevalX = defineFileDataset({
  name: "cruxeval-x",
  summary: "CRUXEval in nineteen languages",
  licence: "MIT",
  citation: "Xu et al. 2024, CRUXEval-X: A Benchmark for Multilingual Code Reasoning, arXiv:2408.13001",
  grading: "the assertion is run with the predicted data, in sixteen languages; Julia, Scala and Swift are undecided",
  upstream: "CRUXEVAL-X/cruxeval-x, datasets/cruxeval_preprocessed/*.jsonl (form only)",
  files: codes.map((name) => `${name}.jsonl`),
  everyFile: true,
  options: cruxevalXOptions,
  rowsOf: async (path, { signal }) =>
    (await readRows(path, signal)).flatMap((row) => predictions.map((predict) => row.with({ predict }))),
  read: (row, options) => {
    const code = row.optionalText("language") ?? options.language ?? basename(row.file).replace(/\.\w+(\.gz)?$/, "");
    const language = languageName(code);
    if (options.language !== undefined && languageName(options.language) !== language) return null;
    const asked = options.predict.find((one) => one === row.text("predict"));
    return asked === undefined ? null : predictionIn(row, language, asked);
  },
});

function predictionIn(row: Row, language: string, asked: "input" | "output"): Draft | null {
  const tests = row.text(`${asked}_reasoning`);
  const [before, after] = tests.split(hole);
  if (before === undefined || after === undefined)
    throw row.wrong(`${asked}_reasoning`, `must be the end of code with ${hole} for a part of it`, tests);
  const code = row.text("code");
  const at = code.lastIndexOf(before);
  const end = at === -1 ? -1 : code.indexOf(after, at + before.length);
  if (end === -1) return null;
  const own = row.text("id");
  const program = code.slice(0, at) + tests;
  return codeDraft({
    id: `cruxeval-x-${language}-${own}-${asked}`,
    text: predictionText(`${asked}-prediction`, language, program),
    language,
    form: `${asked}-prediction`,
    entryPoint: language === "csharp" ? "F" : "f",
    prefix: withoutTuples(code.slice(0, at), code),
    parts: [{ name: "tests", program: tests }],
    answer: code.slice(at + before.length, end),
    group: `cruxeval-${own}`,
    tags: [`language:${language}`, `predict:${asked}`],
  });
}

/** Every row in Java imports a library of tuples that Java does not have; most use none of it. */
const withoutTuples = (prefix: string, code: string): string =>
  /\b(?:Unit|Pair|Triplet|Quartet|Quintet)\b/.test(code)
    ? prefix
    : prefix.replace(/^import org\.javatuples\.\*;\n/m, "");
