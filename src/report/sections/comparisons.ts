import { problemValues, type Reading } from "../../runs/readings.ts";
import { compareFamilies } from "../../statistics/comparing/compare.ts";
import type { Comparison } from "../../statistics/comparing/comparison.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";

/** What an arm is compared with, and with which comparisons its p value is adjusted. */
export interface ComparedWith {
  readonly baseline: string | null;
  readonly family: string;
}

/** Every arm against its baseline on the problems that both have, p values adjusted within families. */
export function comparisons(
  arms: readonly Pick<ArmColumns, "tally">[],
  compared: ReadonlyMap<string, ComparedWith>,
  reading: Reading = "shown",
): Comparison[] {
  const values = new Map(
    arms.map(({ tally }) => [tally.arm, { strategy: tally.arm, units: problemValues(tally, reading) }]),
  );
  const pairs = arms.flatMap(({ tally }) => {
    const { baseline = null, family = "" } = compared.get(tally.arm) ?? {};
    const [a, b] = [values.get(tally.arm), values.get(baseline ?? "")];
    return a === undefined || b === undefined ? [] : [{ a, b, family }];
  });
  return compareFamilies(pairs, { seed: "report" });
}
