import { describe, expect, it } from "vitest";
import { contrastOf } from "../../../src/export/training/forms/token-scores.ts";
import { PrefixTree } from "../../../src/export/training/prefix-tree.ts";
import { computed, programOf, templateOf } from "../../../src/export/training/program-template.ts";
import { parseProblem } from "../../../src/policy/simulated/index.ts";
import { apply } from "../../../src/policy/simulated/word-problem.ts";
import { type AnyRow, exported, trainingFolder } from "./training-run.ts";

const contentOf = (words: AnyRow[string]): string => words.map(({ content }: AnyRow) => content).join("");
const results = (text: string): string[] => [...text.matchAll(/= (-?\d+)/g)].map(([, value]) => value as string);

describe("programs", () => {
  it("beginnings of wrong solutions end in a state that a right solution of the problem passes through", async () => {
    const { rows } = exported("programs", [await trainingFolder()], { arms: ["many"] });
    const byProblem = Map.groupBy(rows, ({ source }) => source.problem);
    let partial = 0;
    for (const all of byProblem.values()) {
      const states = all.flatMap(({ full, completion }) => {
        const values = full ? results(contentOf(completion)) : [];
        return values.map((_, i) => JSON.stringify(values.slice(0, i + 1).toSorted()));
      });
      const known = new Set(states);
      for (const { full, completion, state, steps } of all) {
        expect(state).toEqual(results(contentOf(completion)).toSorted());
        if (full) continue;
        partial++;
        expect(known.has(JSON.stringify(state))).toBe(true);
        expect(steps).toBeGreaterThan(0);
      }
      const texts = all.map(({ completion }) => contentOf(completion));
      expect(texts.filter((text, i) => texts.some((other, j) => j !== i && other.startsWith(text)))).toEqual([]);
    }
    expect(partial).toBeGreaterThan(20);
  });

  it("programs without numbers give the true answers of the same question with other numbers", async () => {
    const { rows } = exported("programs", [await trainingFolder()], {
      arms: ["many"],
      options: { rows: "parameters", checks: 4 },
    });
    expect(new Set(rows.map(({ source }) => source.problem)).size).toBeGreaterThanOrEqual(4);
    for (const { prompt, completion, parameters, checks, agreeing } of rows) {
      expect(contentOf(prompt)).toContain(`{${parameters[0].name}}`);
      expect(contentOf(completion)).toMatch(/^def solution\(number_1, [^0-9]*2/);
      expect(agreeing).toBeGreaterThan(0);
      expect(checks).toHaveLength(4);
      for (const { question, answer } of checks) {
        const problem = parseProblem(question);
        if (problem === null) throw new Error(`cannot be read: ${question}`);
        expect(problem.operations.reduce((value, operation) => apply(operation, value), problem.start)).toBe(answer);
      }
    }
  });

  it("a template takes a result before a number of the question, and nothing that is no chain", () => {
    const template = templateOf("3 + 4 = 7, then 7 × 2 = 14.", [3, 4, 2]);
    expect(template && computed(template, [5, 5, 3])).toEqual([10, 30]);
    expect(template && programOf(template, 3)).toBe(
      "def solution(number_1, number_2, number_3):\n    result_1 = number_1 + number_2\n    result_2 = result_1 * number_3\n    return result_2\n",
    );
    expect(templateOf("3 + 4 = 8", [3, 4])).toBeNull();
    expect(templateOf("3 + 4 + 1 = x = 8", [3, 4])).toBeNull();
    expect(templateOf("nothing", [3])).toBeNull();
  });
});

describe("token-scores", () => {
  it("are the normalised contrast of right and wrong draws, and null where one of them is missing", () => {
    const tree = new PrefixTree();
    for (const [text, right] of [
      ["ab", true],
      ["ab", true],
      ["ac", false],
      ["ab", false],
    ] as const) {
      tree.add([...text], right);
    }
    const [first, b] = tree.choicesAlong(["a", "b"]);
    const positive = [2.5 / 3, 0.5 / 3];
    const negative = [1.5 / 3, 1.5 / 3];
    const [one = 0, other = 0] = positive.map((p, i) => p ** 2 / (negative[i] ?? 0));
    const share = one / (one + other);
    expect(b && contrastOf(b, 1, 0.5)?.score).toBeCloseTo(share, 12);
    expect(b && contrastOf(b, 1, 0.5)?.contrast).toBeCloseTo(Math.log(2.5 / 1.5), 12);
    expect(first && contrastOf(first, 1, 0.5)).toEqual({ score: 1, contrast: 0 });
    const [c] = tree.choicesAlong(["a", "c"]).slice(1);
    expect(c?.before.right).toBe(2);
    expect(c && contrastOf({ ...c, before: { drawn: 2, right: 0 } }, 1, 0.5)).toBeNull();
  });

  it("call critical the first token of no return, and only where enough draws tell", async () => {
    const { rows, card } = exported("token-scores", [await trainingFolder()], { arms: ["many"] });
    const critical = rows.filter((row) => row.critical !== null);
    expect(critical.length).toBeGreaterThan(20);
    for (const { tokens, scores, contrast, critical: at, right } of rows) {
      expect(scores).toHaveLength(tokens.length);
      expect(scores.map((one: number | null) => one === null)).toEqual(
        contrast.map((one: number | null) => one === null),
      );
      if (right) expect(at).toBeNull();
      if (at === null) continue;
      // The token speaks against the solution; behind it no right draw is left to compare with.
      expect(contrast[at]).toBeLessThan(0);
      expect(scores.slice(at + 1).every((one: number | null) => one === null)).toBe(true);
    }
    expect(card.leftOut["its tokens were not kept (keep: [logprobs])"]).toBeUndefined();
    const pairs = exported("token-scores", [await trainingFolder()], { arms: ["many"], options: { rows: "pairs" } });
    for (const { chosen_tokens, chosen_scores, chosen } of pairs.rows) {
      expect(chosen_tokens.join("")).toBe(contentOf(chosen));
      expect(chosen_scores).toHaveLength(chosen_tokens.length);
    }
    expect(pairs.rows.length).toBeGreaterThan(10);
  });

  it("of two policies are known only of texts that both drew", async () => {
    const options = { by: "policies", positive: "many", negative: "judged" };
    const { rows, card } = exported("token-scores", [await trainingFolder()], { options });
    for (const { contrast, scores } of rows) {
      expect(contrast.every((one: number) => Number.isFinite(one))).toBe(true);
      expect(new Set(scores)).toEqual(new Set([null]));
    }
    expect(card.leftOut["its likelihood is known of one policy alone"]).toBeGreaterThan(0);
  });
});
