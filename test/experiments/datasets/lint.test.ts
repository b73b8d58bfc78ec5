import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aqua } from "../../../experiments/datasets/aqua.ts";
import { gsm8k } from "../../../experiments/datasets/gsm8k.ts";
import { type LintCheck, lintProblems } from "../../../experiments/datasets/lint/index.ts";
import { unbalanced } from "../../../experiments/datasets/lint/prompts.ts";
import { candidatePairs, jaccard, shinglesOf, wordsOf } from "../../../experiments/datasets/lint/shingles.ts";
import { math500 } from "../../../experiments/datasets/math500.ts";
import { wordProblems } from "../../../experiments/datasets/word-problems.ts";
import type { DatasetDefinition } from "../../../src/core/dataset.ts";
import { type ProblemRow, rowOf } from "../../../src/core/problem.ts";
import { Random } from "../../../src/core/random.ts";
import { dataFolder, itWithData } from "./data-folder.ts";
import { plant } from "./planted.ts";

const row = (id: string, text: string, answer = "4", parts: Partial<ProblemRow> = {}): ProblemRow => ({
  id,
  text,
  kind: "number",
  reference: { answer },
  ...parts,
});

async function found(rows: readonly ProblemRow[], ...checks: readonly LintCheck[]) {
  const findings = await lintProblems(rows, checks.length === 0 ? {} : { checks: new Set(checks) });
  return findings.map(({ check, problem }) => `${check} ${problem}`);
}

describe("lint", () => {
  it("finds nothing in the word problems of this project", async () => {
    const problems = await wordProblems.load({}, wordProblems.options.parse({}) as never);
    expect(await lintProblems(problems.map(rowOf))).toEqual([]);
  });

  it("names prompts that ask nothing, stop, or lack options", async () => {
    const rows = [
      row("plain", "Ann has 2 pears and buys 2. How many has she?"),
      row("silent", "Ann has 2 pears and buys 2."),
      row("cut", "Ann has 2 pears. How many does she have if she buys the"),
      row("no options", "Which of the following is a prime?", "A"),
      row("doubled", "What is 2 + 2?", "A", { kind: "choice", choices: ["4", "4", "5"] }),
      row("open", "What is $\\frac{1}{2$ of 8?", "4", { kind: "math" }),
      row("sum", "2 + 2 =", "4"),
    ];
    expect(await found(rows)).toEqual([
      "question silent",
      "cut cut",
      "formula open",
      "options no options",
      "options doubled",
    ]);
  });

  it("tells money from formulas, and intervals from open brackets", () => {
    expect(unbalanced("A pear costs $2, a plum $3 and a fig $1.", false)).toBeNull();
    expect(unbalanced("Solve $x+1=2 for x. Then $y$ is?", false)).toMatch(/3 dollar/);
    expect(unbalanced("x is in [0, 1) or (2, 3]. a) yes b) no", false)).toBeNull();
    expect(unbalanced("What is (2 + 3 times 4?", false)).toMatch(/brackets/);
    expect(unbalanced("\\begin{cases} x \\\\ y", false)).toMatch(/begin/);
  });

  it("names references that no answer could equal, and solutions that end in another answer", async () => {
    const rows = [
      row("words", "How many?", "see above"),
      row("none of the options", "What is it?", "Q", { kind: "choice", choices: ["1", "2"] }),
      row("empty", "How much is it?", ""),
      row("other", "How many are left?", "4", { reference: { answer: "4", solution: "2 + 3 = 5\n#### 5" } }),
      row("right", "How many remain?", "5", { reference: { answer: "5", solution: "2 + 3 = 5\n#### 5" } }),
      row("LaTeX", "What is the half?", "\\frac{1}{2}", { kind: "math" }),
    ];
    expect(await found(rows)).toEqual([
      "reference words",
      "reference none of the options",
      "reference empty",
      "solution other",
    ]);
  });

  it("tells the same question, the same with another reference, and nearly the same apart", async () => {
    const text = "Ann has 12 pears, gives 3 of them to her brother and sells half of the rest. How many are left?";
    const rows = [
      row("first", text, "4.5"),
      row("again", text.toUpperCase(), "9/2"),
      row("conflict", `${text} `, "5"),
      row("numbers", text.replace("12", "13"), "5"),
      row("group", text.replace("sells", "eats"), "4.5", { group: "g" }),
      row("group too", text.replace("sells", "loses"), "4.5", { group: "g" }),
    ];
    const findings = await lintProblems(rows, { checks: new Set(["duplicate", "conflict", "near"]) });
    expect(findings.map(({ check, problem, other }) => [check, problem, other])).toEqual([
      ["duplicate", "again", "first"],
      ["conflict", "conflict", "first"],
      ["near", "numbers", "first"],
      ["near", "group", "first"],
      ["near", "group too", "first"],
    ]);
    expect(findings[2]?.message).toBe("is first with other numbers");
  });

  it("finds shown examples that hold a question", async () => {
    const rows = [
      row("a", "Ann has 12 pears and gives 3 of them to her brother. How many are left?"),
      row("b", "A train goes 60 miles in an hour and a half. How fast is the train on average?"),
      row("c", "What is the sum of the first ten odd numbers that are no primes?"),
    ];
    const shown = [
      { place: "pool[0]", text: "Q: Ann has 12 pears and gives 3 of them to her brother. How many are left?\nA: 9" },
      { place: "pool[1]", text: "A train goes 90 miles in an hour and a half. How fast is the train on average?" },
    ];
    const findings = await lintProblems(rows, { shown, checks: new Set(["leak"]) });
    expect(findings.map(({ level, problem, other }) => [level, problem, other])).toEqual([
      ["error", "a", "pool[0]"],
      ["warning", "b", "pool[1]"],
    ]);
  });

  it("reads English prose alone for spelling", async () => {
    const rows = [
      row("slip", "How many minutse has the colour of the whiteboard lasted?"),
      row("formula", "What is $\\alpha minutse$ in `minutse`, and what is qwertz_minutse?"),
      row("other language", "Wieviele Minutne hat eine Stunde?"),
      row("right", "How many minutes does Xyla's favourite programme take?"),
    ];
    const findings = await lintProblems(rows, { checks: new Set(["spelling"]) });
    expect(findings.map(({ problem, message }) => [problem, message])).toEqual([["slip", '"minutse": "minutes"?']]);
  });

  it("MinHash passes over no pair of a Jaccard of 0.7 or more, of 300", () => {
    const random = new Random("near pairs");
    const words = (n: number) => Array.from({ length: n }, () => `w${random.integer(500)}`);
    const texts = Array.from({ length: 300 }, () => {
      const first = words(60);
      const second = [...first];
      second[random.integer(60)] = "other";
      if (random.integer(2) === 0) second[random.integer(60)] = "too";
      return [first, second];
    }).flat();
    const sets = texts.map((text) => shinglesOf(text, 3));
    const pairs = candidatePairs(sets);
    const close = sets.flatMap((set, index) =>
      index % 2 === 1 && jaccard(set, sets[index - 1] as ReadonlySet<string>) >= 0.7 ? [index] : [],
    );
    expect(close.length).toBeGreaterThan(200);
    expect(close.filter((index) => !pairs[index]?.includes(index - 1))).toEqual([]);
    expect(wordsOf("It's 3.5 km.")).toEqual(["it", "s", "3", "5", "km"]);
  });
});

