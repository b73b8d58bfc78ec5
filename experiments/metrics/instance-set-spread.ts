import { z } from "zod";
import { defineMetric, type UnitValue } from "../../src/core/metric.ts";
import { judged } from "../../src/statistics/metric.ts";
import { groupBy, mean } from "../../src/statistics/numeric/arrays.ts";
import { instanceSpread } from "../../src/statistics/robustness/variants.ts";

/**
 * GSM-Symbolic's spread: one accuracy for each instance set (the rows of one `variant`, "original" apart), and where
 * the original questions fall among them. The value is the standard deviation over sets; units are the sets.
 */
export const instanceSetSpread = defineMetric({
  name: "instance-set-spread",
  summary: "standard deviation of accuracy over instance sets of the same templates",
  paper: "Mirzadeh et al. 2024, arXiv:2410.05229",
  scale: "share",
  better: "lower",
  needs: ["instance-sets"],
  options: z.strictObject({}),
  compute(rows) {
    const kept = judged(rows);
    const sets = groupBy(
      kept.filter(({ variant }) => variant !== null && variant !== undefined),
      ({ variant }) => variant ?? "",
    );
    const accuracyOf = (set: typeof kept) => mean(set.map(({ verdict }) => (verdict === "correct" ? 1 : 0)));
    const original = sets.get("original");
    sets.delete("original");
    const units: UnitValue[] = [...sets].map(([unit, set]) => ({ unit, cluster: unit, value: accuracyOf(set) }));
    const rest = { units, excludedTrials: rows.length - kept.length, undefinedUnits: 0 };
    if (units.length < 2) return { value: null, interval: null, ...rest, note: "fewer than two instance sets" };
    const values = units.map(({ value }) => value);
    const spread = instanceSpread(values, original === undefined ? null : accuracyOf(original));
    const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
    const { originalPercentile } = spread;
    const placed = originalPercentile === null ? "" : `; the original above ${percent(originalPercentile)} of sets`;
    const reach = `${percent(spread.lowest)} to ${percent(spread.highest)} over ${spread.sets} sets`;
    const note = `mean ${percent(spread.mean)}, ${reach}${placed}`;
    return { value: spread.standardDeviation, interval: null, ...rest, note };
  },
});
