import type { Contamination } from "../../experiments/datasets/contamination/index.ts";
import type { ExperimentSummary } from "../runs/experiment-summary.ts";
import type { GraderIdentity } from "../runs/graders/open-grader.ts";
import type { JudgingSummary } from "../runs/judging/agreement.ts";
import type { MetricSummary } from "../runs/metrics/metric-summary.ts";
import type { ArmSummary } from "../runs/summary.ts";
import type { Comparison, PairVerdict } from "../statistics/comparing/comparison.ts";
import type { Interval } from "../statistics/intervals/interval.ts";
import type { Failures } from "./tally/arm-columns.ts";
import type { Banded } from "./tally/blocks.ts";

export const reportVersion = 5;

/**
 * `report.json`: every figure of the report, and of the viewer's comparison page. Shares are in [0, 1]; null is "not
 * defined".
 */
export interface ReportData {
  readonly version: number;
  readonly name: string;
  readonly description: string | null;
  /** False while trials are missing. */
  readonly complete: boolean;
  /** Ids of simulated policies: their figures say nothing about a language model. */
  readonly simulated: readonly string[];
  /** Of the set-up, in words. */
  readonly warnings: readonly string[];
  readonly run: RunFacts;
  readonly trials: number;
  readonly problems: number;
  readonly clusters: number;
  readonly arms: readonly ReportArm[];
  /** Every arm against the baseline of its policy; p values adjusted by Holm within its family. */
  readonly comparisons: readonly Comparison[];
  /** Both readings of trials that failed or could not be judged; empty where there are none. */
  readonly readings: readonly ReadingSection[];
  readonly anytime: AnytimeSection | null;
  /** Empty where the baseline picks only once. */
  readonly allocation: readonly AllocationSection[];
  readonly pools: readonly PoolSection[];
  readonly law: LawSection | null;
  readonly frontiers: readonly FrontierSection[];
  readonly verifiers: readonly VerifierSection[];
  readonly efficiency: readonly EfficiencySection[];
  /** Where a model grades: its agreement with the labels, and its cost. */
  readonly judging: readonly JudgingSummary[];
  /** What `ruminate datasets contamination --run` found out about the run's datasets. */
  readonly contamination: readonly Contamination[];
  /** The metrics that the experiment names, as its run measured them. */
  readonly metrics: readonly MetricSummary[];
  readonly groups: readonly GroupSection[];
  readonly failures: readonly FailureSection[];
  /** The experiment as it was checked, defaults filled in. */
  readonly experiment: unknown;
}

export interface RunFacts {
  readonly policies: ExperimentSummary["policies"];
  readonly datasets: readonly { readonly name: string; readonly problems: number; readonly fingerprint: string }[];
  readonly seeds: readonly number[];
  readonly maxTokens: number;
  readonly command: string | null;
  readonly versions: Readonly<Record<string, string>>;
  /** The grader that decided, where that was not the reference by the built-in rules. */
  readonly gradedBy?: GraderIdentity;
}

export interface ReportArm extends ArmSummary {
  /** Label of the arm that this one is compared with; null for the baseline itself. */
  readonly baseline: string | null;
  /** What tells it apart: policy, options, verifiers, budget. */
  readonly setup: unknown;
  readonly tokens: { readonly mean: number; readonly p50: number; readonly p90: number; readonly max: number } | null;
  readonly dollarsPerTrial: number;
  /** Coverage − accuracy with its band: what a perfect picker would still win. */
  readonly selectionGap: Banded | null;
}

export interface ReadingSection {
  readonly arm: string;
  readonly failed: number;
  readonly undecided: number;
  readonly leftOut: AccuracyReading;
  readonly countedWrong: AccuracyReading;
}

interface AccuracyReading {
  readonly accuracy: number | null;
  readonly interval: Interval | null;
  readonly trials: number;
  /** Against the arm's baseline. */
  readonly difference: number | null;
  readonly verdict: PairVerdict | null;
}

