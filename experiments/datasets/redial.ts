import { basename } from "node:path";
import { z } from "zod";
import { InvalidFileError } from "../../src/core/errors.ts";
import { type Draft, defineFileDataset } from "./file-dataset.ts";
import { readRows, readText } from "./reading/read-rows.ts";
import { isRecord, Row } from "./reading/row.ts";
import { selectionShape } from "./selection.ts";

const redialOptions = z.strictObject({
  ...selectionShape,
  prompt: z.enum(["vanilla", "cot"]).default("vanilla").describe("the publisher's prompt: plain, or with reasoning"),
  tests: z
    .array(z.string())
    .default([])
    .describe("files of HumanEval(+) and MBPP(+) with the tests of the algorithm tasks"),
});
type RedialOptions = z.output<typeof redialOptions>;

/**
 * ReDial (Lin et al. 2024, arXiv:2410.11005): tasks of seven benchmarks in Standard English and rewritten by speakers
 * of African American English. The two of a pair share a group and carry the tags `perturbed:none` and
 * `perturbed:aave`, so that the figures of changed questions hold for them. Its algorithm tasks have no tests of
 * their own: name the files of HumanEval and MBPP in `tests`. Durations are asked for in minutes.
 */
export const redial = defineFileDataset({
  name: "redial",
  summary: "Reasoning tasks in Standard English and in African American English, paired",
  licence: "see the repository; for research",
  citation: "Lin et al. 2024, One Language, Many Gaps: Evaluating Dialect Fairness and Robustness, arXiv:2410.11005",
  rows: 2432,
  grading: "number, letter, words, minutes, or hidden tests",
  upstream: "fangru-lin/redial_dialect_robustness_fairness, data/redial/redial_gold/*.json (form only)",
  files: ["math.json", "logic.json", "comprehensive.json", "algorithm.json"],
  everyFile: true,
  options: redialOptions,
  rowsOf: async (path, { signal }) => pairsIn(await readText(path, signal), path),
  read: (row, options) => (row.text("style") === options.prompt ? problemIn(row) : null),
  async prepare(rows, options, { signal }) {
    const tested = rows.filter((row) => row.text("style") === options.prompt && row.has("task_idx"));
    return tested.length === 0 ? rows : await withTests(rows, options, signal);
  },
});

/** `{vanilla: {original: […], aave: […]}, cot: {…}}`: a row a text, at its place in its list. */
function pairsIn(text: string, file: string): Row[] {
  const document: unknown = JSON.parse(text);
  const task = basename(file).replace(/\.json$/, "");
  const rows = Object.entries(isRecord(document) ? document : {}).flatMap(([style, dialects]) =>
    Object.entries(isRecord(dialects) ? dialects : {}).flatMap(([dialect, list]) =>
      (Array.isArray(list) ? list : []).map(
        (fields: unknown, i) => new Row(file, null, i, { ...(isRecord(fields) ? fields : {}), style, dialect, task }),
      ),
    ),
  );
  if (rows.length > 0) return rows;
  throw new InvalidFileError(file, null, "holds no vanilla or cot lists. Check that it is a file of redial_gold.");
}

function problemIn(row: Row): Draft {
  const task = row.text("task");
  const dialect = row.text("dialect");
  const group = `redial-${task}-${String(row.position).padStart(3, "0")}`;
  return {
    id: `${group}-${dialect}`,
    ...(row.has("task_idx") ? codeIn(row) : answerIn(row)),
    group,
    tags: [`task:${task}`, `source:${row.text("data_name")}`, `perturbed:${dialect === "original" ? "none" : dialect}`],
  };
}

function answerIn(row: Row): Draft {
  const text = row.text("prompt");
  const label = row.text("label").trim();
  const source = row.text("data_name");
  const seconds = secondsIn(label);
  if (seconds !== null)
    return { text: `${text}\nGive it in minutes.`, kind: "math", reference: { answer: minutes(seconds), ...near } };
  if (source === "gsm8k" || source === "svamp") return { text, kind: "number", reference: { answer: label } };
  if (row.optionalText("task_type") !== "mcqa") return { text, kind: "text", reference: { answer: label } };
  const choices = [...text.matchAll(/^([A-Z])[.)]\s+(.+)$/gm)].map(([, , option = ""]) => option.trim());
  return { text, kind: choices.length > 1 ? "choice" : "text", choices, reference: { answer: label } };
}

const near = { relativeTolerance: 1e-3 };
const minutes = (seconds: number): string => `${Number((seconds / 60).toFixed(4))} min`;

/** "[datetime.timedelta(days=1, seconds=60), …]", whose entries are the same, as seconds. */
function secondsIn(label: string): number | null {
  const inside = /datetime\.timedelta\(([^)]*)\)/.exec(label)?.[1];
  if (inside === undefined) return null;
  const of = (unit: string) => Number(new RegExp(`${unit}=(-?\\d+)`).exec(inside)?.[1] ?? 0);
  return of("days") * 86_400 + of("seconds");
}

/** The task's function is named python_function; tests call it by its first name. */
function codeIn(row: Row): Draft {
  const entryPoint = "python_function";
  const prefix = row.text("helpers");
  return {
    text: row.text("prompt"),
    kind: "code",
    code: { language: "python", entryPoint, prefix },
    reference: {
      answer: row.text("reference"),
      tests: { language: "python", prefix, program: row.text("program") },
    },
  };
}

async function withTests(
  rows: readonly Row[],
  { tests }: RedialOptions,
  signal?: AbortSignal,
): Promise<readonly Row[]> {
  const all = (await Promise.all(tests.map((file) => readRows(file, signal)))).flat();
  const byTask = new Map(all.map((row) => [taskOf(row), row]));
  return rows.map((row) => {
    if (!row.has("task_idx")) return row;
    const source = byTask.get(row.text("task_idx").toLowerCase());
    if (source !== undefined) return row.with(testsOf(row, source));
    const remedy = "Name the files of HumanEval(+) and MBPP(+) that hold it in `tests`.";
    throw row.wrong("task_idx", "must be a task of the files in `tests`", row.text("task_idx"), remedy);
  });
}

/** "HumanEval/0" and "Mbpp/2" in lower case. */
function taskOf(row: Row): string {
  const id = row.optionalText("task_id") ?? "";
  return (/^\d+$/.test(id) ? `mbpp/${id}` : id).toLowerCase();
}

function testsOf(row: Row, source: Row): Readonly<Record<string, string>> {
  const name = row.text("function_name");
  const prompt = source.optionalText("prompt") ?? source.common?.question ?? "";
  const start = prompt.search(new RegExp(`^def\\s+${name}\\b`, "m"));
  const completes = start >= 0;
  const own = source.common?.answer ?? source.text("canonical_solution", "code");
  const solution = completes && !new RegExp(`^def\\s+${name}\\b`, "m").test(own) ? prompt.slice(start) + own : own;
  const test = source.common?.tests?.program ?? source.optionalText("test") ?? source.texts("test_list").join("\n");
  const check = /^def check\(/m.test(test) && !/^check\(/m.test(test) ? `\ncheck(${name})\n` : "";
  return {
    helpers: completes ? prompt.slice(0, start) : "",
    program: `${name} = python_function\n${test}${check}`,
    reference: `${solution}\npython_function = ${name}\n`,
  };
}
