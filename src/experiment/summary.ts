import { clusteredInterval, type Interval, wilson } from "../../experiments/metrics/intervals/index.ts";
import { addLedgers, emptyLedger, type Ledger, totalCalls, totalTokens } from "../core/usage.ts";
import type { TrialRecord, TrialVerdict } from "./record.ts";

/** What an arm did over all its trials. Shares are in [0, 1]; errors are counted and never averaged in. */
export interface ArmSummary {
  readonly arm: string;
  readonly strategy: string;
  /** Trials with a verdict other than `error`; `accuracy` is over these. */
  readonly n: number;
  readonly problems: number;
  readonly correct: number;
  readonly accuracy: number | null;
  /** 95 %: Wilson where each problem has one trial and stands alone, else clustered by problem group and cut to [0, 1]. */
  readonly interval: Interval | null;
  /** Share of trials in which any candidate was right: what a perfect picker would reach. */
  readonly coverage: number | null;
  readonly unparsed: number;
  readonly undecided: number;
  readonly errors: number;
  /** Means per trial, as if nothing had been in the store. */
  readonly tokensPerTrial: number;
  readonly verifierTokensPerTrial: number;
  readonly callsPerTrial: number;
  readonly programsPerTrial: number;
  readonly secondsPerTrial: number;
  /** Totals. `spent` is what was really paid for: samples that arms share are paid for once. */
  readonly usage: Ledger;
  readonly spent: Ledger;
}

/** Takes records one at a time and keeps only sums, so that a million of them need no memory. */
export class ArmTally {
  readonly arm: string;
  readonly strategy: string;
  readonly #verdicts = new Map<TrialVerdict, number>();
  readonly #problems = new Map<string, { cluster: string; right: number; n: number }>();
  #covered = 0;
  #milliseconds = 0;
  #usage = emptyLedger;
  #spent = emptyLedger;

  constructor(arm: string, strategy: string) {
    this.arm = arm;
    this.strategy = strategy;
  }

  add(record: TrialRecord): void {
    this.#verdicts.set(record.verdict, this.#count(record.verdict) + 1);
    this.#spent = addLedgers(this.#spent, record.moment.spent);
    if (record.verdict === "error") return;
    const id = `${record.dataset}/${record.problem}`;
    const problem = this.#problems.get(id) ?? { cluster: record.group ?? id, right: 0, n: 0 };
    problem.n++;
    if (record.verdict === "correct") problem.right++;
    this.#problems.set(id, problem);
    if (record.candidates.some(({ correct }) => correct)) this.#covered++;
    this.#milliseconds += record.moment.milliseconds;
    this.#usage = addLedgers(this.#usage, record.usage);
  }

  #count(verdict: TrialVerdict): number {
    return this.#verdicts.get(verdict) ?? 0;
  }

  summary(): ArmSummary {
    const errors = this.#count("error");
    const n = [...this.#verdicts.values()].reduce((sum, count) => sum + count, 0) - errors;
    const correct = this.#count("correct");
    const mean = (total: number) => (n === 0 ? 0 : total / n);
    const { verifier } = this.#usage;
    return {
      arm: this.arm,
      strategy: this.strategy,
      n,
      problems: this.#problems.size,
      correct,
      accuracy: n === 0 ? null : correct / n,
      interval: n === 0 ? null : this.#interval(correct, n),
      coverage: n === 0 ? null : this.#covered / n,
      unparsed: this.#count("unparsed"),
      undecided: this.#count("undecided"),
      errors,
      tokensPerTrial: mean(totalTokens(this.#usage)),
      verifierTokensPerTrial: mean(verifier.promptTokens + verifier.completionTokens),
      callsPerTrial: mean(totalCalls(this.#usage)),
      programsPerTrial: mean(this.#usage.sandbox.runs),
      secondsPerTrial: mean(this.#milliseconds) / 1000,
      usage: this.#usage,
      spent: this.#spent,
    };
  }

  #interval(correct: number, n: number): Interval | null {
    const problems = [...this.#problems.values()];
    const clusters = problems.map(({ cluster }) => cluster);
    const alone = problems.every((problem) => problem.n === 1) && new Set(clusters).size === problems.length;
    if (alone) return wilson(correct, n);
    const interval = clusteredInterval(
      problems.map(({ right, n: times }) => right / times),
      clusters,
    );
    return interval === null ? null : { ...interval, low: Math.max(0, interval.low), high: Math.min(1, interval.high) };
  }
}
