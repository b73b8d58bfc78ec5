import { z } from "zod";
import { defineMetric, type MetricResult, type PartResult, type TrialRow } from "../../src/core/metric.ts";
import { bootstrap } from "../../src/statistics/intervals/bootstrap.ts";
import { clusterOf, judged } from "../../src/statistics/metric.ts";
import { groupBy, mean } from "../../src/statistics/numeric/arrays.ts";
import { macroF1 as macroF1Of } from "../../src/statistics/rewards/macro-f1.ts";

const replicates = z.int().min(100).default(1_000).describe("bootstrap resamples of the problems or groups");

const classOf = (text: string): string => text.trim().toLowerCase();

/** A right answer says what the reference says; a wrong one what is written there. */
function f1(rows: readonly TrialRow[], classes: readonly string[]): number | null {
  const items = rows.map(({ reference, answer, verdict }) => {
    const truth = classOf(reference ?? "");
    return { truth, said: verdict === "correct" ? truth : answer == null ? null : classOf(answer) };
  });
  return macroF1Of(items, classes);
}

/** With a percentile bootstrap over clusters. */
function resampled(
  rows: readonly TrialRow[],
  statistic: (rows: readonly TrialRow[]) => number | null,
  { seed, replicates: draws, note }: { readonly seed: string; readonly replicates: number; readonly note: string },
): MetricResult {
  const kept = judged(rows);
  const value = statistic(kept);
  const rest = { units: [], excludedTrials: rows.length - kept.length, undefinedUnits: 0 };
  if (value === null) return { value, interval: null, ...rest, note };
  const clusters = [...groupBy(kept, clusterOf).values()];
  const again = (drawn: Float64Array) =>
    statistic(clusters.flatMap((members, c) => Array.from({ length: drawn[c] ?? 0 }, () => members).flat()));
  return {
    value,
    interval: bootstrap(clusters.length, again, { seed, replicates: draws, share: true }).interval,
    ...rest,
  };
}

const classesOf = (rows: readonly TrialRow[]): string[] =>
  [...new Set(rows.flatMap(({ reference }) => (reference == null ? [] : [classOf(reference)])))].sort();

/** Of problems whose answers are a few labels: every label weighs alike, however rare it is. */
export const macroF1 = defineMetric({
  name: "macro-f1",
  summary: "mean over the labels that references have of the F1 of each, unread answers being misses",
  scale: "share",
  better: "higher",
  options: z.strictObject({
    most: z.int().min(2).default(20).describe("labels at most; more are no classes"),
    replicates,
  }),
  compute(rows, { most, replicates: draws }, random) {
    const classes = classesOf(judged(rows));
    const few = classes.length <= most;
    const note = few ? "no trial has a reference" : `${classes.length} different references are no labels`;
    return resampled(rows, (some) => (few ? f1(some, classes) : null), { seed: random.key, replicates: draws, note });
  },
});

const cells = {
  tasks: ["solving", "answerable_judging", "outcome_judging", "process_judging"],
  labels: {
    answerable_judging: ["answerable", "unanswerable"],
    outcome_judging: ["correct", "incorrect"],
  } as Readonly<Record<string, readonly string[]>>,
};

const tagged = (row: TrialRow, key: string): string =>
  row.tags?.find((tag) => tag.startsWith(`${key}:`))?.slice(key.length + 1) ?? "";

/** Of a run on `mathcheck`: its sixteen cells, four tasks by four forms. */
export const mathcheckScore = defineMetric({
  name: "mathcheck",
  summary: "mean over MathCheck's cells (task by form): macro-F1 where a yes or no is asked, else accuracy",
  paper: "Zhou et al. 2024, arXiv:2407.08733",
  scale: "share",
  better: "higher",
  options: z.strictObject({ replicates }),
  partsAre: "task and form",
  compute(rows, { replicates: draws }, random) {
    const statistic = (some: readonly TrialRow[]): number | null => {
      const values = [...cellsOf(some).values()].map(([task, own]) => cellValue(task, own));
      return values.length === 0 ? null : mean(values);
    };
    const note = "needs trials of mathcheck, with the tags task:… and form:…";
    const result = resampled(rows, statistic, { seed: random.key, replicates: draws, note });
    const parts = [...cellsOf(judged(rows))]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([part, [task, own]]): PartResult => ({
          ...{ part, value: cellValue(task, own), interval: null, units: own.length },
        }),
      );
    return { ...result, parts };
  },
});

function cellsOf(rows: readonly TrialRow[]): Map<string, readonly [task: string, rows: TrialRow[]]> {
  const known = rows.filter((row) => cells.tasks.includes(tagged(row, "task")) && tagged(row, "form") !== "");
  const grouped = groupBy(known, (row) => `${tagged(row, "task")} · ${tagged(row, "form")}`);
  return new Map([...grouped].map(([cell, own]) => [cell, [cell.split(" · ")[0] ?? "", own] as const]));
}

function cellValue(task: string, rows: readonly TrialRow[]): number {
  const labels = cells.labels[task];
  return labels === undefined
    ? mean(rows.map(({ verdict }) => (verdict === "correct" ? 1 : 0)))
    : (f1(rows, labels) ?? 0);
}
