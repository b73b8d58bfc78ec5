import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core/random.ts";
import { findProblems, parseProblem } from "../../../src/policy/simulated/parse.ts";
import { generateProblem, wordProblem } from "../../../src/policy/simulated/problem.ts";
import { answerOf, runningValues, structureKey } from "../../../src/policy/simulated/word-problem.ts";

const many = Array.from({ length: 4_000 }, (_, i) =>
  generateProblem("test", i, { minSteps: 1, maxSteps: 12, difficulty: (i % 5) / 4, distractors: i % 3 }),
);

describe("generated word problems", () => {
  it("are read back from their words alone", () => {
    for (const { problem, text } of many) expect(parseProblem(text)).toEqual(problem);
  });

  it("keep every running value a whole number from 2 to 2,000 and every quotient exact", () => {
    for (const { problem } of many) {
      const values = runningValues(problem);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(2);
      expect(Math.max(...values)).toBeLessThanOrEqual(2_000);
      for (const [t, { operator, operand }] of problem.operations.entries()) {
        if (operator === "/") expect((values[t] ?? 0) % operand).toBe(0);
      }
    }
  });

  it("are a function of seed and index, and differ between indices", () => {
    expect(generateProblem(3, 7)).toEqual(generateProblem(3, 7));
    expect(new Set(many.map(({ text }) => text)).size).toBeGreaterThan(3_900);
  });

  it("have as many steps as asked for, all numbers of steps about equally often", () => {
    const counts = new Map<number, number>();
    for (let i = 0; i < 2_000; i++) {
      const steps = generateProblem(1, i, { minSteps: 3, maxSteps: 6 }).problem.operations.length;
      counts.set(steps, (counts.get(steps) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([3, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(4 * Math.sqrt(500 * 0.75));
  });

  it("refuse a range of steps that is none", () => {
    expect(() => generateProblem(0, 0, { minSteps: 5, maxSteps: 4 })).toThrow(/minSteps.*got 5 and 4/);
  });

  it("can be told in other words with the same arithmetic", () => {
    for (const { problem, text } of many.slice(0, 300)) {
      const other = wordProblem(problem, new Random("other words"));
      const read = parseProblem(other);
      expect(read === null ? null : structureKey(read)).toBe(structureKey(problem));
      expect(read === null ? null : answerOf(read)).toBe(answerOf(problem));
      expect(other === text && problem.operations.length > 4).toBe(false);
    }
  });
});

describe("finding a problem in a prompt", () => {
  const [first, second] = [generateProblem(0, 0), generateProblem(0, 1)];

  it("reads it between labels, markup and instructions", () => {
    expect(parseProblem(`Solve this.\n\n**Problem:** ${first.text}\n\nAnswer with a number.`)).toEqual(first.problem);
    expect(parseProblem(`Q: ${first.text}\nA:`)).toEqual(first.problem);
    expect(parseProblem(`He said: "${first.text}"`)).toEqual(first.problem);
  });

  it("takes the last of several, since worked examples come first", () => {
    expect(parseProblem(`${first.text}\nA: 3\n\n${second.text}`)).toEqual(second.problem);
    expect(findProblems(`${first.text}\n\n${second.text}`)).toHaveLength(2);
  });

  it("prefers one told in sentences to a numbered list of its facts", () => {
    const list = second.text
      .split(/(?<=\.) /)
      .map((fact, i) => `${i + 1}. ${fact}`)
      .join("\n");
    expect(parseProblem(list)).toEqual(second.problem);
    expect(parseProblem(`${first.text}\n\n**Conditions:**\n${list}`)).toEqual(first.problem);
  });

  it("finds none in other text", () => {
    expect(parseProblem("What is 2 + 2?")).toBeNull();
    expect(parseProblem("")).toBeNull();
  });
});
