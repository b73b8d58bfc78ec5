import { bootstrap } from "../statistics/intervals/bootstrap.ts";
import { auroc, withinProblemAuroc } from "../statistics/rewards/discrimination.ts";

export interface Scored {
  readonly cluster: string;
  readonly score: number;
  readonly correct: boolean;
}

export interface Area {
  /** Null where only one class is there. */
  readonly auc: number | null;
  /** 95 % bootstrap interval, clusters resampled whole. */
  readonly low: number | null;
  readonly high: number | null;
  /** Mean area within the clusters that have both classes. */
  readonly withinProblem: number | null;
}

/** Area under the curve with its interval by clusters. */
export function areaOf(items: readonly Scored[], seed: string, replicates = 1000): Area {
  const auc = auroc(items);
  const withinProblem = withinProblemAuroc(items.map((item) => ({ ...item, problem: item.cluster }))).value;
  if (auc === null) return { auc, low: null, high: null, withinProblem };
  const clusters = [...Map.groupBy(items, ({ cluster }) => cluster).values()];
  const statistic = (weights: Float64Array) =>
    auroc(clusters.flatMap((members, c) => Array.from({ length: weights[c] ?? 0 }, () => members).flat()));
  const { interval } = bootstrap(clusters.length, statistic, { seed, replicates, share: true });
  return { auc, low: interval.low, high: interval.high, withinProblem };
}
