import { normalQuantile } from "../numeric/normal.ts";
import { requireInteger, requireNumber } from "../numeric/require.ts";

export interface PowerOptions {
  /** Two-sided level; 0.05 unless told. */
  readonly alpha?: number;
  /** Chance to find a true difference of the size asked for; 0.8 unless told. */
  readonly power?: number;
}

const reach = ({ alpha = 0.05, power = 0.8 }: PowerOptions): number =>
  normalQuantile(1 - alpha / 2) + normalQuantile(power);

/** The least true difference that n problems find with the stated power, from the standard error of the paired difference. */
export const minimumDetectable = (standardError: number, options: PowerOptions = {}): number =>
  reach(options) * standardError;

/** Problems needed for a difference to be found, when one problem's difference has standard deviation `deviation`. */
export function problemsNeeded(difference: number, deviation: number, options: PowerOptions = {}): number {
  requireNumber("power", "deviation", deviation, 0);
  return difference === 0 ? Infinity : Math.max(2, Math.ceil((reach(options) * deviation) ** 2 / difference ** 2));
}

/** Parts of the variance of a paired difference on one problem (Miller 2024, arXiv:2411.00640, section 5). */
export interface DifferenceVariance {
  /** ω²: variance over problems of the true difference. */
  readonly betweenProblems: number;
  /** σ²: mean variance over seeds within a problem, for either strategy. */
  readonly withinA: number;
  readonly withinB: number;
}

/** n = (z_{1−α/2} + z_power)² (ω² + σ_A²/K_A + σ_B²/K_B) / δ²: problems needed at K seeds each. */
export function problemsNeededAtSeeds(
  difference: number,
  { betweenProblems, withinA, withinB }: DifferenceVariance,
  seeds: { readonly a: number; readonly b: number },
  options: PowerOptions = {},
): number {
  requireInteger("power", "seeds of a", seeds.a, 1);
  requireInteger("power", "seeds of b", seeds.b, 1);
  return problemsNeeded(difference, Math.sqrt(betweenProblems + withinA / seeds.a + withinB / seeds.b), options);
}
