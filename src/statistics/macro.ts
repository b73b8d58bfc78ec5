import type { MetricScale, UnitValue } from "../core/metric.ts";
import type { Interval } from "./intervals/interval.ts";
import { around } from "./intervals/mean.ts";
import { resampledShare } from "./intervals/share.ts";
import { mean, sum } from "./numeric/arrays.ts";

/**
 * Macro average: the mean over parts of each part's mean over units, every part weighing alike (the micro average is
 * the mean over all units). Its variance is clustered: a cluster (variants of one problem, or a problem that stands in
 * several parts) adds what all its units move the average by. The interval is that of a share, or Student's.
 */
export function macroAverage(
  parts: readonly (readonly UnitValue[])[],
  scale: MetricScale,
): { readonly value: number; readonly interval: Interval | null } | null {
  if (parts.length === 0 || parts.some((units) => units.length === 0)) return null;
  const means = parts.map((units) => mean(units.map(({ value }) => value)));
  const value = mean(means);
  const moved = new Map<string, number>();
  parts.forEach((units, p) => {
    for (const unit of units) {
      const by = (unit.value - (means[p] ?? 0)) / (units.length * parts.length);
      moved.set(unit.cluster, (moved.get(unit.cluster) ?? 0) + by);
    }
  });
  const clusters = moved.size;
  if (clusters < 2) return { value, interval: null };
  const variance = (clusters / (clusters - 1)) * sum([...moved.values()].map((by) => by * by));
  if (scale === "share") return { value, interval: resampledShare(value, variance, clusters) };
  if (variance <= 1e-24 * value * value) return { value, interval: null };
  return { value, interval: around(value, Math.sqrt(variance), clusters - 1, 0.95, "t, clustered") };
}
