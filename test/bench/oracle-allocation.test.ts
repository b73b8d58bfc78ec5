import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oracleAllocation } from "../../bench/allocation-study/oracle-allocation.ts";

const gain = (chances: readonly (readonly number[])[], shares: readonly number[]) =>
  shares.reduce((sum, k, i) => sum + (chances[i]?.[k] ?? 0), 0);

/** The best of all ways to give out at most `budget` samples. */
function bruteForce(chances: readonly (readonly number[])[], budget: number): number {
  const [first, ...rest] = chances;
  if (first === undefined) return 0;
  return Math.max(...first.flatMap((value, k) => (k <= budget ? [value + bruteForce(rest, budget - k)] : [])));
}

describe("the oracle allocation", () => {
  it("gives samples where they help most, and none where they do not help", () => {
    const chances = [
      [0, 0.9, 0.92, 0.93],
      [0, 0.2, 0.5, 0.8],
      [0, 0, 0, 0],
    ];
    expect(oracleAllocation(chances, 1)).toEqual([1, 0, 0]);
    expect(oracleAllocation(chances, 4)).toEqual([1, 3, 0]);
    expect(oracleAllocation(chances, 99)).toEqual([3, 3, 0]);
  });

  it("takes the pieces of one problem in their order, whatever rounding does to equal slopes", () => {
    expect(oracleAllocation([[0, 0.18, 0.35, 0.52, 0.52]], 3)).toEqual([3]);
  });

  it("is the best there is where all curves are concave, and keeps every budget", () => {
    const concave = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 4 }).map((steps) => {
      const curve = [0];
      for (const step of steps.sort((a, b) => b - a)) curve.push((curve.at(-1) ?? 0) + step / 100);
      return curve;
    });
    fc.assert(
      fc.property(fc.array(concave, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 12 }), (all, budget) => {
        const shares = oracleAllocation(all, budget);
        expect(shares.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(budget);
        expect(gain(all, shares)).toBeCloseTo(bruteForce(all, budget), 9);
      }),
    );
  });

  it("in hindsight gives each problem just enough, the cheapest problems first", () => {
    const right = [
      [0, 0, 1, 1, 0],
      [0, 1, 0, 1, 1],
      [0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0],
    ];
    expect(oracleAllocation(right, 3)).toEqual([2, 1, 0, 0]);
    expect(oracleAllocation(right, 7)).toEqual([2, 1, 4, 0]);
  });

  it("refuses a budget that is no count", () => {
    expect(() => oracleAllocation([[0, 1]], -1)).toThrow(/oracle-allocation: "budget"/);
  });
});