/** Of planted faults, those that are named; and findings of the check in the untouched file. */
async function tried(definition: DatasetDefinition<never>, file: string, check: LintCheck, count: number) {
  const options = definition.options.parse({}) as never;
  const clean = (await definition.load({ path: join(dataFolder, file) }, options)).map(rowOf);
  const { rows, ids } = plant(clean, check, count);
  const checks = new Set([check]);
  const named = new Set((await lintProblems(rows, { checks })).map(({ problem }) => problem));
  const alarms = (await lintProblems(clean, { checks })).length;
  return { planted: ids.size, found: [...ids].filter((id) => named.has(id)).length, alarms };
}

describe("lint on public data with planted faults", () => {
  itWithData("finds most of them, and little in the files as they are", async () => {
    const figures: Record<string, object> = {};
    for (const check of [
      "cut",
      "question",
      "reference",
      "solution",
      "duplicate",
      "conflict",
      "near",
      "spelling",
    ] as const)
      figures[`gsm8k ${check}`] = await tried(gsm8k as never, "gsm8k_test.jsonl", check, 40);
    for (const check of ["formula", "reference"] as const)
      figures[`math500 ${check}`] = await tried(math500 as never, "math500.jsonl", check, 40);
    for (const check of ["options", "reference"] as const)
      figures[`aqua ${check}`] = await tried(aqua as never, "aqua.jsonl", check, 40);
    expect(figures).toMatchInlineSnapshot(`
      {
        "aqua options": {
          "alarms": 4,
          "found": 40,
          "planted": 40,
        },
        "aqua reference": {
          "alarms": 0,
          "found": 40,
          "planted": 40,
        },
        "gsm8k conflict": {
          "alarms": 0,
          "found": 40,
          "planted": 40,
        },
        "gsm8k cut": {
          "alarms": 0,
          "found": 37,
          "planted": 40,
        },
        "gsm8k duplicate": {
          "alarms": 0,
          "found": 40,
          "planted": 40,
        },
        "gsm8k near": {
          "alarms": 0,
          "found": 40,
          "planted": 40,
        },
        "gsm8k question": {
          "alarms": 0,
          "found": 36,
          "planted": 40,
        },
        "gsm8k reference": {
          "alarms": 0,
          "found": 40,
          "planted": 40,
        },
        "gsm8k solution": {
          "alarms": 0,
          "found": 40,
          "planted": 40,
        },
        "gsm8k spelling": {
          "alarms": 1,
          "found": 31,
          "planted": 40,
        },
        "math500 formula": {
          "alarms": 0,
          "found": 33,
          "planted": 40,
        },
        "math500 reference": {
          "alarms": 0,
          "found": 22,
          "planted": 40,
        },
      }
    `);
  });
});
