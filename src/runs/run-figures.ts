import type { Policy } from "../core/policy.ts";
import type { ExperimentSummary } from "./experiment-summary.ts";
import { judgingSummary } from "./judging/judging-summary.ts";
import type { ChosenMetric } from "./metrics/chosen-metrics.ts";
import { kindReader } from "./metrics/kinds.ts";
import { measure } from "./metrics/measure.ts";

interface MeasuredPlan {
  readonly metrics: readonly ChosenMetric[];
  readonly judge: Policy | null;
}

/**
 * The summary with the metrics that the experiment names, measured on the trials that are there, and the agreement of
 * the judge, where one grades.
 */
export function withFigures(plain: ExperimentSummary, { metrics, judge }: MeasuredPlan): ExperimentSummary {
  const summary = judge === null ? plain : { ...plain, judging: judgingSummary(plain.folder, plain) };
  if (metrics.length === 0) return summary;
  const kindOf = kindReader(summary.kinds);
  return { ...summary, metrics: measure(summary.folder, summary, metrics, kindOf) };
}
