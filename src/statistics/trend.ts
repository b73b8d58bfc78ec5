import type { UnitValue } from "../core/metric.ts";
import type { Interval } from "./intervals/interval.ts";
import { around } from "./intervals/mean.ts";
import { sum } from "./numeric/arrays.ts";
import { tTwoSided } from "./numeric/student.ts";

/** How values change with time: a straight line by least squares, its slope for a year. */
export interface Trend {
  readonly value: number;
  /** 95 %, by a standard error that is clustered, with C − 2 degrees of freedom. */
  readonly interval: Interval;
  readonly pValue: number;
}

const month = 1 / 12;

/** The middle of a year, a month or a day, in years; null for what is none of them: "2024", "2024-03", "2024-03-15". */
export function timeOf(part: string): number | null {
  const [, year, mm, dd] = /^((?:19|20)\d\d)(?:-(0[1-9]|1[0-2])(?:-([0-2]\d|3[01]))?)?$/.exec(part) ?? [];
  if (year === undefined) return null;
  if (mm === undefined) return Number(year) + 0.5;
  const start = Number(year) + (Number(mm) - 1) * month;
  return dd === undefined ? start + month / 2 : start + ((Number(dd) - 0.5) * month) / 31;
}

/** Null for fewer than three clusters, at one time alone, and where all values lie on the line. */
export function trendOf(parts: readonly { readonly at: number; readonly units: readonly UnitValue[] }[]): Trend | null {
  const points = parts.flatMap(({ at, units }) => units.map(({ value, cluster }) => ({ at, value, cluster })));
  const clusters = new Set(points.map(({ cluster }) => cluster)).size;
  const centre = sum(points.map(({ at }) => at)) / points.length;
  const spread = sum(points.map(({ at }) => (at - centre) ** 2));
  if (clusters < 3 || spread < 1e-9) return null;
  const level = sum(points.map(({ value }) => value)) / points.length;
  const slope = sum(points.map(({ at, value }) => (at - centre) * value)) / spread;
  const moved = new Map<string, number>();
  for (const { at, value, cluster } of points) {
    const by = (at - centre) * (value - level - slope * (at - centre));
    moved.set(cluster, (moved.get(cluster) ?? 0) + by);
  }
  const variance = (clusters / (clusters - 2)) * sum([...moved.values()].map((by) => by * by));
  const error = Math.sqrt(variance) / spread;
  if (error < 1e-12) return null;
  const interval = around(slope, error, clusters - 2, 0.95, "t, clustered");
  return { value: slope, interval, pValue: tTwoSided(slope / error, clusters - 2) };
}
