import type { Catalogue } from "../core/catalogue.ts";
import type { MetricDefinition } from "../core/metric.ts";
import { needs } from "../statistics/metric.ts";
import { leftTable } from "./catalogue.ts";
import { optionRows } from "./strategy-page.ts";
import type { Terminal } from "./terminal.ts";

/** `ruminate metrics [--json]`: [{name, summary, paper, scale, better, needs, options}]. */
export function listMetrics(terminal: Terminal, catalogue: Catalogue, json: boolean): void {
  const all = catalogue.metrics.all;
  if (json) {
    terminal.out(`${JSON.stringify(all.map(describeMetric), null, 2)}\n`);
    return;
  }
  const rows = all.map(({ name, summary, needs: wanted = [] }) => [name, summary, wanted.join(", ")]);
  terminal.out(
    `${leftTable([["metric", "what it measures", "needs"], ...rows])}\n\n` +
      "Name them under `metrics:` in an experiment; pass@8 is pass@k with k = 8.\n" +
      "`ruminate metrics show NAME` prints options and papers.\n",
  );
}

const describeMetric = ({ name, summary, paper, scale, better, needs: wanted, options }: MetricDefinition) => ({
  name,
  summary,
  paper: paper ?? null,
  scale,
  better,
  needs: wanted ?? [],
  options: optionRows(options),
});

/** `ruminate metrics show NAME`. @throws UnknownNameError. */
export function showMetric(terminal: Terminal, catalogue: Catalogue, name: string, json: boolean): void {
  const metric = catalogue.metrics.get(name);
  if (json) {
    terminal.out(`${JSON.stringify(describeMetric(metric), null, 2)}\n`);
    return;
  }
  const options = optionRows(metric.options).map((row) => [
    `  ${row.name}`,
    JSON.stringify(row.default),
    row.description,
  ]);
  const lines = [
    `${metric.name}: ${metric.summary}`,
    ...(metric.paper === undefined ? [] : [`  ${metric.paper}`]),
    `  scale: ${metric.scale}; ${metric.better === "neither" ? "no direction" : `${metric.better} is better`}`,
    ...(metric.needs ?? []).map((need) => `  needs ${needs[need].words.split(";")[0]}`),
    "",
    ...(options.length === 0 ? ["  no options"] : [leftTable([["  option", "default", "meaning"], ...options])]),
  ];
  terminal.out(`${lines.join("\n")}\n`);
}
