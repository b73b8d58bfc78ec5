import { z } from "zod";
import { defineMetric } from "../../src/core/metric.ts";
import { averageCurve, stepCurve } from "../../src/statistics/compute/anytime.ts";
import { judged } from "../../src/statistics/metric.ts";

/** The least budget of every problem at which the picks in force reach a given accuracy. A statistic of the whole. */
export const tokensToReach = defineMetric({
  name: "tokens-to-reach",
  summary: "least tokens of a problem at which the picks in force reach a given accuracy",
  scale: "tokens",
  better: "lower",
  needs: ["picks"],
  options: z.strictObject({ accuracy: z.number().min(0).max(1).describe("accuracy to reach, as a share") }),
  compute(rows, { accuracy }) {
    const kept = judged(rows);
    const rest = { interval: null, units: [], excludedTrials: rows.length - kept.length, undefinedUnits: 0 };
    if (kept.length === 0) return { value: null, ...rest, note: "no trial has a verdict" };
    const curve = averageCurve(kept.map(({ picks }) => stepCurve(picks)));
    const point = curve.find(({ value }) => value >= accuracy - 1e-12);
    if (point !== undefined) return { value: point.cost, ...rest };
    const most = Math.max(0, ...curve.map(({ value }) => value));
    return { value: null, ...rest, note: `never reached; the best is ${(100 * most).toFixed(1)} %` };
  },
});
