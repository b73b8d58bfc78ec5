import { z } from "zod";
import { defineMetric, type MetricDefinition, type TrialRow, type UnitValue } from "../../src/core/metric.ts";
import { clusterOf, judged, overUnits } from "../../src/statistics/metric.ts";
import { groupBy, mean } from "../../src/statistics/numeric/arrays.ts";
import { type VariantAccuracy, variantAccuracy } from "../../src/statistics/robustness/variants.ts";

type NoOptions = Record<string, never>;

/**
 * Metrics of groups of variants, four readings of one tally. Within one seed a variant is right or wrong, the group's
 * value follows, and seeds are averaged. A group in which a trial of a seed is unjudged is left out for that seed; a
 * problem that stands alone is no group.
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
    needs: ["groups"],
    options: z.strictObject({}),
    compute(rows) {
      const groups = new Map([...groupBy(rows, clusterOf)].filter(([, members]) => problemsOf(members) > 1));
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

const problemsOf = (rows: readonly TrialRow[]): number => new Set(rows.map(({ problem }) => problem)).size;

/** Variants in a fixed order, the original first. */
function ordered(trials: readonly TrialRow[]): TrialRow[] {
  const key = ({ variant, problem }: TrialRow) => (variant === "original" ? "" : (variant ?? problem));
  return [...trials].sort((a, b) => key(a).localeCompare(key(b), "en", { numeric: true }));
}

export const everyVariant = defineGroupMetric(
  "every-variant",
  "effective accuracy: all variants of a group right (worst case; CircularEval for option rotations)",
  "Xu et al. 2025, arXiv:2501.13766",
  "higher",
  (accuracy) => accuracy.everyVariant,
);

export const anyVariant = defineGroupMetric(
  "any-variant",
  "some variant of a group right",
  "Xu et al. 2025, arXiv:2501.13766",
  "higher",
  (accuracy) => accuracy.anyVariant,
);

export const firstVariant = defineGroupMetric(
  "first-variant",
  "the first variant of a group right, the original where there is one",
  "Liu et al. 2023, arXiv:2307.06281",
  "higher",
  (accuracy) => accuracy.firstVariant,
);

export const reasoningGap = defineGroupMetric(
  "reasoning-gap",
  "average accuracy minus all-variants accuracy, groups weighing alike",
  "Xu et al. 2025, arXiv:2501.13766",
  "lower",
  (accuracy) => accuracy.gap,
);
