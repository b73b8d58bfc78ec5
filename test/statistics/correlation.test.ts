import { describe, expect, it } from "vitest";
import { spearman } from "../../src/statistics/correlation.ts";

describe("Spearman's correlation", () => {
  it("is 1 for the same order, −1 for the reverse, undefined for a constant", () => {
    expect(spearman([1, 2, 3, 4], [10, 20, 30, 40])).toBeCloseTo(1, 12);
    expect(spearman([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12);
    expect(spearman([1, 2, 3], [5, 5, 5])).toBeNull();
    expect(spearman([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8, 12);
  });
});
