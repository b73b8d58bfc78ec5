import { z } from "zod";
import { defineMetric, type MetricDefinition, type TrialRow } from "../../src/core/metric.ts";
import { bootstrap } from "../../src/statistics/intervals/bootstrap.ts";
import { clusterOf, judged } from "../../src/statistics/metric.ts";
import { groupBy, mean } from "../../src/statistics/numeric/arrays.ts";
import { performanceDrop as dropOf, pairedSolved as shareOfBoth } from "../../src/statistics/robustness/variants.ts";

const options = z.strictObject({
  replicates: z.int().min(100).default(1_000).describe("group-bootstrap resamples of the interval"),
});
type Options = z.infer<typeof options>;

/** [original right, variant right] of one seed. */
type Pair = readonly [boolean, boolean];

/** Each variant beside the original of its group with the same seed; trials without a verdict are left out. */
function pairsOf(rows: readonly TrialRow[]): Pair[][] {
  return [...groupBy(rows, clusterOf).values()].map((members) =>
    [...groupBy(members, ({ seed }) => String(seed)).values()].flatMap((trials) => {
      const original = trials.find(({ variant }) => variant === "original");
      if (original === undefined) return [];
      return trials
        .filter((trial) => trial !== original)
        .map(({ verdict }): Pair => [original.verdict === "correct", verdict === "correct"]);
    }),
  );
}

/** GSM-Plus's two figures of perturbed questions beside their originals. Groups are resampled for the interval. */
const definePairMetric = (
  name: string,
  summary: string,
  better: "higher" | "lower",
  statistic: (pairs: readonly Pair[]) => number | null,
): MetricDefinition<Options> =>
  defineMetric({
    name,
    summary,
    paper: "Li et al. 2024, arXiv:2402.19255",
    scale: "share",
    better,
    needs: ["originals"],
    options,
    compute(rows, { replicates }, random) {
      const kept = judged(rows);
      const groups = pairsOf(kept).filter((pairs) => pairs.length > 0);
      const rest = { units: [], excludedTrials: rows.length - kept.length, undefinedUnits: 0 };
      const value = groups.length === 0 ? null : statistic(groups.flat());
      if (value === null) return { value, interval: null, ...rest, note: "no original is right" };
      const { interval } = bootstrap(
        groups.length,
        (weights) => {
          const drawn = groups.flatMap((pairs, g) => Array.from({ length: weights[g] ?? 0 }, () => pairs).flat());
          return drawn.length === 0 ? null : statistic(drawn);
        },
        { seed: random.key, replicates, share: true },
      );
      return { value, interval, ...rest };
    },
  });

const shareRight = (verdicts: readonly boolean[]): number => mean(verdicts.map((right) => (right ? 1 : 0)));

export const performanceDrop = definePairMetric(
  "performance-drop",
  "how much accuracy falls under perturbation, 1 − perturbed / original",
  "lower",
  (pairs) => dropOf(shareRight(pairs.map(([original]) => original)), shareRight(pairs.map(([, variant]) => variant))),
);

export const pairedSolved = definePairMetric(
  "paired-solved",
  "share of pairs of original and variant with both right",
  "higher",
  shareOfBoth,
);
