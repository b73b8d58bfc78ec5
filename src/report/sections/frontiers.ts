import { frontier } from "../../statistics/compute/frontier.ts";
import type { FrontierSection } from "../data.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";
import { type Resamples, total } from "../tally/blocks.ts";

/**
 * Mean cost against accuracy for each unit of cost that was spent at all, with how firmly each arm stands on the
 * frontier.
 */
export function frontierSections(arms: readonly ArmColumns[], resamples: Resamples): FrontierSection[] {
  const known = arms.filter((arm) => total(arm.block.trials) > 0);
  return (["tokens", "seconds", "dollars"] as const).flatMap((unit) => {
    if (known.length < 2 || !known.some((arm) => total(arm.block[unit]) > 0)) return [];
    const points = known.map((arm) => {
      const trials = total(arm.block.trials);
      return { cost: total(arm.block[unit]) / trials, accuracy: total(arm.block.right) / trials };
    });
    const on = frontier(points);
    const shares = sharesOn(known, unit, resamples);
    return [
      {
        unit,
        points: known.map((arm, i) => ({
          arm: arm.tally.arm,
          cost: points[i]?.cost ?? 0,
          accuracy: points[i]?.accuracy ?? 0,
          interval: arm.tally.summary().interval,
          on: on[i] ?? false,
          share: shares[i] ?? 0,
        })),
      },
    ];
  });
}

function sharesOn(arms: readonly ArmColumns[], unit: "tokens" | "seconds" | "dollars", resamples: Resamples): number[] {
  const drawn = arms.map(({ block }) => ({
    trials: resamples.totals(block.trials),
    right: resamples.totals(block.right),
    cost: resamples.totals(block[unit]),
  }));
  const counts = arms.map(() => 0);
  const replicates = resamples.weights.length;
  for (let r = 0; r < replicates; r++) {
    const points = drawn.map(({ trials, right, cost }) => {
      const n = Math.max(1, trials[r] ?? 0);
      return { cost: (cost[r] ?? 0) / n, accuracy: (right[r] ?? 0) / n };
    });
    frontier(points).forEach((on, i) => {
      if (on) counts[i] = (counts[i] ?? 0) + 1;
    });
  }
  return counts.map((count) => (replicates === 0 ? 0 : count / replicates));
}
