import type { Interval, MetricScale } from "../../core/metric.ts";
import type { PairVerdict } from "../../statistics/comparing/comparison.ts";
import type { Trend } from "../../statistics/trend.ts";

/** A metric that an experiment names, on all its arms: one entry of `metrics` in summary.json. */
export interface MetricSummary {
  /** As the experiment calls it: `pass@8`, `accuracy-at-budget(tokens=4000)`. */
  readonly metric: string;
  readonly summary: string;
  readonly paper: string | null;
  readonly scale: MetricScale;
  readonly better: "higher" | "lower" | "neither";
  readonly options: unknown;
  /** What its parts are: as the experiment says (`by`), or the metric's own; absent without parts. */
  readonly by?: string;
  /** The part that the others are compared with. */
  readonly against?: string;
  /** Scale of the parts, where it is another one than the metric's. */
  readonly partsScale?: MetricScale;
  readonly arms: readonly ArmMetric[];
}

export interface ArmMetric {
  readonly arm: string;
  /** Null where the metric is undefined on this arm; `note` says why. Never 0 in place of unknown. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Problems (or groups) with a value; 0 for a statistic of the whole. */
  readonly units: number;
  /** Trials left out, and problems on which the metric is undefined. */
  readonly excludedTrials: number;
  readonly undefinedUnits: number;
  readonly note: string | null;
  /**
   * Paired with the arm's baseline on the problems that both have; null for baselines and for statistics of the whole.
   */
  readonly difference: MetricDifference | null;
  readonly parts?: readonly MetricPart[];
  /** Mean over the parts, each weighing alike (`value` is the micro average, over problems); absent without `by`. */
  readonly macro?: MacroAverage;
  /** Made of several arms; it is no arm of the experiment. */
  readonly derived?: true;
}

export interface MacroAverage {
  /** Null where a part has no value. */
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly parts: number;
  /** Highest part minus the lowest; null where a part has no value, or there is one alone. */
  readonly range?: number | null;
  /** Where the parts are years, months or days: the change in a year; null where it cannot be told. */
  readonly trend?: Trend | null;
}

/** The metric on a part of the problems. */
export interface MetricPart {
  readonly part: string;
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly units: number;
  readonly note: string | null;
  /** Of a part that is a point of a curve: its place on the axis, and its panel. */
  readonly x?: number;
  readonly panel?: string;
  /** Absent where the metric names no part to compare with, and for that part itself. */
  readonly gap?: PartGap;
}

/** This part minus the one that it is compared with; p values adjusted by Holm over the parts of the arm. */
export interface PartGap {
  readonly value: number;
  readonly interval: Interval | null;
  readonly adjustedP: number | null;
  /** Within groups (or problems) that both parts have; else between independent samples. */
  readonly paired: boolean;
  readonly clusters: number;
}

/** p values are adjusted by Holm over the comparisons of this metric in the arm's family: those of its model. */
export interface MetricDifference {
  readonly baseline: string;
  readonly value: number;
  readonly interval: Interval | null;
  readonly adjustedP: number | null;
  readonly units: number;
  readonly verdict: PairVerdict;
}
