import { RuminateError } from "../../core/errors.ts";
import type { MetricResult } from "../../core/metric.ts";
import { compareFamilies } from "../../statistics/comparing/compare.ts";
import type { Comparison } from "../../statistics/comparing/comparison.ts";
import { computeMetric } from "../../statistics/metric.ts";
import { eachCountedRecord, type StoredSummary } from "../counted-records.ts";
import type { ArmSetup } from "../experiment-summary.ts";
import type { ChosenMetric } from "./chosen-metrics.ts";
import type { ArmMetric, MetricDifference, MetricSummary } from "./metric-summary.ts";
import { ArmRows, type RowFacts } from "./trial-rows.ts";

/** What of a run's summary says which trials count, which arms there are, and what each is compared with. */
export type MeasuredRun = Pick<StoredSummary, "arms" | "setups" | "trials" | "policies">;

/**
 * Every metric on every arm, from the trials that the run's folder holds. The rows of all arms are in memory meanwhile,
 * about 200 bytes a candidate: with no metric nothing is read. Depends on the records and the options alone.
 */
export function measure(
  folder: string,
  run: MeasuredRun,
  chosen: readonly ChosenMetric[],
  kindOf: RowFacts["kindOf"],
): MetricSummary[] {
  if (chosen.length === 0) return [];
  const policies = new Map(run.setups.map(({ arm, policy }) => [arm, policy]));
  const known = new Set(run.policies.filter(({ prices }) => prices !== undefined).map(({ label }) => label));
  const facts: RowFacts = { kindOf, priced: (arm) => known.has(policies.get(arm) ?? "") };
  const arms = new Map(run.arms.map(({ arm }) => [arm, new ArmRows(facts)]));
  eachCountedRecord(folder, run, (record) => arms.get(record.arm)?.add(record));
  const rows = new Map([...arms].map(([arm, one]) => [arm, one.finish()]));
  const setups = new Map(run.setups.map((setup) => [setup.arm, setup]));
  return chosen.map((metric) => {
    const results = new Map([...rows].map(([arm, own]) => [arm, resultOf(metric, own)]));
    return summaryOf(metric, results, setups);
  });
}

/** A metric that refuses the rows (a score outside [0, 1], say) is undefined on this arm and says why. */
function resultOf({ definition, options }: ChosenMetric, rows: Parameters<typeof computeMetric>[1]): MetricResult {
  try {
    return computeMetric(definition, rows, options, "run");
  } catch (error) {
    if (!(error instanceof RuminateError)) throw error;
    const rest = { units: [], excludedTrials: rows.length, undefinedUnits: 0 };
    return { value: null, interval: null, ...rest, note: error.message };
  }
}

type Setups = ReadonlyMap<string, Pick<ArmSetup, "baseline" | "family" | "policy">>;

function summaryOf(
  { label, definition, options }: ChosenMetric,
  results: ReadonlyMap<string, MetricResult>,
  setups: Setups,
): MetricSummary {
  const { summary, paper = null, scale, better } = definition;
  const differences = better === "neither" ? new Map() : differencesOf(results, setups, { scale, better });
  const arms = [...results].map(
    ([arm, result]): ArmMetric => ({
      arm,
      value: result.value,
      interval: result.interval,
      units: result.units.length,
      excludedTrials: result.excludedTrials,
      undefinedUnits: result.undefinedUnits,
      note: result.note ?? null,
      difference: differences.get(arm) ?? null,
    }),
  );
  return { metric: label, summary, paper, scale, better, options, arms };
}

function differencesOf(
  results: ReadonlyMap<string, MetricResult>,
  setups: Setups,
  { scale, better }: { readonly scale: string; readonly better: "higher" | "lower" },
): Map<string, MetricDifference> {
  const valuesOf = (strategy: string) => ({ strategy, units: results.get(strategy)?.units ?? [] });
  const pairs = [...results.keys()].flatMap((arm) => {
    const { baseline = null, family, policy = "" } = setups.get(arm) ?? {};
    if (baseline === null || baseline === arm || !results.has(baseline)) return [];
    return [{ a: valuesOf(arm), b: valuesOf(baseline), family: family ?? policy }];
  });
  const compared = compareFamilies(pairs, { better, scale: scale === "share" ? "share" : "number", seed: "metric" });
  return new Map(compared.flatMap((comparison) => differenceOf(comparison)));
}

function differenceOf(comparison: Comparison): [string, MetricDifference][] {
  const { a, b, difference, interval, adjustedP, n, verdict } = comparison;
  if (difference === null) return [];
  return [[a, { baseline: b, value: difference, interval, adjustedP, units: n, verdict }]];
}
