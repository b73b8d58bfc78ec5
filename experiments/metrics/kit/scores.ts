import { z } from "zod";
import { defineMetric, type MetricDefinition, type TrialRow } from "../../../src/core/metric.ts";
import { type BootstrapOptions, bootstrap } from "../../../src/statistics/intervals/bootstrap.ts";
import { clusterOf } from "../../../src/statistics/metric.ts";
import { groupBy } from "../../../src/statistics/numeric/arrays.ts";
import type { Labelled } from "../../../src/statistics/rewards/discrimination.ts";

export type Scored = Labelled & { readonly problem: string; readonly cluster: string };

/** Candidates that were both scored and graded. */
export const scoredCandidates = (rows: readonly TrialRow[]): Scored[] =>
  rows.flatMap((row) =>
    row.candidates.flatMap(({ score, correct }) =>
      score === null || correct === null ? [] : [{ problem: row.problem, cluster: clusterOf(row), score, correct }],
    ),
  );

const options = z.strictObject({
  replicates: z.int().min(100).default(1_000).describe("problem-bootstrap resamples of the interval"),
});

/**
 * A statistic of all scored candidates, with a bootstrap over problems (over groups, where there are some); resamples
 * on which it is undefined are left out.
 */
export function defineScoreMetric(
  metric: Pick<MetricDefinition, "name" | "summary" | "better" | "scale">,
  statistic: (items: readonly Scored[]) => number | null,
): MetricDefinition<{ replicates: number }> {
  return defineMetric({
    ...metric,
    needs: ["scores"],
    options,
    compute(rows, { replicates }, random) {
      const items = scoredCandidates(rows);
      const excludedTrials = rows.filter((row) => scoredCandidates([row]).length === 0).length;
      const rest = { units: [], excludedTrials, undefinedUnits: 0 };
      const value = items.length === 0 ? null : statistic(items);
      if (value === null) {
        return { value, interval: null, ...rest, note: "needs scored candidates, right and wrong ones" };
      }
      const clusters = [...groupBy(items, ({ cluster }) => cluster).values()];
      const settings: BootstrapOptions = { seed: random.key, replicates, share: metric.scale === "share" };
      const { interval } = bootstrap(clusters.length, (weights) => statistic(resampled(clusters, weights)), settings);
      return { value, interval, ...rest };
    },
  });
}

/** The clusters as often as drawn, copies of a problem under names of their own. */
const resampled = (clusters: readonly (readonly Scored[])[], weights: Float64Array): Scored[] =>
  clusters.flatMap((items, c) =>
    Array.from({ length: weights[c] ?? 0 }, (_, copy) =>
      items.map((item) => ({ ...item, problem: `${item.problem}#${copy}` })),
    ).flat(),
  );
