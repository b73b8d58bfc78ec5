import { binomialCdf, binomialPmf } from "../numeric/binomial.ts";
import { requireInteger } from "../numeric/require.ts";

export interface McNemar {
  /** Exact two-sided p, capped at 1. Conservative: with few discordant pairs it rejects well under its level. */
  readonly exact: number;
  /** Two-sided mid-p: half of the observed outcome's own probability is taken off, so it rejects near its level. */
  readonly midP: number;
  readonly discordant: number;
}

/**
 * McNemar's test on one right-or-wrong verdict a problem: `lost` problems only the first strategy solves, `gained` only
 * the second. Under no difference the smaller count is Binomial(lost + gained, ½). No discordant pair gives p = 1.
 */
export function mcnemar(lost: number, gained: number): McNemar {
  requireInteger("mcnemar", "lost", lost, 0);
  requireInteger("mcnemar", "gained", gained, 0);
  const discordant = lost + gained;
  const least = Math.min(lost, gained);
  const tail = binomialCdf(least, discordant, 0.5);
  const own = binomialPmf(least, discordant, 0.5);
  return {
    exact: Math.min(1, 2 * tail),
    // At least == half the pairs the two tails share their middle term, and the mid-p is 1.
    midP: discordant === 0 || lost === gained ? 1 : Math.min(1, 2 * tail - own),
    discordant,
  };
}
