import { describe, expect, it } from "vitest";
import { withOptions } from "../../../experiments/datasets/choices.ts";
import { rougeL } from "../../../experiments/datasets/contamination/rouge.ts";
import { datasets } from "../../../experiments/datasets/index.ts";
import { perturb, perturbations } from "../../../experiments/datasets/perturbations/index.ts";
import { inWords } from "../../../experiments/datasets/perturbations/number-format.ts";
import { sentences } from "../../../experiments/datasets/perturbations/perturbation.ts";
import { selectionSchema, selectProblems } from "../../../experiments/datasets/selection.ts";
import { type ProblemRow, rowOf } from "../../../src/core/problem.ts";
import { dataFolder, itWithData } from "./data-folder.ts";

const word = (text: string, extra: Partial<ProblemRow> = {}): ProblemRow => ({
  id: "p",
  text,
  kind: "number",
  reference: { answer: "7" },
  ...extra,
});
const choices = ["Oslo", "Paris", "Quito", "Rome"];
const choice: ProblemRow = {
  id: "c",
  text: withOptions("Which city is the capital of France?", choices),
  kind: "choice",
  choices,
  reference: { answer: "B" },
};

function variantsOf(name: string, problem: ProblemRow, seed = 0): readonly ProblemRow[] {
  const chosen = perturbations.filter((one) => one.name === name);
  expect(chosen).toHaveLength(1);
  return perturb([problem], chosen, { seed, originals: false });
}
const textOf = (name: string, problem: ProblemRow, seed = 0): string => variantsOf(name, problem, seed)[0]?.text ?? "";

describe("perturbations", () => {
  it("keep originals and variants in one group, with ids and tags that tell them apart", () => {
    const problems = perturb([word("Anna has 12 figs. How many are 5 less?"), choice], perturbations);
    expect(new Set(problems.map(({ id }) => id)).size).toBe(problems.length);
    expect(new Set(problems.map(({ group }) => group))).toEqual(new Set(["p", "c"]));
    expect(problems.filter(({ tags }) => tags?.includes("perturbed:none")).map(({ id }) => id)).toEqual(["p", "c"]);
    expect(problems.find(({ id }) => id === "p~names")?.tags).toEqual(["perturbed:names"]);
    const grouped = perturb([word("Anna has 12 figs.", { group: "g" })], perturbations);
    expect(new Set(grouped.map(({ group }) => group))).toEqual(new Set(["g"]));
  });

  it("do the same under one seed and leave the given problems unchanged", () => {
    const before = JSON.stringify(choice);
    expect(perturb([choice], perturbations, { seed: 4 })).toEqual(perturb([choice], perturbations, { seed: 4 }));
    expect(JSON.stringify(choice)).toBe(before);
  });

  it("leave code and exact-text tasks alone, except for the probe", () => {
    for (const kind of ["code", "text"] as const) {
      const problem = word("Repeat the word banana twice and then say it is over now please.", { kind });
      const names = perturb([problem], perturbations, { originals: false }).map(({ tags }) => tags?.at(-1));
      expect(names).toEqual(kind === "code" ? [] : ["perturbed:ts-guessing"]);
    }
  });

  it("are options of every dataset", () => {
    const chosen = selectProblems([choice], selectionSchema.parse({ perturb: ["option-rotation"], originals: false }));
    expect(chosen.map(({ id }) => id)).toEqual(["c~option-rotation-1", "c~option-rotation-2", "c~option-rotation-3"]);
    expect(selectionSchema.safeParse({ perturb: ["typo"] }).success).toBe(false);
  });
});

