import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  averageCurve,
  costSummary,
  costToReach,
  cumulativeRegret,
  frontier,
  frontierShares,
  inferenceFlops,
  interpolate,
  logArea,
  logGrid,
  normalisedRegret,
  stepCurve,
  stepRegret,
  valueAt,
} from "../../src/statistics/compute/index.ts";

const curves = fc
  .array(fc.record({ tokens: fc.integer({ min: 1, max: 999 }), correct: fc.boolean() }), { maxLength: 6 })
  .map(stepCurve);

describe("anytime curves", () => {
  it("are a step function: nothing before the first pick, the last pick at infinity, not monotone", () => {
    const curve = stepCurve([
      { tokens: 300, correct: false },
      { tokens: 100, correct: true },
      { tokens: 300, correct: true },
      { tokens: 500, correct: false },
    ]);
    expect([0, 99, 100, 299, 300, 499, 500, Infinity].map((budget) => valueAt(curve, budget))).toEqual([
      0, 0, 1, 1, 1, 1, 0, 0,
    ]);
  });

  it("average to the mean of their values at every budget", () => {
    fc.assert(
      fc.property(fc.array(curves, { minLength: 1, maxLength: 5 }), (list) => {
        const average = averageCurve(list);
        for (const budget of [0, 1, 50, 333, 999, 2000, ...average.map(({ cost }) => cost)]) {
          const truth = list.reduce((sum, curve) => sum + valueAt(curve, budget), 0) / list.length;
          expect(valueAt(average, budget)).toBeCloseTo(truth, 12);
        }
      }),
    );
  });

  it("have an area over log cost that a fine sum confirms, and that is linear in the curves", () => {
    fc.assert(
      fc.property(fc.array(curves, { minLength: 1, maxLength: 4 }), (list) => {
        const mean = list.reduce((sum, curve) => sum + logArea(curve, 10, 1000), 0) / list.length;
        expect(logArea(averageCurve(list), 10, 1000)).toBeCloseTo(mean, 12);
        const [first = []] = list;
        const steps = 20_000;
        let total = 0;
        for (let i = 0; i < steps; i++) total += valueAt(first, 10 * 100 ** ((i + 0.5) / steps));
        expect(Math.abs(total / steps - logArea(first, 10, 1000))).toBeLessThan(1e-3);
      }),
      { numRuns: 30 },
    );
  });

  it("have area 1 when right throughout, ½ when right from the geometric middle, and no log of zero", () => {
    expect(logArea([{ cost: 1, value: 1 }], 10, 1000)).toBeCloseTo(1, 12);
    expect(logArea([{ cost: 100, value: 1 }], 10, 1000)).toBeCloseTo(0.5, 12);
    expect(logArea([{ cost: 1000, value: 1 }], 10, 1000)).toBe(0);
    expect(() => logArea([], 0, 10)).toThrow("A log axis has no zero");
  });

  it("interpolate in log cost and never outside the measured range", () => {
    const points = [
      { cost: 100, value: 0.2 },
      { cost: 10_000, value: 0.6 },
    ];
    expect(interpolate(points, 1000)).toBeCloseTo(0.4, 12);
    expect(interpolate(points, 100)).toBe(0.2);
    expect(interpolate(points, 99)).toBeNull();
    expect(interpolate(points, 10_001)).toBeNull();
    expect(costToReach(points, 0.4)).toBeCloseTo(1000, 9);
    expect(costToReach(points, 0.7)).toBeNull();
    expect(logGrid(1, 100, 3)).toEqual([1, 10, 100].map((x) => expect.closeTo(x, 12)));
  });
});

