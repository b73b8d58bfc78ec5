import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averageCurve, logArea, stepCurve, valueAt } from "../../src/statistics/compute/anytime.ts";
import { costSummary } from "../../src/statistics/compute/cost.ts";
import { frontier } from "../../src/statistics/compute/frontier.ts";
import { stepRegret } from "../../src/statistics/compute/regret.ts";

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
});

describe("regret", () => {
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

  it("summaries show the tail", () => {
    const summary = costSummary([...new Array<number>(99).fill(1), 101]);
    expect(summary).toMatchObject({ mean: 2, p50: 1, p90: 1, p95: 1, max: 101, total: 200, n: 100 });
    expect(costSummary([])).toBeNull();
  });
});
