import type { z } from "zod";
import { Random } from "../core/random.ts";
import type { Interval } from "./intervals/interval.ts";
import { clusteredInterval } from "./intervals/mean.ts";
import { wilson } from "./intervals/proportion.ts";
import { groupBy, mean } from "./numeric/arrays.ts";

/**
 * What became of a trial. "unparsed": no answer could be read, which is not right but counted apart. "undecided": the grader could not
 * tell; "error": the trial failed. The last two are counted and shown, never averaged in.
 */
export type Verdict = "correct" | "incorrect" | "unparsed" | "undecided" | "error";

/** One candidate of a trial as a metric sees it. */
export interface CandidateRow {
  /** Equivalence class of its answer within the problem; null when none could be read. */
  readonly answerClass: string | null;
  /** Null when the grader could not tell. */
  readonly correct: boolean | null;
  /** The outcome verifier's value; null when unscored. */
  readonly score: number | null;
  /** Tokens that it took, prompt share included. */
  readonly tokens: number;
}

/** The pick that came into force when `tokens` had been spent. */
export interface PickRow {
  readonly tokens: number;
  readonly correct: boolean;
}

/** One problem × strategy × seed with its outcome: the plain row that every metric reads. */
export interface TrialRow {
  readonly problem: string;
  /** What the problem is a variant of; problems of one group are not independent. Null or absent: the problem stands alone. */
  readonly group?: string | null;
  /** Which variant of its group, or which instance set, it is ("original" marks the unperturbed one). */
  readonly variant?: string | null;
  readonly strategy: string;
  readonly seed: string | number;
  readonly verdict: Verdict;
  readonly tokens: number;
  readonly calls: number;
  readonly seconds?: number;
  readonly dollars?: number;
  readonly flops?: number | null;
  readonly candidates: readonly CandidateRow[];
  readonly picks: readonly PickRow[];
}

/** A metric's value on one problem (or group), for intervals and pairing. */
export interface UnitValue {
  readonly unit: string;
  readonly cluster: string;
  readonly value: number;
}

export interface MetricResult {
  /** Null where the metric is undefined on these rows; `note` says why. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** One value a problem (or group); empty where the metric is a statistic of the whole. Pairing compares equal units. */
  readonly units: readonly UnitValue[];
  /** Trials left out because they were undecided or failed, and problems on which the metric is undefined. */
  readonly excludedTrials: number;
  readonly undefinedUnits: number;
  readonly note?: string;
}

export type MetricScale = "share" | "tokens" | "calls" | "seconds" | "dollars" | "flops" | "number";

/** A kind of metric as it is registered: its options, and how to compute it from the rows of one strategy. */
export interface MetricDefinition<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly paper?: string;
  readonly scale: MetricScale;
  readonly better: "higher" | "lower" | "neither";
  readonly options: z.ZodType<Options>;
  /** `random` is keyed by the caller; what is computed depends on the rows and on it alone. */
  compute(rows: readonly TrialRow[], options: Options, random: Random): MetricResult;
}

export function defineMetric<Options>(definition: MetricDefinition<Options>): MetricDefinition<Options> {
  return definition;
}

/** Trials that have a verdict. */
export const judged = (rows: readonly TrialRow[]): TrialRow[] =>
  rows.filter(({ verdict }) => verdict !== "undecided" && verdict !== "error");

/** What cluster a row's problem belongs to. */
export const clusterOf = (row: TrialRow): string => row.group ?? row.problem;

interface ProblemMetric<Options> extends Omit<MetricDefinition<Options>, "compute"> {
  /** Which trials enter; those with a verdict unless told. */
  readonly keeps?: (row: TrialRow) => boolean;
  /** The value on one problem, from its trials over all seeds; null where undefined. */
  ofProblem(trials: readonly TrialRow[], options: Options, random: Random): number | null;
}

/**
 * A metric that is a mean over problems: each problem's seeds are averaged first (by `ofProblem`), then problems, every problem
 * weighing alike; the interval is Student's, clustered by group, which for lone problems is the ordinary one.
 */
export function defineProblemMetric<Options>(metric: ProblemMetric<Options>): MetricDefinition<Options> {
  const {
    keeps = (row: TrialRow) => row.verdict !== "undecided" && row.verdict !== "error",
    ofProblem,
    ...rest
  } = metric;
  return defineMetric({
    ...rest,
    compute(rows, options, random) {
      const kept = rows.filter(keeps);
      const units: UnitValue[] = [];
      const problems = groupBy(kept, ({ problem }) => problem);
      for (const [unit, trials] of problems) {
        const value = ofProblem(trials, options, random.fork("problem", unit));
        if (value !== null && trials[0] !== undefined) units.push({ unit, cluster: clusterOf(trials[0]), value });
      }
      return overUnits(metric.scale, units, rows.length - kept.length, problems.size - units.length);
    },
  });
}

/**
 * Mean over units with its clustered interval. Where every unit of a share is 0, or every one 1, the units show no spread and Wilson's
 * interval over the clusters stands in.
 */
export function overUnits(
  scale: MetricScale,
  units: readonly UnitValue[],
  excludedTrials: number,
  undefinedUnits: number,
): MetricResult {
  const rest = { units, excludedTrials, undefinedUnits };
  const [first] = units;
  if (first === undefined) return { value: null, interval: null, ...rest, note: "undefined on every problem" };
  const values = units.map(({ value }) => value);
  const clusters = units.map(({ cluster }) => cluster);
  const extreme = scale === "share" && (first.value === 0 || first.value === 1);
  const flat = extreme && values.every((value) => value === first.value);
  const count = new Set(clusters).size;
  const interval = flat ? wilson(first.value * count, count) : clusteredInterval(values, clusters);
  return { value: mean(values), interval, ...rest };
}

/** Runs a metric on rows of one strategy with options already parsed. */
export function computeMetric<Options>(
  metric: MetricDefinition<Options>,
  rows: readonly TrialRow[],
  options: Options,
  seed: string | number,
): MetricResult {
  return metric.compute(rows, options, new Random(`metric/${metric.name}/${seed}`));
}
