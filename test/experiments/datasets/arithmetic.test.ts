import { describe, expect, it } from "vitest";
import { arithmetic } from "../../../experiments/datasets/arithmetic.ts";
import { parseProblem } from "../../../src/policy/simulated/parse.ts";
import { answerOf } from "../../../src/policy/simulated/word-problem.ts";

const load = (options: Record<string, unknown> = {}) => arithmetic.load({}, arithmetic.options.parse(options));

describe("the arithmetic dataset", () => {
  it("holds as many problems as asked for, each with the right reference and its own id", async () => {
    const problems = await load({ count: 500, maxSteps: 8, distractors: 1 });
    expect(problems).toHaveLength(500);
    expect(new Set(problems.map(({ question }) => question.id)).size).toBe(500);
    for (const { question, reference, difficulty } of problems) {
      const read = parseProblem(question.text);
      expect(read === null ? null : String(answerOf(read))).toBe(reference.answer);
      expect(reference.solution?.endsWith(`#### ${reference.answer}`)).toBe(true);
      expect(question.kind).toBe("number");
      expect(difficulty).toBeCloseTo(((read?.operations.length ?? 0) - 1) / 11, 12);
    }
  });

  it("gives the same problem at any count, and others with another seed", async () => {
    const [few, more, other] = [await load({ count: 5 }), await load({ count: 20 }), await load({ count: 5, seed: 1 })];
    expect(more.slice(0, 5)).toEqual(few);
    expect(other.map(({ question }) => question.text)).not.toEqual(few.map(({ question }) => question.text));
  });

  it("keeps the answer out of the public half", async () => {
    for (const { question } of await load({ count: 50 })) {
      expect(Object.keys(question).sort()).toEqual(["id", "kind", "text"]);
      expect(JSON.stringify(question)).not.toContain("####");
    }
  });

  it("refuses options that make no sense", async () => {
    await expect(load({ minSteps: 6, maxSteps: 3 })).rejects.toThrow(/"minSteps".*got 6/);
    expect(() => arithmetic.options.parse({ count: 0 })).toThrow();
    expect(() => arithmetic.options.parse({ length: 3 })).toThrow();
  });
});
