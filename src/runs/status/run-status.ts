import type { Interval } from "../../core/metric.ts";
import type { EnoughSummary } from "../experiment-summary.ts";

/** Totals of trials: tokens and calls as if nothing had been stored, as budgets count them. */
export interface Spent {
  readonly tokens: number;
  readonly calls: number;
  readonly dollars: number;
}

/** What budgets allow all trials together; null where an arm has no such limit. */
export type Allowed = { readonly [unit in keyof Spent]: number | null };

export interface ArmStatus {
  readonly arm: string;
  /** Trials that are there, of those that were asked for; an arm whose comparisons are decided ends before that. */
  readonly done: number;
  readonly total: number;
  /** `decided`: the stopping rule wants no more of it. */
  readonly state: "waiting" | "at-work" | "done" | "decided";
  /** Trials with a verdict, and the accuracy over them with its 95 % interval, clustered by problem and group. */
  readonly n: number;
  readonly accuracy: number | null;
  readonly interval: Interval | null;
  readonly undecided: number;
  /** Failed trials by what the failed call was about. */
  readonly failures: Readonly<Record<string, number>>;
  readonly spent: Spent;
  readonly allowed: Allowed;
  /** Until its last trial; null before the first trial of the run. */
  readonly leftSeconds: number | null;
}

/**
 * How a run stands while it is at work: what its terminal shows, and what it leaves in `status.json` for others. It is
 * made from the sums over the run's records; the file is removed when the run ends.
 */
export interface RunStatus {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  /** Trials that were there at the start. */
  readonly resumed: number;
  readonly elapsedSeconds: number;
  /** Of all arms, by what their trials take; an upper bound where a stopping rule may end some of them. */
  readonly leftSeconds: number | null;
  /** Over the last minute, really drawn: samples from the store cost nothing. Null before the first trial. */
  readonly pace: {
    readonly trialsPerMinute: number;
    readonly tokensPerSecond: number;
    readonly callsPerSecond: number;
  } | null;
  readonly spent: Spent;
  /** Really paid for: samples that arms share once. */
  readonly paid: Spent;
  readonly allowed: Allowed;
  readonly failures: Readonly<Record<string, number>>;
  readonly arms: readonly ArmStatus[];
  /** Where the experiment stops when enough is known. */
  readonly enough: EnoughSummary | null;
}

export const statusFile = "status.json";