describe("regret", () => {
  it("has the worked values of MRT", () => {
    const points = [
      { tokens: 1000, success: 0.25 },
      { tokens: 2000, success: 0.5 },
      { tokens: 4000, success: 0.75 },
    ];
    expect(normalisedRegret(points, 4000)).toBeCloseTo(0.5625, 12);
    expect(normalisedRegret(points, 3000)).toBeCloseTo(0.6458333333333334, 12);
    // Flat past the end: 1750 up to 4000, then 0.75 for 4000 more.
    expect(normalisedRegret(points, 8000)).toBeCloseTo(1 - (1750 + 3000) / 8000, 12);
  });

  it("agrees with a fine sum under the interpolated curve", () => {
    const list = fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(list, fc.integer({ min: 10, max: 3000 }), (gaps, budget) => {
        let tokens = 0;
        const points = gaps.map(([gap, success]) => {
          tokens += gap;
          return { tokens, success };
        });
        const knots = [{ tokens: 0, success: 0 }, ...points];
        const height = (x: number) => {
          const i = knots.findIndex((knot) => knot.tokens > x);
          const [left, right] = [knots[i - 1], knots[i]];
          if (left === undefined || right === undefined) return knots.at(-1)?.success ?? 0;
          return left.success + ((right.success - left.success) * (x - left.tokens)) / (right.tokens - left.tokens);
        };
        let total = 0;
        for (let i = 0; i < 20_000; i++) total += height(((i + 0.5) / 20_000) * budget);
        expect(Math.abs(1 - total / 20_000 - normalisedRegret(points, budget))).toBeLessThan(1e-3);
      }),
      { numRuns: 25 },
    );
  });

  it("of a step curve is the share of the budget spent without a right pick", () => {
    expect(stepRegret([{ cost: 250, value: 1 }], 1000)).toBeCloseTo(0.25, 12);
    expect(
      stepRegret(
        [
          { cost: 250, value: 1 },
          { cost: 500, value: 0 },
        ],
        1000,
      ),
    ).toBeCloseTo(0.75, 12);
    expect(stepRegret([], 1000)).toBe(1);
    expect(stepRegret([{ cost: 2000, value: 1 }], 1000)).toBe(1);
    expect(cumulativeRegret([0.25, 0.5, 1])).toBeCloseTo(1.25, 12);
  });
});

describe("cost", () => {
  it("the frontier keeps undominated points, equal ones together", () => {
    const points = [
      { cost: 1, accuracy: 0.3 },
      { cost: 2, accuracy: 0.5 },
      { cost: 2, accuracy: 0.5 },
      { cost: 3, accuracy: 0.4 },
      { cost: 4, accuracy: 0.9 },
      { cost: 5, accuracy: 0.9 },
    ];
    expect(frontier(points)).toEqual([true, true, true, false, true, false]);
  });

  it("frontier shares tell sure members from doubtful ones", () => {
    const n = 40;
    const column = (right: number, cost: number) => ({
      cost: new Array<number>(n).fill(cost),
      accuracy: Array.from({ length: n }, (_, i) => (i < right ? 1 : 0)),
    });
    const [cheap, same, worse] = frontierShares([column(20, 1), column(22, 2), column(10, 3)], {
      seed: 1,
      replicates: 400,
    });
    expect(cheap).toBe(1);
    expect(same).toBeGreaterThan(0.7);
    expect(same).toBeLessThan(1);
    expect(worse).toBe(0);
  });

  it("summaries show the tail", () => {
    const summary = costSummary([...new Array<number>(99).fill(1), 101]);
    expect(summary).toMatchObject({ mean: 2, p50: 1, p90: 1, p95: 1, max: 101, total: 200, n: 100 });
    expect(costSummary([])).toBeNull();
  });

  it("FLOPs are 2 · parameters a token, the prompt once when shared, attention by position", () => {
    const model = { parameters: 1e9 };
    expect(inferenceFlops(model, 100, [50, 50])).toBe(2e9 * 200);
    expect(inferenceFlops(model, 100, [50, 50], { sharedPrompt: false })).toBe(2e9 * 300);
    // Positions 1..3 with 4 · 2 · 10 a position: 80 · 6 on top.
    expect(inferenceFlops({ parameters: 1, layers: 2, width: 10 }, 1, [2])).toBe(2 * 3 + 80 * 6);
  });
});
