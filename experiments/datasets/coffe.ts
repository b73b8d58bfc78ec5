import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { countedEntry } from "../../src/code/counted-programs.ts";
import type { InputExample } from "../../src/core/question.ts";
import { type Draft, defineFileDataset } from "./file-dataset.ts";
import { codeDraft, demandOf } from "./reading/code-task.ts";
import { readText } from "./reading/read-rows.ts";
import { isRecord, type Row } from "./reading/row.ts";
import { selectionSchema } from "./selection.ts";

/**
 * COFFE (Peng et al. 2025, arXiv:2502.02827): functions, and programs that read standard input, with stressful inputs
 * on which costs are counted (`efficiency: instructions`, metric `efficient@k`) beside the best known solution's.
 * Beside `data.json` lie `testcases.json`, `stressful_testcases.json` and `best_solutions.json`, by the prompt.
 */
export const coffe = defineFileDataset({
  name: "coffe",
  summary: "Functions and programs with stressful inputs, to be right and cheaper than the best known solution",
  licence: "MIT",
  citation: "Peng et al. 2025, COFFE: A Code Efficiency Benchmark for Code Generation, arXiv:2502.02827",
  rows: 756,
  grading: "hidden tests, in the sandbox; costs on stressful inputs",
  upstream: "JohnnyPeng18/Coffe, datasets/function or datasets/file (form only)",
  files: ["data.json"],
  options: selectionSchema,
  prepare: async (rows) => {
    const folder = dirname(rows[0]?.file ?? "");
    const beside = (name: string) => (existsSync(join(folder, name)) ? byPrompt(join(folder, name)) : null);
    const [tests, stress, best] = await Promise.all(
      ["testcases.json", "stressful_testcases.json", "best_solutions.json"].map(beside),
    );
    return rows.map((row) => {
      const prompt = row.text("final_prompt");
      return row.with({ testcases: tests?.[prompt], stressful: stress?.[prompt], best: best?.[prompt] });
    });
  },
  read: (row) => (row.optionalText("entry_point") === undefined ? programDraft(row) : functionDraft(row)),
});

async function byPrompt(path: string): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = JSON.parse(await readText(path));
  return isRecord(value) ? value : {};
}

const idOf = (row: Row): string =>
  `coffe-${row.optionalText("entry_point") === undefined ? "file" : "function"}-${row.position}`;

const listOf = (row: Row, field: string): readonly unknown[] => {
  const value = row.fields[field] ?? [];
  if (!Array.isArray(value)) throw row.wrong(field, "must be a list", value);
  return value;
};

const tagsOf = (row: Row): readonly string[] => [`source:${row.optionalText("dataset") ?? "unknown"}`];

/** The first of the pair of a solution and whether it is right. */
const bestOf = (row: Row): string => String(listOf(row, "best")[0] ?? "");

function programDraft(row: Row): Draft {
  const text = row.text("final_prompt");
  const cases = listOf(row, "testcases").map((one): InputExample => {
    if (!isRecord(one)) throw row.wrong("testcases", "must be {input, output}", one);
    return { input: linesOf(one.input), output: linesOf(one.output) };
  });
  if (cases.length === 0) throw row.wrong("testcases", "must lie beside data.json, in testcases.json", null);
  const calls = listOf(row, "stressful").map((source) => {
    const seeded = String(source).replace("def generate_input():", "random.seed(1024)\ndef generate_input():");
    return `made = {}\nexec(${JSON.stringify(`import random\n${seeded}`)}, made)\nassert (${countedEntry}(made["generate_input"]()), True)[1]`;
  });
  return codeDraft({
    id: idOf(row),
    text: `${text}\n\n${demandOf.program}`,
    language: "python",
    form: "program",
    parts: [{ name: "tests", cases }],
    costs: calls.length === 0 ? undefined : { program: `${calls.join("\n")}\n`, programs: [] },
    answer: bestOf(row),
    tags: tagsOf(row),
  });
}

const linesOf = (value: unknown): string => (Array.isArray(value) ? value.map(String).join("\n") : String(value ?? ""));

/** Tuples are lists, as there. */
const plain = `import json

def plain(value):
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value

`;

function functionDraft(row: Row): Draft {
  const entryPoint = row.text("entry_point");
  const tests = listOf(row, "testcases").map((one) => {
    if (!isRecord(one)) throw row.wrong("testcases", "must be {input, output}", one);
    const [input, output] = [one.input, one.output].map((value) => JSON.stringify(JSON.stringify(value)));
    return `assert plain([${entryPoint}(*json.loads(${input}))]) == plain(json.loads(${output}))`;
  });
  const own = row.optionalText("test");
  if (tests.length === 0 && own === undefined)
    throw row.wrong("testcases", "must lie beside data.json, in testcases.json", null);
  const calls = listOf(row, "stressful").map((one) => {
    const input = isRecord(one) ? String(one.input) : String(one);
    return `assert (${entryPoint}(*${input}), True)[1]`;
  });
  return codeDraft({
    id: idOf(row),
    text: row.text("final_prompt"),
    language: "python",
    form: "completion",
    entryPoint,
    prefix: "",
    parts: [
      { name: "tests", program: tests.length > 0 ? `${plain}${tests.join("\n")}\n` : `${own}\ncheck(${entryPoint})\n` },
    ],
    costs: calls.length === 0 ? undefined : { program: `${calls.join("\n")}\n`, programs: [] },
    answer: bestOf(row).replace(/\bsolution\b/g, entryPoint),
    tags: tagsOf(row),
  });
}
