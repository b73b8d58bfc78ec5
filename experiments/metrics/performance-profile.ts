import { z } from "zod";
import { defineArmsMetric, type MetricResult, type TrialRow, type UnitValue } from "../../src/core/metric.ts";
import { overUnits } from "../../src/statistics/metric.ts";
import { noneOf, sharedProblems } from "./kit/arms.ts";

const costs = { tokens: (row: TrialRow) => row.tokens, seconds: (row: TrialRow) => row.seconds ?? null };

/**
 * What a right answer costs beside the cheapest arm that has it, problem by problem: the share of problems that an arm
 * solves at `ratio` times the least cost or less. A trial that ends wrong solves nothing; a problem that no arm solves
 * counts for none.
 */
export const performanceProfile = defineArmsMetric({
  name: "performance-profile",
  summary: "share of problems solved at a given multiple of what the cheapest arm that solves them spends",
  paper: "Dolan and Moré 2002, arXiv:cs/0102001",
  scale: "share",
  better: "higher",
  options: z.strictObject({
    cost: z.enum(["tokens", "seconds"]).default("tokens").describe("what a solution costs"),
    ratio: z.number().min(1).default(1).describe("multiple of the least cost, for the figure itself"),
    ratios: z.array(z.number().min(1)).default([1, 2, 4, 8, 16]).describe("multiples of the profile"),
  }),
  partsAre: "at most … times the least cost",
  across(rows, { cost, ratio, ratios }) {
    if (rows.size < 2) return noneOf(rows, "a profile needs two arms or more");
    const { arms, problems, leftOut } = sharedProblems(rows, (trials) => costOf(trials, costs[cost]));
    const at = (a: number, most: number): UnitValue[] =>
      problems.map(({ problem, cluster, values }) => {
        const least = Math.min(...values);
        const own = values[a] ?? Infinity;
        return { unit: problem, cluster, value: own < Infinity && own <= most * least * (1 + 1e-12) ? 1 : 0 };
      });
    return new Map(
      arms.map((arm, a): [string, MetricResult] => [
        arm,
        {
          ...overUnits("share", at(a, ratio), 0, leftOut),
          parts: ratios.map((most) => {
            const { value, interval, units } = overUnits("share", at(a, most), 0, 0);
            return { part: `${most}`, value, interval, units: units.length, x: most };
          }),
        },
      ]),
    );
  },
});

/** What is spent on a problem over all seeds for each right answer; Infinity where none is right. */
function costOf(trials: readonly TrialRow[], read: (row: TrialRow) => number | null): number | null {
  const known = trials.flatMap((row) => read(row) ?? []);
  if (known.length < trials.length) return null;
  const right = trials.filter(({ verdict }) => verdict === "correct").length;
  return right === 0 ? Infinity : known.reduce((sum, one) => sum + one, 0) / right;
}
