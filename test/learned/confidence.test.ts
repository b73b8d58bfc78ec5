import { describe, expect, it } from "vitest";
import type { TokenLogprob } from "../../src/core/policy.ts";
import { confidenceNames, confidenceOf } from "../../src/learned/confidence.ts";

const named = (logprobs: readonly TokenLogprob[]) => {
  const values = confidenceOf({ logprobs }) ?? [];
  expect(values).toHaveLength(confidenceNames.length);
  return Object.fromEntries(confidenceNames.map((name, j) => [name, values[j]]));
};

const tops = (...chances: readonly number[]) => chances.map((p, i) => ({ token: `t${i}`, logprob: Math.log(p) }));

describe("what log-probabilities say", () => {
  it("is read by name: mean, least, share of low ones, numbers and the boxed answer", () => {
    const found = named([
      { token: "So ", logprob: -0.2 },
      { token: "12", logprob: -2 },
      { token: " is \\", logprob: 0 },
      { token: "boxed{", logprob: 0 },
      { token: "12", logprob: -0.4 },
      { token: "}", logprob: -0.4 },
    ]);
    expect(found["mean-logprob"]).toBeCloseTo(-0.5);
    expect(found["least-logprob"]).toBe(-2);
    expect(found["low-share"]).toBeCloseTo(1 / 6);
    expect(found["numbers-mean-logprob"]).toBeCloseTo(-1.2);
    expect(found["numbers-least-logprob"]).toBe(-2);
    expect(found["answer-logprob"]).toBeCloseTo(-0.4);
  });

  it("is null where it cannot be told, never 0", () => {
    const found = named([{ token: "none", logprob: Number.NEGATIVE_INFINITY }]);
    expect(found["mean-logprob"]).toBe(-20);
    for (const name of ["mean-margin", "mean-entropy", "lowest-group", "numbers-mean-logprob", "answer-logprob"])
      expect(found[name]).toBeNull();
    expect(confidenceOf({})).toBeUndefined();
    expect(confidenceOf({ confidence: [1, null] })).toEqual([1, null]);
  });

  it("does not depend on how many alternatives beyond five were asked for", () => {
    const token = (top: TokenLogprob["top"]): TokenLogprob => ({
      token: "t0",
      logprob: Math.log(0.5),
      ...(top && { top }),
    });
    const five = named([token(tops(0.5, 0.2, 0.1, 0.1, 0.05))]);
    expect(named([token(tops(0.5, 0.2, 0.1, 0.1, 0.05, 0.02, 0.01))])).toEqual(five);
    expect(five["mean-margin"]).toBeCloseTo(Math.log(0.5 / 0.2));
    const two = named([token(tops(0.5, 0.2))]);
    expect(two["mean-margin"]).toBeCloseTo(Math.log(2.5));
    expect(two["mean-entropy"]).toBeNull();
  });
});
