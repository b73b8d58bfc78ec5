import { RuminateError } from "../../core/errors.ts";
import type { ArmsRows, MetricResult, PartResult, TrialRow } from "../../core/metric.ts";
import { compareFamilies } from "../../statistics/comparing/compare.ts";
import type { Comparison } from "../../statistics/comparing/comparison.ts";
import { computeArms } from "../../statistics/metric.ts";
import { eachCountedRecord, type StoredSummary } from "../counted-records.ts";
import type { ArmSetup } from "../experiment-summary.ts";
import { pricedArms } from "../priced-arms.ts";
import type { ChosenMetric } from "./chosen-metrics.ts";
import type { ArmMetric, MetricDifference, MetricPart, MetricSummary } from "./metric-summary.ts";
import { partsOf } from "./parts.ts";
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
  const facts: RowFacts = { kindOf, priced: pricedArms(run) };
  const arms = new Map(run.arms.map(({ arm }) => [arm, new ArmRows(facts)]));
  eachCountedRecord(folder, run, (record) => arms.get(record.arm)?.add(record));
  const rows = new Map([...arms].map(([arm, one]) => [arm, one.finish()]));
  const setups = new Map(run.setups.map((setup) => [setup.arm, setup]));
  return chosen.map((metric) => summaryOf(metric, rows, setups));
}

/** A metric that refuses the rows (a score outside [0, 1], say) is undefined and says why. */
export function resultsOf({ definition, options }: ChosenMetric, arms: ArmsRows): Map<string, MetricResult> {
  const tried = (some: ArmsRows): Map<string, MetricResult> => {
    try {
      return computeArms(definition, some, options, "run");
    } catch (error) {
      if (!(error instanceof RuminateError)) throw error;
      const refused = (rows: readonly TrialRow[]): MetricResult => ({
        ...{ value: null, interval: null, units: [], excludedTrials: rows.length, undefinedUnits: 0 },
        note: error.message,
      });
      return new Map([...some].map(([arm, rows]) => [arm, refused(rows)]));
    }
  };
  if (definition.across !== undefined) return tried(arms);
  return new Map([...arms].flatMap((arm) => [...tried(new Map([arm]))]));
}

type Setups = ReadonlyMap<string, Pick<ArmSetup, "baseline" | "family" | "policy">>;

function summaryOf(metric: ChosenMetric, rows: ArmsRows, setups: Setups): MetricSummary {
  const { label, definition, options, by, against } = metric;
  const { summary, paper = null, scale, better, partsAre, partsScale } = definition;
  const results = resultsOf(metric, rows);
  const differences = better === "neither" ? new Map() : differencesOf(results, setups, { scale, better });
  const parts = by === undefined ? null : partsOf(metric, by, rows, (some) => resultsOf(metric, some));
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
      ...(parts?.get(arm) ?? { parts: result.parts?.map(ownPart) }),
      derived: rows.has(arm) ? undefined : true,
    }),
  );
  const ownScale = by === undefined ? partsScale : undefined;
  return {
    metric: label,
    summary,
    paper,
    scale,
    better,
    options,
    by: by ?? partsAre,
    against,
    partsScale: ownScale,
    arms,
  };
}

const ownPart = ({ part, value, interval, units = 0, note, x, panel }: PartResult): MetricPart => ({
  ...{ part, value, interval, units, x, panel },
  note: note ?? null,
});

function differencesOf(
  results: ReadonlyMap<string, MetricResult>,
  setups: Setups,
  { scale, better }: { readonly scale: string; readonly better: "higher" | "lower" },
): Map<string, MetricDifference> {
  const valuesOf = (strategy: string) => ({ strategy, units: results.get(strategy)?.units ?? [] });
  const pairs = [...results.keys()].flatMap((arm) => {
    const { baseline: own = null, family, policy = "" } = setups.get(arm) ?? {};
    const baseline = results.get(arm)?.against ?? own;
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
