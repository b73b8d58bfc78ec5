import { normalQuantile } from "../numeric/normal.ts";
import { requireInteger } from "../numeric/require.ts";
import { defaultLevel, type Interval } from "./interval.ts";

/** Wilson's score interval for `right` of `n` independent yes-or-no outcomes (Wilson 1927). Never leaves [0, 1]. */
export function wilson(right: number, n: number, level = defaultLevel): Interval {
  requireInteger("wilson", "n", n, 1);
  requireInteger("wilson", "right", right, 0, n);
  const z = normalQuantile((1 + level) / 2);
  const share = right / n;
  const scale = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / scale;
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / scale;
  return {
    low: right === 0 ? 0 : Math.max(0, centre - half),
    high: right === n ? 1 : Math.min(1, centre + half),
    level,
    method: "wilson",
  };
}
