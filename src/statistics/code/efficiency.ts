import { ascending, at } from "../numeric/arrays.ts";
import { hypergeometricPmf } from "../numeric/binomial.ts";
import { requireInteger, requireSome } from "../numeric/require.ts";

/**
 * eff@k: expected best efficiency among k samples drawn without replacement, Σ_{r=k}^{n} C(r−1, k−1) / C(n, k) · e_(r)
 * with e ascending (ENAMEL, Qiu et al. 2024, arXiv:2406.06647, equation 6). Samples that failed have efficiency 0.
 */
export function efficiencyAtK(scores: readonly number[], k: number): number {
  const n = scores.length;
  requireInteger("eff@k", "k", k, 1, n);
  const sorted = ascending(scores);
  let total = 0;
  // C(r−1, k−1) / C(n, k) is the chance that rank r is drawn (k/n), times that the other k − 1 come from the r − 1
  // below it.
  for (let r = k; r <= n; r++) total += (k / n) * hypergeometricPmf(k - 1, n - 1, r - 1, k - 1) * at(sorted, r - 1);
  return total;
}

/** The most that {@link enamelEfficiency} gives: T / (T − reference), and T is at least twice any reference. */
export const bestEfficiency = 2;

/** A test level: how hard it counts, and what its slowest case took (Hodges-Lehmann over runs). */
export interface EfficiencyLevel {
  readonly hardness: number;
  readonly referenceTime: number;
  /** Time of the slowest case; null when the level was cut short (time, memory, overflow). */
  readonly time: number | null;
}

/**
 * ENAMEL's efficiency of one program that gave no wrong output: Σ h f / Σ h with f = max(0, T − time) / (T − reference)
 * and T = 2 × the slowest reference among levels with hardness above 0. May exceed 1. A level that was cut short
 * censors itself and all later ones to 0; a program cut short at level 0 scores 0 altogether.
 */
export function enamelEfficiency(levels: readonly EfficiencyLevel[]): number {
  const counted = levels.filter(({ hardness }) => hardness > 0);
  requireSome("enamel", "levels of positive hardness", counted);
  const limit = 2 * Math.max(...counted.map(({ referenceTime }) => referenceTime));
  const cut = levels.findIndex(({ time }) => time === null);
  if (cut === 0) return 0;
  let [top, bottom] = [0, 0];
  levels.forEach(({ hardness, referenceTime, time }, i) => {
    bottom += hardness;
    if (time === null || (cut !== -1 && i >= cut)) return;
    top += (hardness * Math.max(0, limit - time)) / (limit - referenceTime);
  });
  return top / bottom;
}
