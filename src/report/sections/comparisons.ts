import { problemValues, type Reading } from "../../runs/readings.ts";
import { compareFamilies } from "../../statistics/comparing/compare.ts";
import type { Comparison } from "../../statistics/comparing/comparison.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";

/** What an arm is compared with, and with which comparisons its p value is adjusted. */
export interface ComparedWith {
  readonly baseline: string | null;
  readonly family: string;
  /** Compare it though it passed its budget? Default false. */
  readonly overBudget?: boolean;
}

/**
 * Every arm against its baseline on the problems that both have, p values adjusted within families. An arm that passed
 * its budget is compared with nothing: it had more compute.
 */
export function comparisons(
  arms: readonly Pick<ArmColumns, "tally">[],
  compared: ReadonlyMap<string, ComparedWith>,
  reading: Reading = "shown",
): Comparison[] {
  const values = new Map(
    arms.map(({ tally }) => [tally.arm, { strategy: tally.arm, units: problemValues(tally, reading) }]),
  );
  const over = new Set(arms.flatMap(({ tally }) => (tally.isOverBudget ? [tally.arm] : [])));
  const pairs = arms.flatMap(({ tally }) => {
    const { baseline = null, family = "", overBudget = false } = compared.get(tally.arm) ?? {};
    if (!overBudget && (over.has(tally.arm) || over.has(baseline ?? ""))) return [];
    const [a, b] = [values.get(tally.arm), values.get(baseline ?? "")];
    return a === undefined || b === undefined ? [] : [{ a, b, family }];
  });
  return compareFamilies(pairs, { seed: "report" });
}
