import { describe, expect, it } from "vitest";
import { problemOf } from "../../src/core/problem.ts";
import { Trajectory } from "../../src/core/trajectory.ts";

describe("Trajectory", () => {
  it("shares its prefix: extending never changes the parent", () => {
    const root = Trajectory.root();
    const first = root.extend({ text: "a\n\n" });
    const left = first.extend({ text: "b" }, true);
    const right = first.extend({ text: "c" });
    expect(left.parent).toBe(right.parent);
    expect([first.text, left.text, right.text]).toEqual(["a\n\n", "a\n\nb", "a\n\nc"]);
    expect([root.depth, first.depth, left.depth]).toEqual([0, 1, 2]);
  });

  it("does not grow beyond its end", () => {
    const ended = Trajectory.of([{ text: "done" }]);
    expect(() => ended.extend({ text: "more" })).toThrow(/terminal/);
  });

  it("shows observations in the text but keeps them apart from what the policy wrote", () => {
    const path = Trajectory.of([{ text: "```python\nprint(1)\n```\n", observation: "1\n" }, { text: "So it is 1." }]);
    expect(path.text).toBe("```python\nprint(1)\n```\n1\nSo it is 1.");
    expect(path.steps[0]?.text).not.toContain("\n1\n");
  });
});

describe("the question of a problem", () => {
  it("holds nothing from which the reference could be reached", () => {
    const secret = "SECRET-REFERENCE";
    const { question } = problemOf({
      id: "p",
      text: "What is it?",
      kind: "code",
      code: { language: "python", entryPoint: "f", visibleTests: ["assert f(1)"] },
      choices: ["a"],
      group: secret,
      tags: [secret],
      reference: { answer: secret, solution: secret, tests: { language: "python", prefix: secret, program: secret } },
    });
    const seen = new Set<unknown>();
    const reach = (value: unknown): string[] => {
      if (typeof value === "string") return [value];
      if (typeof value !== "object" || value === null || seen.has(value)) return [];
      seen.add(value);
      return Reflect.ownKeys(value).flatMap((key) => reach(Reflect.get(value, key)));
    };
    const texts = reach(question);
    expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    expect(texts).toContain("What is it?");
    expect(Object.isFrozen(question)).toBe(true);
  });
});
