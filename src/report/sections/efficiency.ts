import { bestEfficiency } from "../../statistics/code/efficiency.ts";
import type { EfficiencySection } from "../data.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";
import { banded, type Resamples } from "../tally/blocks.ts";
import { efficiencySizes } from "../tally/efficiency-tally.ts";

/** How many steps programs take beside their references; empty where none were counted. */
export function efficiencySections(arms: readonly ArmColumns[], resamples: Resamples): EfficiencySection[] {
  return arms.flatMap(({ tally, efficiency }) => {
    const picked = banded(efficiency.picked, efficiency.trials, resamples, { top: bestEfficiency });
    if (picked === null) return [];
    const reached = efficiencySizes.flatMap((k, i) => {
      const all = efficiency.counts[i] === efficiency.measured;
      return all ? [{ k, value: (efficiency.sums[i] ?? 0) / efficiency.measured }] : [];
    });
    return [{ arm: tally.arm, trials: efficiency.measured, picked, atK: reached, classes: efficiency.classes }];
  });
}
