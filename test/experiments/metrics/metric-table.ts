import type { MetricDefinition } from "../../../src/core/metric.ts";

const headings = ["metric", "what it measures", "needs", "options", "paper"];

/** The table of metrics in docs/experiments.md, one line each, in the order of the registry. */
export function metricTable(
  metrics: readonly MetricDefinition[],
  optionsOf: (metric: MetricDefinition) => string[],
): string {
  const lines = metrics.map((metric) => [
    `\`${metric.name}\``,
    metric.summary,
    (metric.needs ?? []).join(", "),
    optionsOf(metric).join(", "),
    metric.paper ?? "",
  ]);
  return [headings, headings.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
