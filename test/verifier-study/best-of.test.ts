import { describe, expect, it } from "vitest";
import { bestOfCurve, gainsOverVote } from "../../src/verifier-study/best-of.ts";
import type { Judgement } from "../../src/verifier-study/measures.ts";

/** A problem with these answers, each with its score; "1" is right. */
function problem(
  id: string,
  solutions: readonly (readonly [answer: string | null, score: number | null])[],
): Judgement {
  const read = solutions.map(([answer]) => ({ steps: [answer ?? "I do not know."], answer, correct: answer === "1" }));
  return {
    item: { id, question: id, subset: "run", cluster: id, solutions: read } as unknown as Judgement["item"],
    judged: {
      ...{ id, steps: null, outcomes: solutions.map(([, score]) => score) },
      ...{ tokens: 0, calls: 0, milliseconds: 0 },
    },
  };
}

describe("picks of a verifier", () => {
  const torn = (id: string) =>
    problem(id, [
      ["1", 0.9],
      ["1", 0.2],
      ["2", 0.3],
      ["3", 0.1],
    ]);

  it("are counted over all ways to draw k: by hand for two of four", () => {
    const [, two, four] = bestOfCurve([torn("a")]);
    // Right: the three pairs with the best score, and {1 at 0.2, 3}. Wrong: {1 at 0.2, 2} and {2, 3}.
    expect(two?.verifier).toBeCloseTo(4 / 6, 12);
    expect(two?.weighted).toBeCloseTo(4 / 6, 12);
    expect(two?.majority).toBeCloseTo((1 + 4 * 0.5) / 6, 12); // ties are split
    expect(two?.oracle).toBeCloseTo(5 / 6, 12);
    expect(four).toMatchObject({ k: 4, verifier: 1, weighted: 1, majority: 1, random: 0.5, oracle: 1 });
  });

  it("are no texts without an answer as long as another was drawn, whatever their scores", () => {
    const silent = problem("s", [
      [null, 0.9],
      ["1", 0.8],
      ["2", null],
      [null, null],
    ]);
    const [one, two, four] = bestOfCurve([silent]);
    // Right: every pair with the right one.
    expect([one?.verifier, two?.verifier, four?.verifier]).toEqual([0.25, 0.5, 1].map((x) => expect.closeTo(x, 12)));
    const many = Array.from({ length: 8 }, (_, i) => ({
      ...silent,
      item: { ...silent.item, id: `p${i}`, cluster: `p${i}` },
    }));
    expect(gainsOverVote(many).map(({ a, verdict }) => [a, verdict])).not.toContainEqual(["the best of 4", "worse"]);
  });

  it("are counted over the problems that have so many, as long as nearly all have", () => {
    const short = problem("short", [
      ["1", 0.9],
      ["2", 0.3],
      ["2", 0.2],
    ]);
    const whole = (count: number) => Array.from({ length: count }, (_, i) => torn(`p${i}`));
    expect(bestOfCurve([short, ...whole(9)]).map(({ k }) => k)).toEqual([1, 2, 4]);
    expect(gainsOverVote([short, ...whole(9)]).map(({ a, n }) => [a, n])).toContainEqual(["the best of 4", 9]);
    expect(bestOfCurve([short, ...whole(8)]).map(({ k }) => k)).toEqual([1, 2]);
  });

  it("face a vote whose ties go to the likeliest sample, where all say how likely they are", () => {
    const one = torn("a");
    const likelihoods = [-0.5, -0.1, -0.2, -0.3];
    const solutions = one.item.solutions.map((solution, i) => ({ ...solution, confidence: [likelihoods[i] ?? 0] }));
    const likely = { ...one, item: { ...one.item, solutions } as unknown as Judgement["item"] };
    // Pairs: {1, 1}; the first 1 loses to 2 and 3; the second wins against both; {2, 3} wrong.
    expect(bestOfCurve([likely])[1]?.majority).toBeCloseTo(3 / 6, 12);
    const unknown = solutions.map((solution, i) => (i === 3 ? { ...solution, confidence: undefined } : solution));
    const partly = { ...one, item: { ...one.item, solutions: unknown } as unknown as Judgement["item"] };
    expect(bestOfCurve([partly])[1]?.majority).toBeCloseTo((1 + 4 * 0.5) / 6, 12);
  });

  it("are weighed against the vote of as many, problem by problem, as one family", () => {
    const many = Array.from({ length: 40 }, (_, i) => torn(`p${i}`));
    const gains = gainsOverVote(many);
    expect(gains.map(({ a, b }) => `${a} / ${b}`)).toEqual([
      "the best of 2 / the vote of 2",
      "the weighted vote of 2 / the vote of 2",
      "the best of 4 / the vote of 4",
      "the weighted vote of 4 / the vote of 4",
    ]);
    expect(gains.map(({ difference }) => difference)).toEqual([1 / 6, 1 / 6, 0, 0].map((x) => expect.closeTo(x, 12)));
    expect(gains.map(({ verdict }) => verdict)).toEqual([
      ...["better", "better", "no significant difference", "no significant difference"],
    ]);
    for (const { family, pValue, adjustedP } of gains) {
      expect(family).toBe(4);
      expect(adjustedP).toBeGreaterThanOrEqual(pValue ?? 1);
    }
  });

  it("weigh no vote where scores only order", () => {
    const raw = problem("r", [
      ["1", -3],
      ["2", 20],
    ]);
    expect(bestOfCurve([raw]).map(({ weighted }) => weighted)).toEqual([null, null]);
    expect(gainsOverVote([raw, raw]).map(({ a }) => a)).toEqual(["the best of 2"]);
  });
});
