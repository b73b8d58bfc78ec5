import { z } from "zod";
import {
  clusterOf,
  defineMetric,
  judged,
  type MetricDefinition,
  overUnits,
  type TrialRow,
  type UnitValue,
} from "../../src/statistics/metric.ts";
import { groupBy, mean } from "../../src/statistics/numeric/arrays.ts";
import { type VariantAccuracy, variantAccuracy } from "../../src/statistics/robustness/variants.ts";

type NoOptions = Record<string, never>;

/**
 * A metric of groups of variants: within one seed a variant is right or wrong, the group's value follows, and seeds are averaged. A
 * group in which a trial of a seed is unjudged is left out for that seed.
 */
const defineGroupMetric = (
  name: string,
  summary: string,
  paper: string,
  better: "higher" | "lower",
  pick: (accuracy: VariantAccuracy) => number,
): MetricDefinition<NoOptions> =>
  defineMetric<NoOptions>({
    name,
    summary,
    paper,
    scale: "share",
    better,
    options: z.strictObject({}),
    compute(rows) {
      const groups = groupBy(rows, clusterOf);
      const units: UnitValue[] = [];
      for (const [unit, members] of groups) {
        const values = [...groupBy(members, ({ seed }) => String(seed)).values()]
          .filter((trials) => judged(trials).length === trials.length)
          .map((trials) => pick(variantAccuracy([ordered(trials).map(({ verdict }) => verdict === "correct")])));
        if (values.length > 0) units.push({ unit, cluster: unit, value: mean(values) });
      }
      return overUnits("share", units, rows.length - judged(rows).length, groups.size - units.length);
    },
  });

/** Variants in a fixed order, the original first. */
function ordered(trials: readonly TrialRow[]): TrialRow[] {
  const key = ({ variant, problem }: TrialRow) => (variant === "original" ? "" : (variant ?? problem));
  return [...trials].sort((a, b) => key(a).localeCompare(key(b), "en", { numeric: true }));
}

export const everyVariant = defineGroupMetric(
  "every-variant",
  "effective accuracy: all variants of a group right (worst case; CircularEval for option rotations)",
  "arXiv:2501.13766",
  "higher",
  (accuracy) => accuracy.everyVariant,
);

export const anyVariant = defineGroupMetric(
  "any-variant",
  "some variant of a group right",
  "arXiv:2501.13766",
  "higher",
  (accuracy) => accuracy.anyVariant,
);

export const reasoningGap = defineGroupMetric(
  "reasoning-gap",
  "average accuracy minus all-variants accuracy, groups weighing alike",
  "arXiv:2501.13766",
  "lower",
  (accuracy) => accuracy.gap,
);
