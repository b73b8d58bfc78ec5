import { join } from "node:path";
import { describe, expect } from "vitest";
import { datasets } from "../../../experiments/datasets/index.ts";
import type { Problem } from "../../../src/core/problem.ts";
import { dataFolder, itWithData } from "./data-folder.ts";

/** Rows of each published file, as the folder's README states them. */
const files: readonly (readonly [dataset: string, file: string, rows: number])[] = [
  ["gsm8k", "gsm8k_test.jsonl", 660],
  ["gsm8k", "gsm8k_train_500.jsonl", 500],
  ["gsm-hard", "gsm_hard.jsonl", 626],
  ["svamp", "svamp.jsonl", 500],
  ["asdiv", "asdiv.jsonl", 1153],
  ["mawps", "mawps_multiarith.jsonl", 257],
  ["mawps", "mawps_addsub.jsonl", 198],
  ["mawps", "mawps_singleeq.jsonl", 254],
  ["mawps", "mawps_singleop.jsonl", 281],
  ["math500", "math500.jsonl", 250],
  ["aime24", "aime2024.jsonl", 15],
  ["aime25", "aime2025.jsonl", 15],
  ["amc23", "amc23.jsonl", 20],
  ["minerva-math", "minerva_math.jsonl", 136],
  ["olympiadbench", "olympiadbench_math_en.jsonl", 338],
  ["aqua", "aqua.jsonl", 127],
  ["mmlu-stem", "mmlu_stem.jsonl", 1510],
  ["game-of-24", "game24.jsonl", 681],
  ["bbh", "bbh_date_understanding.jsonl", 125],
  ["bbh", "bbh_penguins_in_a_table.jsonl", 73],
  ["bbh", "bbh_reasoning_about_colored_objects.jsonl", 125],
  ["bbh", "bbh_object_counting.jsonl", 125],
  ["bbh", "bbh_logic_other.jsonl", 1625],
  ["repeat-copy-logic", "bigbench_repeat_copy_logic.jsonl", 16],
  ["humaneval", "humaneval.jsonl", 82],
  ["humaneval-plus", "humaneval_plus.jsonl", 82],
  ["mbpp", "mbpp_sanitized.jsonl", 214],
  ["mbpp-plus", "mbpp_plus.jsonl", 189],
  ["mathcheck", "mathcheck_gsm.jsonl", 1560],
  ["minif2f", "minif2f_lean4.jsonl", 243],
  ["scibench", "scibench.jsonl", 350],
  ["gsm-plus", "gsm_plus_testmini.jsonl", 592],
];

async function load(name: string, path: string, options: object = {}): Promise<readonly Problem[]> {
  const dataset = datasets.find((one) => one.name === name);
  if (dataset === undefined) throw new Error(`no dataset ${name}`);
  return dataset.load({ path }, dataset.options.parse(options));
}

describe("published files", () => {
  for (const [name, file, rows] of files) {
    itWithData(`${file} loads as ${name} with ${rows} sound problems`, async () => {
      const problems = await load(name, join(dataFolder, file));
      expect(problems).toHaveLength(rows);
      expect(new Set(problems.map(({ question }) => question.id)).size).toBe(rows);
      for (const problem of problems) expectSound(problem);
    });
  }

  itWithData("a folder stands for the file of the dataset in it, and for all files of a family", async () => {
    expect(await load("gsm8k", dataFolder, { limit: 5 })).toHaveLength(5);
    expect(await load("mawps", dataFolder)).toHaveLength(257 + 198 + 254 + 281);
    expect(await load("bbh", dataFolder)).toHaveLength(125 + 73 + 125 + 125 + 1625);
  });

  itWithData("a task of a family is chosen by its tag", async () => {
    const problems = await load("bbh", dataFolder, { tags: ["task:web_of_lies"] });
    expect(problems).toHaveLength(125);
    expect(new Set(problems.map(({ reference }) => reference.answer))).toEqual(new Set(["Yes", "No"]));
  });

  itWithData("variants of one seed question share a group", async () => {
    const groups = Map.groupBy(await load("gsm-plus", dataFolder), ({ group }) => group);
    expect([...groups.values()].every((variants) => variants.length === 8)).toBe(true);
    const grid = Map.groupBy(await load("mathcheck", dataFolder), ({ group }) => group);
    expect([...grid.values()].every((variants) => variants.length === 24)).toBe(true);
  });

  itWithData("a code task shows its examples and hides its tests", async () => {
    const problems = [...(await load("humaneval", dataFolder)), ...(await load("mbpp", dataFolder))];
    for (const { question, reference } of problems) {
      const hidden = reference.tests?.program.trim() ?? "";
      expect(hidden, question.id).not.toBe("");
      expect(JSON.stringify(question).includes(JSON.stringify(hidden).slice(1, -1)), question.id).toBe(false);
      for (const test of question.code?.visibleTests ?? [])
        expect(test, question.id).toContain(question.code?.entryPoint);
    }
    const shown = await load("mbpp", dataFolder, { shownTests: 3, limit: 3 });
    expect(shown.map(({ question }) => question.code?.visibleTests?.length)).toEqual([3, 3, 3]);
  });
});

const publicFields = ["id", "text", "kind", "choices", "code"];

function expectSound({ question, reference, difficulty }: Problem): void {
  const { id, text, kind, choices } = question;
  expect(text.trim(), id).not.toBe("");
  if (reference.tests === undefined || kind !== "code") expect(reference.answer.trim(), id).not.toBe("");
  if (kind === "choice") {
    expect(reference.answer, id).toMatch(/^[A-Z]$/);
    expect(reference.answer.charCodeAt(0) - 65, id).toBeLessThan(choices?.length ?? 0);
    for (const choice of choices ?? []) expect(text, id).toContain(choice);
  }
  if (difficulty !== undefined) expect(difficulty >= 0 && difficulty <= 1, id).toBe(true);
  expect(
    Object.keys(question).filter((key) => !publicFields.includes(key)),
    id,
  ).toEqual([]);
  if ((reference.solution ?? "").length > 40)
    expect(JSON.stringify(question), id).not.toContain(JSON.stringify(reference.solution));
}