export interface AnytimeSection {
  /** Budgets in tokens at which curves are read. */
  readonly budgets: readonly number[];
  readonly curves: readonly {
    readonly arm: string;
    readonly points: readonly Banded[];
    /** 1 − mean accuracy over all budgets up to this one (in tokens, not log): the price of finding the answer late. */
    readonly regret: readonly number[];
    /** Mean accuracy over budgets drawn evenly in log over the whole range. */
    readonly area: number;
  }[];
  /** At a few round budgets: accuracy, and the paired difference to the arm's baseline with its interval. */
  readonly table: readonly {
    readonly budget: number;
    readonly cells: readonly {
      readonly arm: string;
      readonly accuracy: number;
      readonly difference: Banded | null;
    }[];
  }[];
}

/**
 * An arm beside an oracle that shares as many tokens out among all problems, with the samples of the arm's baseline.
 */
export interface AllocationSection {
  readonly arm: string;
  readonly samplesOf: string;
  /** Mean tokens a trial. */
  readonly tokens: number;
  readonly accuracy: number;
  /** The oracle's accuracy at the arm's tokens. */
  readonly oracle: Banded;
  /** The oracle's accuracy − the arm's; below 0 where the arm has better samples than its baseline. */
  readonly regret: Banded;
  /**
   * Mean tokens a trial with which the oracle is as accurate as the arm; null where the samples do not hold so many
   * right picks.
   */
  readonly oracleTokens: number | null;
}

export interface PoolSection {
  readonly arm: string;
  readonly sizes: readonly number[];
  readonly coverage: readonly Banded[];
  readonly vote: readonly (Banded | null)[];
  readonly best: readonly (Banded | null)[];
  /** Trials with fewer than the largest size: left out of the points they cannot reach. */
  readonly shortTrials: number;
}

export interface LawSection {
  readonly arm: string;
  /** coverage = exp(a · k^b), fitted to the points; null with the reason where it cannot be. */
  readonly a: number | null;
  readonly b: number | null;
  readonly rmse: number | null;
  readonly reason: string | null;
  readonly points: readonly { readonly k: number; readonly coverage: number }[];
  readonly predictions: readonly { readonly k: number; readonly coverage: number; readonly band: Interval }[];
}

export interface FrontierSection {
  readonly unit: "tokens" | "seconds" | "dollars";
  readonly points: readonly {
    readonly arm: string;
    readonly cost: number;
    readonly accuracy: number;
    readonly interval: Interval | null;
    /** Is no other arm at least as good in both and better in one? And in what share of problem resamples? */
    readonly on: boolean;
    readonly share: number;
  }[];
}

export interface VerifierSection {
  readonly arm: string;
  readonly verifier: string;
  readonly scored: number;
  readonly unscored: number;
  /** AUROC within a trial, averaged over the trials with right and wrong candidates: what predicts best-of-n. */
  readonly auroc: Banded | null;
  readonly brier: number;
  readonly calibrationError: number;
  readonly bins: readonly {
    readonly low: number;
    readonly high: number;
    readonly count: number;
    readonly meanScore: number | null;
    readonly accuracy: number | null;
    readonly interval: Pick<Interval, "low" | "high"> | null;
  }[];
}

/** Steps of programs beside their references', over the trials whose reference could be counted. */
export interface EfficiencySection {
  readonly arm: string;
  readonly trials: number;
  /** Mean efficiency of the picked programs, 0 for those that are not right. */
  readonly picked: Banded;
  /** eff@k for the k that every trial reaches. */
  readonly atK: readonly { readonly k: number; readonly value: number }[];
  /** Right picks within 1.1, 2, 5 and 10 times the reference's steps, and beyond. */
  readonly classes: readonly number[];
}

export interface GroupSection {
  readonly kind: "dataset" | "difficulty" | "tag";
  readonly rows: readonly {
    readonly name: string;
    readonly problems: number;
    readonly cells: readonly { readonly arm: string; readonly accuracy: number | null }[];
  }[];
  /** Tags beyond those shown. */
  readonly hidden: number;
}

export interface FailureSection extends Failures {
  readonly arm: string;
  readonly stops: Readonly<Record<string, number>>;
  /** Candidates that were cut off or left unfinished. */
  readonly incomplete: number;
  readonly errors: readonly { readonly message: string; readonly count: number }[];
}
