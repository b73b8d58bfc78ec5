import { repetition } from "../learned/features.ts";
import { spearman } from "../statistics/correlation.ts";
import { bootstrap } from "../statistics/intervals/bootstrap.ts";
import {
  brier,
  expectedCalibrationError,
  type ReliabilityBin,
  reliabilityBins,
} from "../statistics/rewards/calibration.ts";
import { averagePrecision } from "../statistics/rewards/discrimination.ts";
import { prmBench } from "../statistics/rewards/prm-bench.ts";
import { type FirstErrorRow, firstBelow, processBench, tuneThreshold } from "../statistics/rewards/process-bench.ts";
import { rewardMath } from "../statistics/rewards/reward-math.ts";
import { type Area, areaOf, type Scored } from "./area.ts";
import type { BenchmarkItem } from "./items.ts";
import type { JudgedItem } from "./judging.ts";
import { splitByCluster } from "./split.ts";

export interface Judgement {
  readonly item: BenchmarkItem;
  readonly judged: JudgedItem;
}

export interface WithInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Telling right from wrong, and saying how sure. `unscored` are counted and nowhere averaged in. */
export interface Discrimination {
  readonly n: number;
  readonly right: number;
  readonly unscored: number;
  readonly area: Area;
  readonly averagePrecision: number | null;
  readonly brier: number | null;
  readonly calibrationError: number | null;
  readonly reliability: readonly ReliabilityBin[];
}

export function discrimination(items: readonly Scored[], unscored: number, seed: string): Discrimination {
  const some = items.length > 0;
  return {
    n: items.length,
    right: items.filter(({ correct }) => correct).length,
    unscored,
    area: some ? areaOf(items, seed) : { auc: null, low: null, high: null, withinProblem: null },
    averagePrecision: some ? averagePrecision(items) : null,
    brier: some ? brier(items) : null,
    calibrationError: some ? expectedCalibrationError(items) : null,
    reliability: some ? reliabilityBins(items) : [],
  };
}

/** Every solution's outcome score beside its truth. */
export function outcomePairs(judgements: readonly Judgement[]): Scored[] {
  return judgements.flatMap(({ item, judged }) =>
    item.solutions.flatMap(({ correct }, i): Scored[] => {
      const score = judged.outcomes[i] ?? null;
      return score === null ? [] : [{ cluster: item.cluster, score, correct }];
    }),
  );
}

/** Every labelled step's score beside its label. */
export function stepPairs(judgements: readonly Judgement[]): { pairs: Scored[]; unscored: number } {
  const pairs: Scored[] = [];
  let unscored = 0;
  for (const { item, judged } of judgements) {
    for (const [i, { labels }] of item.solutions.entries()) {
      for (const [t, label] of (labels ?? []).entries()) {
        const score = judged.steps?.[i]?.[t] ?? null;
        if (label === null) continue;
        if (score === null) unscored++;
        else pairs.push({ cluster: item.cluster, score, correct: label });
      }
    }
  }
  return { pairs, unscored };
}

export interface FirstErrors {
  /** Over all rows, verdict below the threshold. */
  readonly threshold: number;
  readonly f1: WithInterval | null;
  readonly errorAccuracy: number | null;
  readonly correctAccuracy: number | null;
  readonly n: number;
}

interface Row {
  readonly cluster: string;
  readonly subset: string;
  readonly label: number;
  readonly scores: readonly (number | null)[];
}

/** A row for each solution whose first error is known; of items on which the verifier broke off no step is judged. */
export function firstErrorRows(judgements: readonly Judgement[]): Row[] {
  if (judgements.every(({ judged }) => judged.steps === null)) return [];
  return judgements.flatMap(({ item, judged }) =>
    item.solutions.flatMap(({ firstError, steps }, i): Row[] => {
      if (firstError === undefined) return [];
      const scores = judged.steps?.[i] ?? steps.map(() => null);
      return [{ cluster: item.cluster, subset: item.subset, label: firstError, scores }];
    }),
  );
}

/**
 * A row in which a step could not be judged, and none before it was found wrong, has no prediction: it counts as wrong.
 */
function predicted({ label, scores }: Row, threshold: number): FirstErrorRow {
  const found = firstBelow(scores, threshold);
  const unjudged = scores.indexOf(null);
  return { label, prediction: unjudged >= 0 && (found < 0 || unjudged < found) ? null : found };
}

