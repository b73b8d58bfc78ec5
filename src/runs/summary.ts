import type { Interval, TrialVerdict } from "../core/metric.ts";
import { addLedgers, emptyLedger, type Ledger, totalCalls, totalTokens } from "../core/usage.ts";
import { Column } from "./column.ts";
import { ProblemIndex } from "./problem-index.ts";
import { accuracyOf } from "./readings.ts";
import { secondsOf, type TrialRecord } from "./records/record.ts";
import { type Transitions, TransitionTally } from "./transitions.ts";

/** Accuracy where trials that failed or could not be judged are left out, and where they count as wrong. */
export interface Readings {
  readonly leftOut: AccuracyReading | null;
  readonly countedWrong: AccuracyReading | null;
}

interface AccuracyReading {
  readonly accuracy: number;
  readonly interval: Interval;
  readonly trials: number;
}

const readingsOf = (tally: ArmTally): Readings => ({
  leftOut: accuracyOf(tally, "left-out"),
  countedWrong: accuracyOf(tally, "wrong"),
});

/** What an arm did over all its trials. Shares are in [0, 1]; errors are counted and never averaged in. */
export interface ArmSummary {
  readonly arm: string;
  readonly strategy: string;
  /** Trials with a verdict other than `error`; `accuracy` is over these. */
  readonly n: number;
  readonly problems: number;
  readonly correct: number;
  readonly accuracy: number | null;
  /** 95 %, clustered by problem and group. */
  readonly interval: Interval | null;
  /** Both readings of trials that failed or could not be judged; absent where there are none. */
  readonly readings?: Readings;
  /** Share of trials in which any candidate was right: what a perfect picker would reach. */
  readonly coverage: number | null;
  /** First attempts against final answers; null for strategies that correct nothing. */
  readonly transitions: Transitions | null;
  readonly unparsed: number;
  readonly undecided: number;
  /** Undecided trials whose answer this machine could not judge, by what it lacks; absent where there are none. */
  readonly environment?: Readonly<Record<string, number>>;
  /** Trials that failed, those included that were refused for what they say. */
  readonly errors: number;
  readonly refused: number;
  /** Trials that passed their budget by more than 1 %; absent where all kept it. */
  readonly overBudget?: number;
  /** Trials whose budget left no room for a round of their search; absent where there are none. */
  readonly unsearched?: number;
  /** Means per trial, as if nothing had been in the store. */
  readonly tokensPerTrial: number;
  readonly verifierTokensPerTrial: number;
  readonly callsPerTrial: number;
  readonly programsPerTrial: number;
  /** Of models at work on the longest chain of a trial's calls, without waiting; see `secondsOf`. */
  readonly secondsPerTrial: number;
  /** From a trial's start to its end, with all waiting. Absent in earlier summaries. */
  readonly wallSecondsPerTrial?: number;
  /** Totals. `spent` is what was really paid for: samples that arms share are paid for once. */
  readonly usage: Ledger;
  readonly spent: Ledger;
}

/** What this machine lacked to judge an arm's answers, with the remedy. */
export const environmentWords = ({ arm, environment = {} }: Pick<ArmSummary, "arm" | "environment">): string[] =>
  Object.entries(environment).map(
    ([lacks, count]) => `${arm}: ${count.toLocaleString("en-US")} answers could not be judged here. ${lacks}.`,
  );

/**
 * Takes records one at a time and keeps only sums: two numbers a problem, so that a million records need little memory.
 */
export class ArmTally {
  readonly arm: string;
  readonly strategy: string;
  readonly index: ProblemIndex;
  readonly #verdicts = new Map<TrialVerdict, number>();
  readonly #environment = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  /** By the index's problem numbers: trials with a verdict, and right ones. */
  readonly trials = new Column();
  readonly right = new Column();
  readonly undecided = new Column();
  /** Trials without a verdict, which `trials` leaves out. */
  readonly failed = new Column();
  readonly #transitions = new TransitionTally();
  #refused = 0;
  #overBudget = 0;
  #unsearched = 0;
  #covered = 0;
  #milliseconds = 0;
  #seconds = 0;
  #usage = emptyLedger;
  #spent = emptyLedger;

  constructor(arm: string, strategy: string, index = new ProblemIndex()) {
    this.arm = arm;
    this.strategy = strategy;
    this.index = index;
  }

  add(record: TrialRecord): void {
    this.#verdicts.set(record.verdict, this.count(record.verdict) + 1);
    this.#spent = addLedgers(this.#spent, record.moment.spent);
    if (record.failure === "content") this.#refused++;
    const number = this.index.numberOf(record);
    if (record.verdict === "error") {
      const kind = record.failure ?? "other";
      this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + 1);
      this.failed.add(number, 1);
      return;
    }
    if (record.verdict === "undecided") this.#addUndecided(number, record.rule);
    this.trials.add(number, 1);
    this.right.add(number, record.verdict === "correct" ? 1 : 0);
    if (record.candidates.some(({ correct }) => correct)) this.#covered++;
    if (record.passed !== undefined) this.#overBudget++;
    if (record.rounds === 0 && record.stopped === "budget") this.#unsearched++;
    this.#transitions.add(record);
    this.#milliseconds += record.moment.milliseconds;
    this.#seconds += secondsOf(record);
    this.#usage = addLedgers(this.#usage, record.usage);
  }

  #addUndecided(number: number, rule: string): void {
    this.undecided.add(number, 1);
    const lacks = /^environment: (.*)$/s.exec(rule)?.[1];
    if (lacks !== undefined) this.#environment.set(lacks, (this.#environment.get(lacks) ?? 0) + 1);
  }

  /** Did a trial pass its budget by more than the tolerance? */
  get isOverBudget(): boolean {
    return this.#overBudget > 0;
  }

  /** Failed trials by what the failed call was about. */
  get failures(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#failures);
  }

  get usage(): Ledger {
    return this.#usage;
  }

  get spent(): Ledger {
    return this.#spent;
  }

  count(verdict: TrialVerdict): number {
    return this.#verdicts.get(verdict) ?? 0;
  }

  summary(): ArmSummary {
    const errors = this.count("error");
    const n = [...this.#verdicts.values()].reduce((sum, count) => sum + count, 0) - errors;
    const correct = this.count("correct");
    const mean = (total: number) => (n === 0 ? 0 : total / n);
    const { verifier } = this.#usage;
    return {
      arm: this.arm,
      strategy: this.strategy,
      n,
      problems: this.trials.values().reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0),
      correct,
      accuracy: n === 0 ? null : correct / n,
      interval: accuracyOf(this)?.interval ?? null,
      readings: errors + this.count("undecided") === 0 ? undefined : readingsOf(this),
      coverage: n === 0 ? null : this.#covered / n,
      transitions: this.#transitions.transitions(),
      unparsed: this.count("unparsed"),
      undecided: this.count("undecided"),
      ...(this.#environment.size > 0 && { environment: Object.fromEntries(this.#environment) }),
      errors,
      refused: this.#refused,
      ...(this.#overBudget > 0 && { overBudget: this.#overBudget }),
      ...(this.#unsearched > 0 && { unsearched: this.#unsearched }),
      tokensPerTrial: mean(totalTokens(this.#usage)),
      verifierTokensPerTrial: mean(verifier.promptTokens + verifier.completionTokens),
      callsPerTrial: mean(totalCalls(this.#usage)),
      programsPerTrial: mean(this.#usage.sandbox.runs),
      secondsPerTrial: mean(this.#seconds),
      wallSecondsPerTrial: mean(this.#milliseconds) / 1000,
      usage: this.#usage,
      spent: this.#spent,
    };
  }
}
