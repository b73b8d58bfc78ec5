import type { z } from "zod";
import type { Random } from "./random.ts";

/** A confidence interval with how it was made. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Confidence level, such as 0.95. */
  readonly level: number;
  readonly method: string;
}

/**
 * What became of a trial. "unparsed": no answer could be read, which is not right but counted apart. "undecided": the
 * grader could not tell. "error": the trial failed. The last two are counted and shown, never averaged in.
 */
export type TrialVerdict = "correct" | "incorrect" | "unparsed" | "undecided" | "error";

/** One candidate of a trial as a metric sees it. */
export interface CandidateRow {
  /** Class of equal answers within the problem; null when no answer could be read. */
  readonly answerClass: string | null;
  /** Null when the grader could not tell. */
  readonly correct: boolean | null;
  /** The outcome verifier's value; null when unscored. */
  readonly score: number | null;
  /** False where it was cut before its end; absent where that is not told. */
  readonly complete?: boolean;
  readonly tokens: number;
  /** Efficiency of a program in steps (1: as the reference, 0: not right); null or absent where not counted. */
  readonly efficiency?: number | null;
  /** Cost of a program as a share of the reference's: null where it is not right, cut off or not counted. */
  readonly costRatio?: number | null;
  /** Of right programs, where there are references of other speeds: DPS and its normalised form, as shares. */
  readonly dps?: number;
  readonly dpsNorm?: number;
  /** Of programs whose tests have parts: which it passes; null where that could not be judged. */
  readonly parts?: Readonly<Record<string, boolean | null>>;
}

/** The pick that came into force when `tokens` had been spent. */
export interface PickRow {
  readonly tokens: number;
  readonly correct: boolean;
}

/** One problem × strategy × seed with its outcome: the row that every metric reads. Null is "not known", never 0. */
export interface TrialRow {
  readonly problem: string;
  readonly dataset?: string;
  readonly tags?: readonly string[];
  /** The dataset's own, in [0, 1]. */
  readonly difficulty?: number | null;
  /** What the problem is a variant of; problems of one group are not independent. Null or absent: it stands alone. */
  readonly group?: string | null;
  /** Which variant of its group, or which instance set, it is; "original" marks the unperturbed one. */
  readonly variant?: string | null;
  readonly strategy: string;
  readonly seed: string | number;
  readonly verdict: TrialVerdict;
  readonly tokens: number | null;
  readonly calls: number | null;
  readonly seconds?: number | null;
  readonly dollars?: number | null;
  /** Prompt and completion tokens of the policy, and of verifiers: together `tokens`. */
  readonly policyTokens?: number | null;
  readonly verifierTokens?: number | null;
  /** What the answer was graded against, as results show it, and the answer of the pick. */
  readonly reference?: string | null;
  readonly answer?: string | null;
  readonly judged?: JudgedRow;
  readonly candidates: readonly CandidateRow[];
  readonly picks: readonly PickRow[];
}

/** Of a trial that a judge graded: its score in [0, 1], and what the label says of the same pick. */
export interface JudgedRow {
  readonly score: number | null;
  /** Of a rating with codes: those that apply. */
  readonly codes?: readonly string[];
  /** Of a tournament: against which arms its pick was held, and 1 for a win, ½ for a tie, 0 for a loss. */
  readonly matches?: readonly { readonly against: string; readonly score: number }[];
  readonly label: boolean | null;
}

/** A metric's value on one problem (or group), for intervals and pairing. */
export interface UnitValue {
  readonly unit: string;
  readonly cluster: string;
  readonly value: number;
}

export interface MetricResult {
  /** Null where the metric is undefined on these rows; `note` says why. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** One value a problem (or group); empty for a statistic of the whole. Pairing compares equal units. */
  readonly units: readonly UnitValue[];
  /** Trials left out because they were undecided, failed, or lack what the metric reads. */
  readonly excludedTrials: number;
  /** Problems (or groups) on which the metric is undefined. */
  readonly undefinedUnits: number;
  readonly note?: string;
  /** The figure in parts of its own: by dataset, by ratio, by bin. What they are says the metric's `partsAre`. */
  readonly parts?: readonly PartResult[];
  /** The row that it is compared with, in place of the arm's baseline. */
  readonly against?: string;
}

export interface PartResult {
  readonly part: string;
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly units?: number;
  readonly note?: string;
  /** Where parts are points of a curve: the place on its axis, and which of several curves' panels they belong to. */
  readonly x?: number;
  readonly panel?: string;
}

/** The rows of every arm by its label: what a metric that sets arms side by side reads. */
export type ArmsRows = ReadonlyMap<string, readonly TrialRow[]>;

/**
 * What a metric reads and a run may lack: graded candidates, their scores by an outcome verifier, the pick after each
 * candidate, groups of variants, unperturbed originals beside them, instance sets, judgements of a model that grades,
 * counted steps, references of other speeds, prices.
 */
export const metricNeeds = [
  "candidates",
  "scores",
  "picks",
  "groups",
  "originals",
  "instance-sets",
  "judgements",
  "steps",
  "cost-references",
  "prices",
] as const;
export type MetricNeed = (typeof metricNeeds)[number];

export type MetricScale = "share" | "tokens" | "calls" | "seconds" | "dollars" | "number";

/** A kind of metric as it is registered: its options, and how to compute it from the rows of one arm. */
export interface MetricDefinition<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly paper?: string;
  readonly scale: MetricScale;
  readonly better: "higher" | "lower" | "neither";
  /** Rows without these give null with the reason, and `compute` is not called. */
  readonly needs?: readonly MetricNeed[];
  readonly options: z.ZodType<Options>;
  /** Reads the files that options name, before anything is paid for. @throws where one cannot be read. */
  check?(options: Options): void;
  /** Depends on the rows, the options (with the files that they name) and `random` alone. */
  compute(rows: readonly TrialRow[], options: Options, random: Random): MetricResult;
  /**
   * Of a metric that sets arms side by side (ranks, ratings, profiles): one result an arm, and perhaps further ones
   * that are made of several arms, under names of their own. Without it every arm is computed alone.
   */
  across?(arms: ArmsRows, options: Options, random: Random): ReadonlyMap<string, MetricResult>;
  /** Heading of its own parts, such as "dataset". */
  readonly partsAre?: string;
  /** Scale of its own parts, where it is another one than the metric's. */
  readonly partsScale?: MetricScale;
}

/** A metric of all arms together; of one arm alone it is what it would be without the others. */
export function defineArmsMetric<Options>(
  definition: Omit<MetricDefinition<Options>, "compute" | "across"> &
    Required<Pick<MetricDefinition<Options>, "across">>,
): MetricDefinition<Options> {
  const compute: MetricDefinition<Options>["compute"] = (rows, options, random) =>
    definition.across(new Map([["", rows]]), options, random).get("") ?? {
      ...{ value: null, interval: null, units: [], excludedTrials: rows.length, undefinedUnits: 0 },
      note: "needs several arms",
    };
  return { ...definition, compute };
}

export function defineMetric<Options>(definition: MetricDefinition<Options>): MetricDefinition<Options> {
  return definition;
}
