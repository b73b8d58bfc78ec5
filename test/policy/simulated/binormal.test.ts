import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core/random.ts";
import { judged, normalBelow, probit, separation } from "../../../src/policy/simulated/binormal.ts";

describe("the normal distribution", () => {
  it("has its known values", () => {
    expect(normalBelow(0)).toBeCloseTo(0.5, 14);
    expect(normalBelow(1)).toBeCloseTo(0.841344746068543, 13);
    expect(normalBelow(-1.959963984540054)).toBeCloseTo(0.025, 13);
    expect(normalBelow(-6) / 9.865876450377e-10).toBeCloseTo(1, 8);
    expect(normalBelow(-8) / 6.220960574271786e-16).toBeCloseTo(1, 6);
    expect([normalBelow(-50), normalBelow(50)]).toEqual([0, 1]);
  });

  it("is undone by probit", () => {
    for (const p of [1e-6, 0.01, 0.02425, 0.3, 0.5, 0.77, 0.99, 0.999999]) {
      expect(normalBelow(probit(p)) / p).toBeCloseTo(1, 7);
    }
    expect([probit(0), probit(1)]).toEqual([-Infinity, Infinity]);
  });
});

describe("a binormal judge", () => {
  it("is a coin at 0.5 and never errs at 1", () => {
    expect(separation(0.5)).toBeCloseTo(0, 9);
    expect(judged({ auc: 0.5, baseRate: 0.2 }, true, 1.3)).toBeCloseTo(0.2, 9);
    expect(judged({ auc: 1, baseRate: 0.5 }, true, -4)).toBe(1);
    expect(judged({ auc: 1, baseRate: 0.5 }, false, 4)).toBe(0);
  });

  it("gives right things the base rate's share of belief on average", () => {
    const random = new Random("belief");
    const judge = { auc: 0.8, baseRate: 0.3 };
    let sum = 0;
    for (let i = 0; i < 40_000; i++) sum += judged(judge, random.uniform() < 0.3, random.normal());
    expect(Math.abs(sum / 40_000 - 0.3)).toBeLessThan(3 * 0.0015);
  });
});
