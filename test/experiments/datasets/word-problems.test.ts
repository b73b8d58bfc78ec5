import { describe, expect, it } from "vitest";
import { selectionSchema } from "../../../experiments/datasets/selection.ts";
import { wordProblems } from "../../../experiments/datasets/word-problems.ts";

const load = (options: object) => wordProblems.load({}, selectionSchema.parse(options));

describe("word-problems", () => {
  it("gives twelve numeric problems with unique ids, and a part of them on request", async () => {
    const problems = await load({});
    expect(new Set(problems.map(({ question }) => question.id)).size).toBe(12);
    expect(
      problems.every(({ question, reference }) => question.kind === "number" && /^\d+$/.test(reference.answer)),
    ).toBe(true);
    expect(await load({ limit: 3 })).toEqual(problems.slice(0, 3));
  });

  it("ends each worked solution with its answer, and every equation in it holds", async () => {
    for (const { question, reference } of await load({})) {
      const { id } = question;
      const solution = reference.solution ?? "";
      const numbers = solution.match(/\d+/g) ?? [];
      expect(numbers.at(-1), id).toBe(reference.answer);
      const equations = [...solution.matchAll(/((?:\d+|[+−×÷() ])+)= (\d+)/g)];
      expect(equations.length, id).toBeGreaterThan(0);
      for (const [, left, right] of equations) expect(evaluate(left ?? ""), `${id}: ${left}`).toBe(Number(right));
    }
  });
});

/** Arithmetic with × and ÷ before + and −, and brackets. */
function evaluate(text: string): number {
  const tokens = text.match(/\d+|[+−×÷()]/g) ?? [];
  let at = 0;
  const atom = (): number => {
    const token = tokens[at++];
    if (token !== "(") return Number(token);
    const value = sum();
    at += 1;
    return value;
  };
  const product = (): number => {
    let value = atom();
    while (tokens[at] === "×" || tokens[at] === "÷") value = tokens[at++] === "×" ? value * atom() : value / atom();
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "−")
      value = tokens[at++] === "+" ? value + product() : value - product();
    return value;
  };
  return sum();
}
