import type { Interval, MetricScale } from "../../core/metric.ts";
import type { PairVerdict } from "../../statistics/comparing/comparison.ts";

/** A metric that an experiment names, on all its arms: one entry of `metrics` in summary.json. */
export interface MetricSummary {
  /** As the experiment calls it: `pass@8`, `accuracy-at-budget(tokens=4000)`. */
  readonly metric: string;
  readonly summary: string;
  readonly paper: string | null;
  readonly scale: MetricScale;
  readonly better: "higher" | "lower" | "neither";
  readonly options: unknown;
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
