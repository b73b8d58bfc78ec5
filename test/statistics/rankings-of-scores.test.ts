import { describe, expect, it } from "vitest";
import { kendallTau } from "../../src/statistics/correlation.ts";
import { matthews, mrScore } from "../../src/statistics/rewards/mr-score.ts";
import { ndcgAtK, precisionAtK } from "../../src/statistics/rewards/ranked-retrieval.ts";

const items = (...pairs: readonly (readonly [number, boolean])[]) =>
  pairs.map(([score, correct]) => ({ score, correct }));

describe("rankings of candidates by score", () => {
  it("gain as the definition says", () => {
    const ranked = items([0.9, true], [0.8, false], [0.7, true], [0.1, false]);
    expect(ndcgAtK(ranked, 10)).toBeCloseTo((1 + 1 / Math.log2(4)) / (1 + 1 / Math.log2(3)), 12);
    expect(precisionAtK(ranked, 2)).toBe(0.5);
    expect(precisionAtK(ranked, 10)).toBeNull();
    expect(ndcgAtK(items([1, false]), 3)).toBeNull();
  });

  it("give equal scores what a random order of them is expected to have", () => {
    const tied = items([0.5, true], [0.5, false], [0.5, false]);
    expect(precisionAtK(tied, 1)).toBeCloseTo(1 / 3, 12);
    expect(ndcgAtK(tied, 3)).toBeCloseTo((1 + 1 / Math.log2(3) + 1 / 2) / 3, 12);
  });
});

describe("MR-Score", () => {
  it("weighs Matthews' correlation and two accuracies as the authors do", () => {
    const counts = { truePositive: 962, trueNegative: 1056, falsePositive: 517, falseNegative: 465 };
    const mcc = (962 * 1056 - 517 * 465) / Math.sqrt((962 + 517) * (962 + 465) * (1056 + 517) * (1056 + 465));
    expect(matthews(counts)).toBeCloseTo(mcc, 12);
    expect(mrScore({ mcc: -0.4, step: 0.5, reason: 0.2 })).toBeCloseTo(0.25, 12);
    expect(matthews({ truePositive: 3, falsePositive: 2, trueNegative: 0, falseNegative: 0 })).toBe(0);
  });
});

describe("Kendall's correlation", () => {
  it("is 1 for rising, -1 for falling, and corrects for ties", () => {
    expect(kendallTau([1, 2, 3], [4, 5, 6])).toBe(1);
    expect(kendallTau([1, 2, 3], [6, 5, 4])).toBe(-1);
    expect(kendallTau([1, 2, 3], [1, 1, 2])).toBeCloseTo(2 / Math.sqrt(6), 12);
    expect(kendallTau([1, 2], [3, 3])).toBeNull();
  });
});
