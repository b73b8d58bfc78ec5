import { at } from "../numeric/arrays.ts";

/**
 * Holm's step-down adjustment (1979), in the order given: adjusted ≤ α controls the chance of any false claim in the
 * family.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((i, j) => at(pValues, i) - at(pValues, j));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let most = 0;
  order.forEach((i, rank) => {
    most = Math.max(most, Math.min(1, at(pValues, i) * (pValues.length - rank)));
    adjusted[i] = most;
  });
  return adjusted;
}
