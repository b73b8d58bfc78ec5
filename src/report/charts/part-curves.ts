import type { ArmMetric, MetricPart, MetricSummary } from "../../runs/metrics/metric-summary.ts";
import { type Curve, curveChart } from "./curves.ts";
import type { Figure } from "./figure.ts";

/** Lines that a reader tells apart, and as many colours. */
const most = 8;

/**
 * Curves of metrics whose parts are points: one drawing for each of their panels, such as accuracy by budget within a
 * difficulty bin. Of more than eight rows those made of several arms and the highest are drawn.
 */
export function partFigures(metrics: readonly MetricSummary[], placeOf: (arm: string) => number): Figure[] {
  return metrics.flatMap((metric, m) => {
    const panels = new Map<string, number>();
    for (const { parts = [] } of metric.arms)
      for (const { panel = "", x } of parts) if (x !== undefined && !panels.has(panel)) panels.set(panel, panels.size);
    return [...panels].flatMap(([panel, p]) => partFigure(metric, panel, `parts-${m}-${p}`, placeOf));
  });
}

const pointsOf = ({ parts = [] }: ArmMetric, panel: string): Curve["points"] =>
  parts.flatMap(({ x, value, interval, panel: own = "" }: MetricPart) =>
    x === undefined || value === null || own !== panel
      ? []
      : [{ x, y: value, low: interval?.low, high: interval?.high }],
  );

function partFigure(
  { metric, by = "part", scale, arms }: MetricSummary,
  panel: string,
  id: string,
  placeOf: (arm: string) => number,
): Figure[] {
  const rows = arms.map((arm) => ({ arm, points: pointsOf(arm, panel) })).filter(({ points }) => points.length > 1);
  if (scale !== "share" || rows.length === 0) return [];
  const shown = drawn(rows);
  const used = new Set<number>();
  const curves = shown.map(({ arm, points }): Curve => {
    const wanted = placeOf(arm.arm) % most;
    const place = arm.derived === true || used.has(wanted) ? freePlace(used, shown, placeOf) : wanted;
    used.add(place);
    // Bands of many lines on few points hide each other: the table has the intervals.
    return { name: arm.arm, place, points: points.map(({ x, y }) => ({ x, y })) };
  });
  const left = rows.length - shown.length;
  const title = panel === "" ? metric : `${metric}: ${by} ${panel}`;
  return [
    {
      id,
      section: "metrics",
      title,
      caption: `95 % intervals stand in the table.${left > 0 ? ` Drawn: the highest; ${left} more in the table.` : ""}`,
      svg: curveChart({
        label: `${title}, one line a strategy.`,
        xLabel: panel === "" ? by : "tokens spent on a problem",
        yLabel: metric,
        step: false,
        dots: true,
        height: 260,
        curves,
      }),
    },
  ];
}

interface Row {
  readonly arm: ArmMetric;
  readonly points: Curve["points"];
}

function drawn(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= most) return rows;
  const last = ({ points }: Row) => points.at(-1)?.y ?? 0;
  const order = [...rows].sort(
    (a, b) => Number(b.arm.derived === true) - Number(a.arm.derived === true) || last(b) - last(a),
  );
  const kept = new Set(order.slice(0, most));
  return rows.filter((row) => kept.has(row));
}

/** A colour that no arm of the drawing has. */
function freePlace(used: ReadonlySet<number>, shown: readonly Row[], placeOf: (arm: string) => number): number {
  const taken = new Set(shown.filter(({ arm }) => arm.derived !== true).map(({ arm }) => placeOf(arm.arm) % most));
  const all = Array.from({ length: most }, (_, place) => place);
  return all.findLast((place) => !used.has(place) && !taken.has(place)) ?? all.find((place) => !used.has(place)) ?? 0;
}
