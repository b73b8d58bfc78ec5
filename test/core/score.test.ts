import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  aggregate,
  aggregations,
  compareScores,
  orderKeeping,
  rewardedSteps,
  type Score,
  shapedRewards,
} from "../../src/core/score.ts";

const scores = (...values: (number | null)[]): Score[] => values.map((value) => ({ value }));

describe("aggregate", () => {
  it("matches the worked numbers 0.9, 0.6, 0.95", () => {
    const steps = scores(0.9, 0.6, 0.95);
    expect(aggregate(steps, "min").value).toBeCloseTo(0.6, 12);
    expect(aggregate(steps, "product").value).toBeCloseTo(0.513, 12);
    expect(aggregate(steps, "last").value).toBeCloseTo(0.95, 12);
    expect(aggregate(steps, "mean").value).toBeCloseTo(0.816667, 6);
    expect(aggregate(steps, "geometric-mean").value).toBeCloseTo(0.8005, 4);
    expect(aggregate(steps, "max").value).toBeCloseTo(0.95, 12);
  });

  it("is null, not a neutral number, where there is nothing to aggregate", () => {
    for (const how of aggregations) expect(aggregate([], how).value).toBeNull();
  });

  it("is null where a step it needs was not judged; last needs only the last", () => {
    expect(aggregate(scores(null, 0.5), "min").value).toBeNull();
    expect(aggregate(scores(null, 0.5), "last").value).toBe(0.5);
    expect(aggregate(scores(0.5, null), "last").value).toBeNull();
  });

  it("stays in [0, 1] and between product and max", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (values) => {
        const of = (how: (typeof aggregations)[number]) => aggregate(scores(...values), how).value ?? Number.NaN;
        for (const how of aggregations.filter((name) => !["model", "clip", "delta"].includes(name))) {
          expect(of(how)).toBeGreaterThanOrEqual(of("product") - 1e-12);
          expect(of(how)).toBeLessThanOrEqual(of("max") + 1e-12);
        }
      }),
    );
  });

  it("gains nothing from padding with right but useless steps: only `mean` can rise above the honest score", () => {
    const honest = scores(0.9, 0.4);
    const padded = scores(0.9, 0.4, 0.99, 0.99, 0.99);
    for (const how of ["min", "product"] as const) {
      expect(aggregate(padded, how).value).toBeLessThanOrEqual(aggregate(honest, how).value ?? 0);
    }
    expect(aggregate(padded, "mean").value).toBeGreaterThan(aggregate(honest, "mean").value ?? 1);
  });

  it("clips so that a further step can only lose, in (0, 1] and in the order of the sums", () => {
    expect(aggregate(scores(0.9, 0.6), "clip").value).toBe(1);
    expect(aggregate(scores(0.9, 0.2), "clip").value).toBeCloseTo(Math.exp(-0.3), 12);
    expect(aggregate(scores(0.9, 0.2), "clip", { threshold: 0.95 }).value).toBeCloseTo(Math.exp(-0.8), 12);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, extra) => {
          const before = aggregate(scores(...values), "clip").value ?? Number.NaN;
          expect(aggregate(scores(...values, extra), "clip").value).toBeLessThanOrEqual(before);
          expect(before).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("telescopes the deltas to the first score, whatever steps are added", () => {
    expect(aggregate(scores(0.4), "delta").value).toBe(0.4);
    expect(aggregate(scores(0.4, 0.9, 0.99), "delta").value).toBeCloseTo(0.4, 12);
    expect(aggregate(scores(0.4, 0.9, 0.99, 0.99, 0.99), "delta").value).toBeCloseTo(0.4, 12);
  });

  it("shapes rewards step by step, with the success at the last", () => {
    const near = (values: readonly number[], wanted: readonly number[]) => {
      expect(values).toHaveLength(wanted.length);
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(wanted[i] ?? Number.NaN, 12);
    };
    const given = [0.9, 0.8, 0.6, 0.95];
    near(shapedRewards(given, "clip", { threshold: 0.7 }), [0, 0, -0.1, 0]);
    near(shapedRewards(given, "delta"), [0.1, 0.2, 0.6, 0]);
    near(shapedRewards(given, "clip-delta", { threshold: 0.7 }), [0, 0.1, -0.1, 0]);
    near(shapedRewards([0.4], "delta"), [0.4]);
    const { steps, rewards, returns } = rewardedSteps(given, 1, { how: "delta", weight: 0.5 });
    near(steps, [0.05, 0.1, 0.3, 0]);
    near(rewards, [0.05, 0.1, 0.3, 1]);
    near(returns, [1.45, 1.4, 1.3, 1]);
  });

  it("keeps the order of rewards that a sigmoid in doubles cannot tell apart", () => {
    const raw = [-1e9, -45, -30, -8, -1, 0, 3.5, 8, 8.0001, 20, 24, 30, 45, 45.0001, 1e9];
    const values = raw.map(orderKeeping);
    expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
    expect(values.every((value) => value > 0 && value < 1)).toBe(true);
    expect(orderKeeping(3.5)).toBe(1 / (1 + Math.exp(-3.5)));
    expect(compareScores({ value: 1, raw: 45 }, { value: 1, raw: 41 })).toBeGreaterThan(0);
    expect(compareScores({ value: null }, { value: 0 })).toBeLessThan(0);
    expect(compareScores({ value: 0.5 }, { value: 0.5, raw: 3 })).toBe(0);
  });

  it("weighs positions as given, the last weight repeated, and later steps more without weights", () => {
    expect(aggregate(scores(1, 0, 0), "weighted", { weights: [2, 1] }).value).toBeCloseTo(0.5, 12);
    expect(aggregate(scores(0, 0, 1), "weighted").value).toBeCloseTo(0.5, 12);
    expect(aggregate(scores(0.3, 0.4), "weighted", { weights: [0] }).value).toBeNull();
  });

  it("has no score of the whole among several step scores", () => {
    expect(aggregate(scores(0.7), "model").value).toBe(0.7);
    expect(aggregate(scores(0.7, 0.8), "model").value).toBeNull();
  });
});
