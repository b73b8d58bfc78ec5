import type { Interval, MetricScale } from "../core/metric.ts";
import { compact, percent } from "./table.ts";

/** A value on its scale, a dash where it is undefined. */
export function metricValue(value: number | null, scale: MetricScale): string {
  if (value === null) return "–";
  return scale === "share" ? percent(value) : compact(value);
}

export function metricRange(interval: Interval | null, scale: MetricScale): string {
  return interval === null ? "–" : `${metricValue(interval.low, scale)} – ${metricValue(interval.high, scale)}`;
}