/**
 * The same for tuning: what stands behind an unjudged step is not looked at, and a right solution with one is passed at
 * no threshold, as no prediction is −2.
 */
function tunable(row: Row): Row {
  const unjudged = row.scores.indexOf(null);
  if (unjudged < 0) return row;
  return { ...row, label: row.label < 0 ? -2 : row.label, scores: row.scores.slice(0, unjudged) };
}

export function firstErrors(rows: readonly Row[], threshold: number, seed: string): FirstErrors {
  const scoreOf = (some: readonly Row[]) => processBench(some.map((row) => predicted(row, threshold)));
  const { f1, errorAccuracy, correctAccuracy } = scoreOf(rows);
  const clusters = [...Map.groupBy(rows, ({ cluster }) => cluster).values()];
  const statistic = (weights: Float64Array) =>
    scoreOf(clusters.flatMap((members, c) => Array.from({ length: weights[c] ?? 0 }, () => members).flat())).f1;
  const interval =
    f1 === null ? null : bootstrap(clusters.length, statistic, { seed, replicates: 1000, share: true }).interval;
  return {
    threshold,
    f1: f1 === null || interval === null ? null : { value: f1, low: interval.low, high: interval.high },
    errorAccuracy,
    correctAccuracy,
    n: rows.length,
  };
}

/** The threshold chosen on one half of the problems, the figures on the other. Null with fewer than 4 problems. */
export function tunedFirstErrors(rows: readonly Row[], seed: string): FirstErrors | null {
  if (new Set(rows.map(({ cluster }) => cluster)).size < 4) return null;
  const { train, heldOut } = splitByCluster(rows, 0.5, seed);
  return firstErrors(heldOut, tuneThreshold(train.map(tunable)).threshold, seed);
}

/** PRMBench's score of the steps' verdicts; null where no step of the kind is there. */
export const stepVerdicts = (judgements: readonly Judgement[]) =>
  prmBench(
    judgements.flatMap(({ item, judged }) =>
      item.solutions.flatMap(({ labels }, i) =>
        (labels ?? []).flatMap((valid, t) => {
          const score = judged.steps?.[i]?.[t] ?? null;
          return valid === null ? [] : [{ valid, judgedValid: score === null ? null : score > 0.5 }];
        }),
      ),
    ),
  );

/** One right solution against the others of its item. */
export const oneToMany = (judgements: readonly Judgement[]) =>
  rewardMath(
    judgements.map(({ judged }) => ({ chosen: judged.outcomes[0] ?? null, rejected: judged.outcomes.slice(1) })),
  );

/** What a score may follow instead of the truth. */
export interface HackingSign {
  readonly feature: "length" | "repetition" | "steps";
  /** Rank correlation of the feature with the score, and with being right. */
  readonly withScore: number | null;
  readonly withTruth: number | null;
  /** The score rises with the feature while being right does not, or falls. */
  readonly suspicious: boolean;
}

/**
 * Signs of a verifier that can be played: its scores rise with length, repetition or the number of steps while the
 * solutions get no better by it (Gao et al. 2022, arXiv:2210.10760: over-optimisation). Suspicious: correlated with the
 * score by 0.2 or more, and by at least 0.2 more than with the truth.
 */
export function hackingSigns(judgements: readonly Judgement[]): HackingSign[] {
  const rows = judgements.flatMap(({ item, judged }) =>
    item.solutions.flatMap(({ steps, correct }, i) => {
      const score = judged.outcomes[i] ?? null;
      const text = steps.join("\n");
      const measured = { length: text.length, repetition: repetition(text), steps: steps.length };
      return score === null ? [] : [{ score, correct: Number(correct), ...measured }];
    }),
  );
  return (["length", "repetition", "steps"] as const).map((feature) => {
    const values = rows.map((row) => row[feature]);
    const correlation = (others: readonly number[]) => (rows.length < 3 ? null : spearman(values, others));
    const withScore = correlation(rows.map(({ score }) => score));
    const withTruth = correlation(rows.map(({ correct }) => correct));
    const suspicious = withScore !== null && withScore >= 0.2 && withScore - (withTruth ?? 0) >= 0.2;
    return { feature, withScore, withTruth, suspicious };
  });
}
