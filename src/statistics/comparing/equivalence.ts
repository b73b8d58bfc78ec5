import type { Interval } from "../intervals/interval.ts";
import { around } from "../intervals/mean.ts";
import { requireNumber } from "../numeric/require.ts";
import { tCdf } from "../numeric/student.ts";
import { clustersOf, type Pair, pairedDifference, unseenDifference } from "./paired.ts";

export interface Equivalence {
  /** The larger of the two one-sided p values; null where the standard error is unknown or 0. */
  readonly pValue: number | null;
  /** No worse than −margin (non-inferiority of the first): one-sided p; null as above. */
  readonly notWorse: number | null;
  /** The interval at level 1 − 2α that must lie inside ±margin. */
  readonly interval: Interval | null;
  readonly equivalent: boolean;
}

/**
 * Two one-sided tests (Schuirmann 1987): claims that two strategies differ by less than `margin` at level `alpha`. A difference that is
 * not significant is no such claim.
 */
export function equivalence(pairs: readonly Pair[], margin: number, alpha = 0.05): Equivalence {
  requireNumber("equivalence", "margin", margin, Number.MIN_VALUE);
  const { difference, standardError } = pairedDifference(pairs);
  if (standardError === null) return { pValue: null, notWorse: null, interval: null, equivalent: false };
  const clusters = new Set(clustersOf(pairs)).size;
  if (standardError === 0) {
    const interval = unseenDifference(difference, clusters, 1 - 2 * alpha);
    return { pValue: null, notWorse: null, interval, equivalent: interval.low > -margin && interval.high < margin };
  }
  const notWorse = 1 - tCdf((difference + margin) / standardError, clusters - 1);
  const notBetter = tCdf((difference - margin) / standardError, clusters - 1);
  const pValue = Math.max(notWorse, notBetter);
  const interval = around(difference, standardError, clusters - 1, 1 - 2 * alpha, "t, for two one-sided tests");
  return { pValue, notWorse, interval, equivalent: pValue < alpha };
}
