import { describe, expect, it } from "vitest";
import { timeOf, trendOf } from "../../src/statistics/trend.ts";

describe("a trend over time", () => {
  it("knows years, months and days, and nothing else", () => {
    expect(timeOf("2024")).toBe(2024.5);
    expect(timeOf("2024-07")).toBeCloseTo(2024 + 6.5 / 12, 9);
    expect(timeOf("2024-01-01")).toBeLessThan(timeOf("2024-01-02") ?? 0);
    for (const other of ["24", "2024-13", "v2024", "3024", ""]) expect(timeOf(other)).toBeNull();
  });

  it("is the least-squares slope, with its error clustered", () => {
    const units = (values: readonly number[], first: number) =>
      values.map((value, i) => ({ unit: String(first + i), cluster: String(first + i), value }));
    const found = trendOf([
      { at: 2023, units: units([1, 1, 0, 1], 0) },
      { at: 2024, units: units([1, 0, 0, 1], 4) },
      { at: 2025, units: units([0, 0, 1, 0], 8) },
    ]);
    // lm(y ~ x): slope -0.25; HC1 standard error with 10 degrees of freedom
    expect(found?.value).toBeCloseTo(-0.25, 12);
    expect(found?.interval.low).toBeLessThan(-0.5);
    expect(found?.interval.high).toBeGreaterThan(0);
    expect(found?.pValue).toBeGreaterThan(0.1);
    expect(trendOf([{ at: 2023, units: units([1, 0, 1], 0) }])).toBeNull();
    const twice = [0, 1].map((copy) => ({ unit: `c${copy}`, cluster: "c", value: copy }));
    expect(
      trendOf([
        { at: 2023, units: twice },
        { at: 2024, units: twice },
      ]),
    ).toBeNull();
  });
});
