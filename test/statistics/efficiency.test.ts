import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { efficiencyAtK, enamelEfficiency } from "../../src/statistics/code/efficiency.ts";
import { bestOfK } from "../../src/statistics/sampling/best-of-k.ts";
import { subsets } from "../../src/statistics/sampling/pool.ts";

describe("efficiency of programs", () => {
  it("eff@k is the mean best over all subsets", () => {
    const scores = fc.array(fc.double({ min: 0, max: 1.4, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(scores, (list) => {
        for (let k = 1; k <= list.length; k++) {
          let [total, count] = [0, 0];
          for (const subset of subsets(list.length, k)) {
            total += Math.max(...subset.map((i) => list[i] ?? 0));
            count++;
          }
          expect(efficiencyAtK(list, k)).toBeCloseTo(total / count, 10);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("eff@k has the same weights as best-of-k", () => {
    const scores = [0.1, 0.4, 0.2, 0.9, 0.6];
    for (let k = 1; k <= 5; k++) {
      const byRank = scores.reduce(
        (sum, score, i) =>
          sum +
          score *
            bestOfK(
              scores.map((s, j) => ({ score: s, correct: i === j })),
              k,
            ),
        0,
      );
      expect(efficiencyAtK(scores, k)).toBeCloseTo(byRank, 12);
    }
  });

  it("ENAMEL counts hardness, may pass 1, and censors from the first level cut short", () => {
    const level = (hardness: number, time: number | null) => ({ hardness, referenceTime: 1, time });
    expect(enamelEfficiency([level(0, 1), level(3, 1), level(3, 1), level(4, 1)])).toBeCloseTo(1, 12);
    expect(enamelEfficiency([level(0, 1), level(3, 0.5), level(3, 1.5), level(4, 3)])).toBeCloseTo(
      (4.5 + 1.5) / 10,
      12,
    );
    expect(enamelEfficiency([level(0, 1), level(3, 1), level(3, null), level(4, 1)])).toBeCloseTo(0.3, 12);
    expect(enamelEfficiency([level(0, null), level(3, 1)])).toBe(0);
  });
});
