import type { MetricScale } from "../core/metric.ts";
import type { ArmMetric, MetricSummary } from "../runs/metrics/metric-summary.ts";
import { formatDifference, formatP } from "../statistics/comparing/words.ts";
import { metricRange, metricValue } from "./metric-cells.ts";
import { partTables } from "./part-tables.ts";
import type { Table } from "./table.ts";

/** A table for each metric that the experiment names: its value on every arm, or why it has none. */
export const metricTables = (metrics: readonly MetricSummary[]): Table[] =>
  metrics.flatMap((metric) => [metricTable(metric), ...partTables(metric)]);

function metricTable({ metric, summary, paper, scale, better, arms }: MetricSummary): Table {
  const compared = arms.some(({ difference }) => difference !== null);
  const macro = arms.some((arm) => arm.macro !== undefined);
  const trend = arms.some((arm) => arm.macro?.trend !== undefined);
  const unit = scale === "share" ? " %" : "";
  const head = [
    ...["strategy", `${metric}${unit}`, "95 % interval"],
    ...(macro ? [`macro${unit}`, "95 % of macro", "max − min"] : []),
    ...(trend ? [scale === "share" ? "points a year" : "a year", "95 % of it", "p"] : []),
    ...(compared ? [scale === "share" ? "Δ points" : "Δ", "95 % of Δ", "p (Holm)", "verdict"] : []),
    ...["problems", "left out", "remark"],
  ];
  const rows = arms.map((arm) => [
    arm.arm,
    metricValue(arm.value, scale),
    metricRange(arm.interval, scale),
    ...(macro ? macroCells(arm, scale) : []),
    ...(trend ? trendCells(arm, scale) : []),
    ...(compared ? differenceCells(arm, scale) : []),
    arm.units === 0 ? "–" : arm.units.toLocaleString("en-US"),
    leftOut(arm),
    arm.note ?? "",
  ]);
  const direction = better === "neither" ? "" : ` ${better === "higher" ? "Higher" : "Lower"} is better.`;
  const words = compared ? [head.length - 4, head.length - 2, head.length - 1] : [head.length - 2, head.length - 1];
  const source = paper === null ? "" : ` (${paper})`;
  return { title: metric, head, rows, words, note: `${capital(summary)}${source}.${direction}` };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const macroCells = ({ macro }: ArmMetric, scale: MetricScale): string[] => [
  metricValue(macro?.value ?? null, scale),
  metricRange(macro?.interval ?? null, scale),
  metricValue(macro?.range ?? null, scale),
];

function trendCells({ macro }: ArmMetric, scale: MetricScale): string[] {
  const trend = macro?.trend ?? null;
  if (trend === null) return ["–", "–", "–"];
  const show = (one: number) => formatDifference(one, scale === "share" ? "share" : "number");
  const { value, interval, pValue } = trend;
  return [show(value), `${show(interval.low)} to ${show(interval.high)}`, formatP(pValue).replace(/^p (= )?/, "")];
}

function differenceCells({ difference }: ArmMetric, scale: MetricScale): string[] {
  if (difference === null) return ["–", "–", "–", "–"];
  const { value, interval, adjustedP, verdict } = difference;
  const show = (one: number) => formatDifference(one, scale === "share" ? "share" : "number");
  return [
    show(value),
    interval === null ? "–" : `${show(interval.low)} to ${show(interval.high)}`,
    adjustedP === null ? "–" : formatP(adjustedP).replace("p = ", "").replace("p ", ""),
    verdict,
  ];
}

/** Trials left out, and problems on which the metric is undefined. */
function leftOut({ excludedTrials, undefinedUnits }: ArmMetric): string {
  const parts = [
    ...(excludedTrials > 0 ? [`${excludedTrials.toLocaleString("en-US")} trials`] : []),
    ...(undefinedUnits > 0 ? [`${undefinedUnits.toLocaleString("en-US")} problems`] : []),
  ];
  return parts.length === 0 ? "none" : parts.join(", ");
}

/** The metrics in the terminal's table: one column each. */
export function metricRows(metrics: readonly MetricSummary[]): string[][] {
  const [first] = metrics;
  if (first === undefined) return [];
  return [
    ["strategy", ...metrics.map(({ metric, scale }) => (scale === "share" ? `${metric} %` : metric))],
    ...first.arms.map(({ arm }, i) => [
      arm,
      ...metrics.map(({ arms, scale }) => metricValue(arms[i]?.value ?? null, scale)),
    ]),
  ];
}

/** One line for each reason why a metric has no value. */
export function metricRemarks(metrics: readonly MetricSummary[]): string[] {
  return metrics.flatMap(({ metric, arms }) => {
    const reasons = new Map<string, string[]>();
    for (const { arm, value, note } of arms) {
      if (value !== null) continue;
      const reason = note ?? "undefined";
      reasons.set(reason, [...(reasons.get(reason) ?? []), arm]);
    }
    return [...reasons].map(([reason, of]) => {
      const where = of.length === arms.length ? "" : ` of ${of.join(", ")}`;
      return `${metric}${where}: no value: ${reason}.`;
    });
  });
}
