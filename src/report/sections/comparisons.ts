import { compareFamily, type StrategyValues } from "../../statistics/comparing/compare.ts";
import type { Comparison } from "../../statistics/comparing/comparison.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";

/** Every arm against its baseline on the problems that both have, as one family. */
export function comparisons(
  arms: readonly Pick<ArmColumns, "tally">[],
  baselines: ReadonlyMap<string, string>,
): Comparison[] {
  const values = new Map(arms.map((arm) => [arm.tally.arm, valuesOf(arm)]));
  const pairs = arms.flatMap(({ tally }) => {
    const [one, other] = [values.get(tally.arm), values.get(baselines.get(tally.arm) ?? "")];
    return one === undefined || other === undefined ? [] : [[one, other] as const];
  });
  return compareFamily(pairs, { seed: "report" });
}

function valuesOf({ tally }: Pick<ArmColumns, "tally">): StrategyValues {
  const units: { unit: string; cluster: string; value: number }[] = [];
  tally.trials.values().forEach((trials, number) => {
    if (trials === 0) return;
    const cluster = String(tally.index.clusters[number]);
    units.push({ unit: String(number), cluster, value: tally.right.at(number) / trials });
  });
  return { strategy: tally.arm, units };
}
