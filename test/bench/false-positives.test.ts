import { describe, expect, it } from "vitest";
import { sameTwice } from "../../bench/false-positives.ts";

describe("one strategy under two labels", () => {
  it.each([
    { problems: 25, seeds: 1 },
    { problems: 25, seeds: 2 },
  ])("is called better than itself in at most 5 % of experiments at any budget: $problems × $seeds", (size) => {
    const set = [
      [0.9, 0.05, 0.05],
      [0.6, 0.2, 0.2],
      [0.4, 0.35, 0.25],
      [0.2, 0.5, 0.3],
    ];
    const experiments = 400;
    const noise = 2.6 * Math.sqrt((0.05 * 0.95) / experiments);
    for (const { budget, verdicts, intervals } of sameTwice(set, { ...size, experiments })) {
      expect(verdicts, `${budget} tokens`).toBeLessThanOrEqual(0.05 + noise);
      expect(intervals, `${budget} tokens`).toBeLessThanOrEqual(0.08 + noise);
    }
  });
});
