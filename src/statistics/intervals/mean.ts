import { groupBy, mean, sum } from "../numeric/arrays.ts";
import { requireSameLength } from "../numeric/require.ts";
import { tQuantile } from "../numeric/student.ts";
import { defaultLevel, type Interval } from "./interval.ts";

/**
 * How the standard error of a mean over clusters of correlated items is scaled, with d_i the deviations from the mean:
 *
 * - `"plain"`: sqrt(Σ_c (Σ_{i∈c} d_i)²) / n. With the divisor n − 1 for the diagonal this is Miller 2024's clustered
 *   form.
 * - `"corrected"`: the same times sqrt(C / (C − 1)) for C clusters, as Inspect does. With singleton clusters it is the
 *   ordinary standard error exactly, hence the default.
 */
export type ClusterVariant = "plain" | "corrected";

/** Standard error of the mean of values that share clusters; null for fewer than two clusters. */
export function clusteredStandardError(
  values: readonly number[],
  clusters: readonly string[],
  variant: ClusterVariant = "corrected",
): number | null {
  requireSameLength("clustered-standard-error", values, clusters);
  const centre = mean(values);
  const items = values.map((value, i) => ({ deviation: value - centre, cluster: clusters[i] ?? "" }));
  const sums = [...groupBy(items, (item) => item.cluster).values()].map(
    (group) => sum(group.map((item) => item.deviation)) ** 2,
  );
  if (sums.length < 2) return null;
  const scale = variant === "corrected" ? sums.length / (sums.length - 1) : 1;
  return Math.sqrt(scale * sum(sums)) / values.length;
}

/**
 * Student's interval with clustered standard error and C − 1 degrees of freedom, for values without bounds. Null for
 * fewer than two clusters and where nothing varied: no spread is not certainty.
 */
export function clusteredInterval(
  values: readonly number[],
  clusters: readonly string[],
  level = defaultLevel,
  variant: ClusterVariant = "corrected",
): Interval | null {
  const error = clusteredStandardError(values, clusters, variant);
  const centre = mean(values);
  if (error === null || error <= 1e-12 * Math.abs(centre)) return null;
  return around(centre, error, new Set(clusters).size - 1, level, `t, clustered (${variant})`);
}

/** centre ± t · error. */
export function around(centre: number, error: number, degrees: number, level: number, method: string): Interval {
  const half = tQuantile((1 + level) / 2, degrees) * error;
  return { low: centre - half, high: centre + half, level, method };
}
