import type { Interval } from "../../core/metric.ts";
import type { Ledger } from "../../core/usage.ts";

/** How a judge that graded a run agrees with the labels, and what it cost: `judging` in summary.json. */
export interface JudgingSummary {
  readonly judge: string;
  readonly model: string;
  readonly version: string;
  readonly judged: number;
  /** Judgements that could not be read: undecided. */
  readonly unread: number;
  readonly agreement: Agreement;
  /** Not in the arms' own cost: as if nothing were stored, and as really paid. */
  readonly usage: Ledger;
  readonly spent: Ledger;
}

/** On the picks that have both a verdict and a label. */
export interface Agreement {
  readonly labelled: number;
  /** Share of equal verdicts; 95 %, clustered by problem and group. Null without labels. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Cohen's. */
  readonly kappa: number | null;
  /** Of the right (wrong) picks by their labels, the share that the judge passes; null without such. */
  readonly passesRight: number | null;
  readonly passesWrong: number | null;
}
