import type { StoredSummary } from "./counted-records.ts";

/** Of which arms is it known what their model costs? Where it is not, a sum of 0 dollars says nothing. */
export function pricedArms({ setups, policies }: Pick<StoredSummary, "setups" | "policies">): (arm: string) => boolean {
  const models = new Map(setups.map(({ arm, policy }) => [arm, policy]));
  const known = new Set(policies.filter(({ prices }) => prices !== undefined).map(({ label }) => label));
  return (arm) => known.has(models.get(arm) ?? "");
}
