import { normalQuantile } from "../numeric/normal.ts";
import { requireNumber } from "../numeric/require.ts";

export interface PowerOptions {
  /** Two-sided level; default 0.05. */
  readonly alpha?: number;
  /** Chance to find a true difference of the size asked for; default 0.8. */
  readonly power?: number;
}

const reach = ({ alpha = 0.05, power = 0.8 }: PowerOptions): number =>
  normalQuantile(1 - alpha / 2) + normalQuantile(power);

/**
 * The least true difference that n problems find with the stated power, from the standard error of the paired
 * difference.
 */
export const minimumDetectable = (standardError: number, options: PowerOptions = {}): number =>
  reach(options) * standardError;

/** Problems needed for a difference to be found, when one problem's difference has standard deviation `deviation`. */
export function problemsNeeded(difference: number, deviation: number, options: PowerOptions = {}): number {
  requireNumber("power", "deviation", deviation, 0);
  return difference === 0 ? Infinity : Math.max(2, Math.ceil((reach(options) * deviation) ** 2 / difference ** 2));
}