describe("each kind", () => {
  it("distractor: one sentence more, before the question", () => {
    const text = "Mrs. Lee has 3 figs. She buys 4. How many has she now?";
    const changed = textOf("distractor", word(text));
    expect(sentences(changed)).toHaveLength(4);
    expect(changed.startsWith("Mrs. Lee has 3 figs. She buys 4. ")).toBe(true);
    expect(changed.endsWith(" How many has she now?")).toBe(true);
  });

  it("numbers: lone integers only, never prices, times, fractions, percentages or formulas", () => {
    const text =
      "At 12:30 a man paid $5 for 12 figs, 1/2 a pie, 3.5 kg and 20% of 1,000 nuts; 400 000 came in 1999. $x^2 + 7$";
    const words =
      "At 12:30 a man paid $5 for twelve figs, 1/2 a pie, 3.5 kg and 20% of 1,000 nuts; 400 000 came in one thousand nine hundred ninety-nine. $x^2 + 7$";
    expect(textOf("numbers-as-words", word(text))).toBe(words);
    expect(textOf("numbers-as-decimals", word("Give 3 of 10 figs."))).toBe("Give 3.0 of 10.0 figs.");
    expect([0, 13, 40, 85, 100, 312, 2000, 45_006].map(inWords)).toEqual([
      "zero",
      "thirteen",
      "forty",
      "eighty-five",
      "one hundred",
      "three hundred twelve",
      "two thousand",
      "forty-five thousand six",
    ]);
  });

  it("typos: at least one word, never a number, a quantity word, a formula or a name", () => {
    const text = "Anna quickly picks twenty yellow apples, half of them, and $\\frac{alpha}{beta}$ remain.";
    for (let seed = 0; seed < 30; seed++) {
      const changed = textOf("typos", word(text), seed);
      expect(changed).not.toBe(text);
      for (const kept of ["Anna", "twenty", "half", "$\\frac{alpha}{beta}$"]) expect(changed).toContain(kept);
    }
  });

  it("names: one for another throughout, the unknown ones kept", () => {
    const changed = textOf("names", word("Anna gives Zorblax 3 figs. Anna's brother Tom eats 1."));
    const [, first, second] = /^(\w+) gives Zorblax 3 figs\. (\w+)'s brother \w+ eats 1\.$/.exec(changed) ?? [];
    expect(first).toBe(second);
    expect(changed).not.toMatch(/Anna|Tom/);
    expect(variantsOf("names", word("Zorblax has 3 figs."))).toEqual([]);
  });

  it("dialect: by its rules, and none where no rule applies", () => {
    expect(
      textOf("dialect", word("There are 5 figs. She is eating 2. He is not late. They are going to buy 3.", {})),
    ).toBe("It's 5 figs. She eating 2. He ain't late. They finna buy 3.");
    expect(variantsOf("dialect", word("Add 2 and 3."))).toEqual([]);
  });

  it("rotation: every other order once, the right option always the same text", () => {
    const rotations = variantsOf("option-rotation", choice);
    const orders = [choice, ...rotations].map((problem) => problem.choices?.join());
    expect(new Set(orders).size).toBe(4);
    for (const { choices: turned, reference, text } of rotations) {
      expect(turned?.[reference.answer.charCodeAt(0) - 65]).toBe("Paris");
      expect(text).toContain(`(${reference.answer}) Paris`);
    }
    const positional = { ...choice, choices: ["x", "y", "All of the above"] };
    expect(variantsOf("option-rotation", positional)).toEqual([]);
  });

  it("probe: hides a wrong option or a word, and that is the answer", () => {
    const [probe] = variantsOf("ts-guessing", choice);
    expect(probe?.kind).toBe("text");
    expect(probe?.choices).toBeUndefined();
    expect(["Oslo", "Quito", "Rome"]).toContain(probe?.reference.answer);
    expect(probe?.text).not.toContain(probe?.reference.answer);
    expect(probe?.text).toContain("[MASK]");
    const long = word(
      "A farmer has 12 cows and 30 sheep on the hill. How many animals has the farmer altogether today?",
    );
    const [hidden] = variantsOf("ts-guessing", long);
    expect(hidden?.reference.answer).toBe("altogether");
    expect(variantsOf("ts-guessing", word("Add 2 and 3."))).toEqual([]);
    expect(variantsOf("ts-guessing", { ...choice, choices: ["yes", "no", "true"] })).toEqual([]);
  });

  it("ROUGE-L is the F1 of the longest common subsequence", () => {
    expect(rougeL("the cat sat", "the cat sat")).toBe(1);
    expect(rougeL("a b c d", "a c")).toBeCloseTo(2 / 3, 12);
    expect(rougeL("a", "b")).toBe(0);
    expect(rougeL("", "")).toBe(0);
  });

  itWithData("every number of a GSM8K question survives typos, distractors and names", async () => {
    const gsm8k = datasets.find(({ name }) => name === "gsm8k");
    const options = gsm8k?.options.parse({ perturb: ["typos", "distractor", "names"] });
    const problems = (await gsm8k?.load({ path: dataFolder }, options))?.map(rowOf) ?? [];
    const numbers = (text: string): readonly string[] => text.match(/\d+/g) ?? [];
    for (const group of Map.groupBy(problems, (problem) => problem.group).values()) {
      const [original, ...variants] = group;
      for (const { id, text } of variants) {
        const added = id.endsWith("~distractor") ? 1 : 0;
        const kept = numbers(text).filter((number) => numbers(original?.text ?? "").includes(number)).length;
        expect(numbers(text).length - numbers(original?.text ?? "").length, id).toBeLessThanOrEqual(added);
        expect(kept, id).toBeGreaterThanOrEqual(numbers(original?.text ?? "").length);
      }
    }
  });
});
