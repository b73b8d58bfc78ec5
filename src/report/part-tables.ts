import type { MetricScale } from "../core/metric.ts";
import type { ArmMetric, MetricPart, MetricSummary } from "../runs/metrics/metric-summary.ts";
import { formatDifference, formatP } from "../statistics/comparing/words.ts";
import { metricRange, metricValue } from "./metric-cells.ts";
import type { Table } from "./table.ts";

/** A metric in its parts: a row a part, a column an arm; and the gaps between parts, where one is compared with. */
export function partTables(metric: MetricSummary): Table[] {
  const arms = metric.arms.filter(({ parts }) => parts !== undefined && parts.length > 0);
  if (arms.length === 0) return [];
  const gaps = gapRows(metric, arms);
  return [valueTable(metric, arms), ...(gaps.length === 0 ? [] : [gapTable(metric, gaps)])];
}

/** "accuracy by subject" where the experiment says so; "kemeny-rank: position in" of a metric's own parts. */
const byWords = ({ metric, by }: MetricSummary): string =>
  by === undefined || metric.endsWith(` by ${by}`) ? metric : `${metric}: ${by}`;

function valueTable(metric: MetricSummary, arms: readonly ArmMetric[]): Table {
  const { by = "part", partsScale: scale = metric.scale } = metric;
  const names = [...new Set(arms.flatMap(({ parts = [] }) => parts.map(({ part }) => part)))];
  const problems = (name: string) => Math.max(...arms.map((arm) => partOf(arm, name)?.units ?? 0));
  const counted = names.some((name) => problems(name) > 0);
  const rows = names.map((name) => [
    name,
    ...(counted ? [problems(name).toLocaleString("en-US")] : []),
    ...arms.map((arm) => cellOf(partOf(arm, name), scale)),
  ]);
  const valueless = arms.flatMap(({ parts = [] }) => parts.filter(({ value }) => value === null));
  const notes = [...new Set(valueless.flatMap(({ note }) => note ?? []))];
  return {
    title: byWords(metric),
    head: [by, ...(counted ? ["problems"] : []), ...arms.map(({ arm }) => arm)],
    rows,
    note: ["In brackets 95 % intervals.", ...notes.slice(0, 5).map((note) => `No value: ${note}.`)].join(" "),
  };
}

const partOf = ({ parts = [] }: ArmMetric, name: string): MetricPart | undefined =>
  parts.find(({ part }) => part === name);

function cellOf(part: MetricPart | undefined, scale: MetricScale): string {
  if (part === undefined) return "–";
  const value = metricValue(part.value, scale);
  return part.interval === null ? value : `${value} (${metricRange(part.interval, scale)})`;
}

function gapRows({ scale }: MetricSummary, arms: readonly ArmMetric[]): string[][] {
  const show = (value: number) => formatDifference(value, scale === "share" ? "share" : "number");
  return arms.flatMap(({ arm, parts = [] }) =>
    parts.flatMap(({ part, gap }) => {
      if (gap === undefined) return [];
      const { value, interval, adjustedP, paired, clusters } = gap;
      const range = interval === null ? "–" : `${show(interval.low)} to ${show(interval.high)}`;
      const p = adjustedP === null ? "–" : formatP(adjustedP).replace(/^p (= )?/, "");
      return [[arm, part, show(value), range, p, paired ? "paired" : "apart", clusters.toLocaleString("en-US")]];
    }),
  );
}

const gapTable = (metric: MetricSummary, rows: readonly string[][]): Table => ({
  title: `${byWords(metric)}, against ${metric.against}`,
  head: [
    ...["strategy", metric.by ?? "part", metric.scale === "share" ? "Δ points" : "Δ"],
    ...["95 % of Δ", "p (Holm)", "test", "groups"],
  ],
  rows,
  words: [1, 5],
  note: "Paired: within problems, or groups of variants, that both parts have; apart: between samples that share none. Permutation tests, adjusted by Holm over the parts of a strategy.",
});
