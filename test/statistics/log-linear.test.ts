import { describe, expect, it } from "vitest";
import { lawAt, logLinearLaw } from "../../src/statistics/sampling/log-linear.ts";

describe("the log-linear law of training data", () => {
  it("finds what a doubling brings, with an interval that holds it", () => {
    const noise = [0.004, -0.006, 0.003, -0.002, 0.001];
    const points = noise.map((error, i) => ({ rows: 1000 * 2 ** i, accuracy: 0.1 + 0.03 * i + error }));
    const law = logLinearLaw(points);
    expect(law.perDoubling).toBeCloseTo(0.03, 2);
    expect(law.interval?.[0]).toBeLessThan(0.03);
    expect(law.interval?.[1]).toBeGreaterThan(0.03);
    expect(law.r2).toBeGreaterThan(0.98);
    expect(lawAt(law, 32_000)).toBeCloseTo(0.25, 1);
    expect(lawAt(law, 2 ** 60)).toBe(1);
  });

  it("fits two points exactly, without an interval, and refuses one", () => {
    const law = logLinearLaw([
      { rows: 100, accuracy: 0.2 },
      { rows: 400, accuracy: 0.3 },
    ]);
    expect([law.perDoubling, law.interval]).toEqual([expect.closeTo(0.05), null]);
    expect(() => logLinearLaw([{ rows: 100, accuracy: 0.2 }])).toThrow("at least 2");
  });
});
