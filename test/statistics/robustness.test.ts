import { describe, expect, it } from "vitest";
import {
  instanceSpread,
  pairedSolved,
  performanceDrop,
  variantAccuracy,
} from "../../src/statistics/robustness/variants.ts";

describe("groups of variants", () => {
  it("gives average, all-variants and any-variant accuracy with their gap", () => {
    const accuracy = variantAccuracy([
      [true, true, true],
      [true, false, true],
      [false, false, false],
      [false, true, false],
    ]);
    expect(accuracy.average).toBeCloseTo(0.5, 12);
    expect(accuracy.everyVariant).toBe(0.25);
    expect(accuracy.anyVariant).toBe(0.75);
    expect(accuracy.firstVariant).toBe(0.5);
    expect(accuracy.gap).toBeCloseTo(0.25, 12);
    expect(accuracy.reasoningGapRatio).toBeCloseTo(1, 12);
    expect(accuracy.robustness).toBeCloseTo(0.5, 12);
  });

  it("leaves ratios undefined where nothing is right", () => {
    expect(variantAccuracy([[false, false]])).toMatchObject({ reasoningGapRatio: null, robustness: null });
    expect(() => variantAccuracy([[]])).toThrow("at least one item");
  });

  it("one variant a group makes all figures the plain accuracy", () => {
    const accuracy = variantAccuracy([[true], [false], [true]]);
    expect(accuracy.everyVariant).toBeCloseTo(2 / 3, 12);
    expect(accuracy.anyVariant).toBeCloseTo(2 / 3, 12);
    expect(accuracy.gap).toBe(0);
  });

  it("places the original among the instance sets", () => {
    const spread = instanceSpread([0.7, 0.8, 0.75, 0.8], 0.8);
    expect(spread).toMatchObject({ lowest: 0.7, highest: 0.8, sets: 4, originalPercentile: 0.75 });
    expect(spread.mean).toBeCloseTo(0.7625, 12);
    expect(spread.median).toBeCloseTo(0.775, 12);
    expect(instanceSpread([0.5]).standardDeviation).toBeNull();
  });

  it("measures drops and paired solving", () => {
    expect(performanceDrop(0.8, 0.6)).toBeCloseTo(0.25, 12);
    expect(performanceDrop(0, 0.6)).toBeNull();
    expect(
      pairedSolved([
        [true, true],
        [true, false],
        [false, true],
        [true, true],
      ]),
    ).toBe(0.5);
  });
});
