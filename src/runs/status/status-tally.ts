import { type Ledger, totalCalls, totalDollars, totalTokens } from "../../core/usage.ts";
import type { EnoughRule } from "../enough.ts";
import type { Arm, Trial } from "../plan.ts";
import { accuracyOf } from "../readings.ts";
import type { TrialRecord } from "../records/record.ts";
import type { ArmTally } from "../summary.ts";
import type { Allowed, ArmStatus, RunStatus, Spent } from "./run-status.ts";

/** What was recorded within a second. */
interface Moment {
  /** When the first of it was. */
  readonly at: number;
  trials: number;
  spent: Spent;
}

interface ArmProgress {
  readonly arm: Arm;
  readonly total: number;
  /** Trials that are there, and how many of them were there at the start. */
  done: number;
  readonly resumed: number;
  milliseconds: number;
}

const minute = 60_000;
const second = 1_000;
const nothing: Spent = { tokens: 0, calls: 0, dollars: 0 };

interface StatusPlan {
  readonly name: string;
  /** The trials that were asked for. */
  readonly asked: readonly Trial[];
  readonly has: (trial: Trial) => boolean;
  /** Sums over the records of each arm, those of earlier starts included. */
  readonly tallies: ReadonlyMap<string, ArmTally>;
  readonly enough: EnoughRule | null;
}

/** Follows a run: counts what comes in, and says how it stands whenever it is asked. */
export class StatusTally {
  readonly #plan: StatusPlan;
  readonly #began: number;
  readonly #arms: readonly ArmProgress[];
  readonly #lately: Moment[] = [];

  /** @param now milliseconds of the run's clock. */
  constructor(plan: StatusPlan, now: number) {
    this.#plan = plan;
    this.#began = now;
    const counts = new Map<Arm, { total: number; done: number }>();
    for (const trial of plan.asked) {
      const count = counts.get(trial.arm) ?? { total: 0, done: 0 };
      counts.set(trial.arm, count);
      count.total++;
      if (plan.has(trial)) count.done++;
    }
    this.#arms = [...counts].map(([arm, { total, done }]) => ({ arm, total, done, resumed: done, milliseconds: 0 }));
  }

  add({ arm }: Trial, record: TrialRecord, now: number): void {
    const own = this.#arms.find((one) => one.arm === arm);
    if (own === undefined) return;
    own.done++;
    own.milliseconds += record.moment.milliseconds;
    this.#note(now, spentOf(record.moment.spent));
  }

  #note(now: number, spent: Spent): void {
    const last = this.#lately.at(-1);
    if (last !== undefined && now - last.at < second) {
      last.trials++;
      last.spent = added(last.spent, spent);
      return;
    }
    this.#lately.push({ at: now, trials: 1, spent });
    while ((this.#lately[0]?.at ?? now) < now - minute) this.#lately.shift();
  }

  status(now: number): RunStatus {
    const elapsed = (now - this.#began) / 1000;
    const open = this.#arms.filter((own) => isOpen(this.#stateOf(own)));
    const leftSeconds = this.#left(open, elapsed);
    const most = Math.max(1, ...open.map(({ total, done }) => total - done));
    // Arms go side by side, a problem at a time: the one that lacks the most ends with the run.
    const leftOf = ({ total, done }: ArmProgress) =>
      leftSeconds === null ? null : (leftSeconds * (total - done)) / most;
    const arms = this.#arms.map((own) => this.#armStatus(own, open.includes(own) ? leftOf(own) : 0));
    const sum = (of: (own: ArmProgress) => number) => this.#arms.reduce((total, own) => total + of(own), 0);
    const failures = new Map<string, number>();
    for (const one of arms)
      for (const [kind, count] of Object.entries(one.failures)) failures.set(kind, (failures.get(kind) ?? 0) + count);
    return {
      name: this.#plan.name,
      done: sum(({ done }) => done),
      total: sum(({ total }) => total),
      resumed: sum(({ resumed }) => resumed),
      elapsedSeconds: elapsed,
      leftSeconds,
      pace: this.#pace(now),
      spent: arms.map(({ spent }) => spent).reduce(added, nothing),
      paid: this.#arms.map(({ arm }) => spentOf(this.#tallyOf(arm)?.spent)).reduce(added, nothing),
      allowed: arms.map(({ allowed }) => allowed).reduce(allowedTogether, { tokens: 0, calls: 0, dollars: 0 }),
      failures: Object.fromEntries(failures),
      arms,
      enough: this.#plan.enough?.summary() ?? null,
    };
  }

  #tallyOf({ label }: Arm): ArmTally | undefined {
    return this.#plan.tallies.get(label);
  }

  #armStatus(own: ArmProgress, leftSeconds: number | null): ArmStatus {
    const { arm, done, total } = own;
    const tally = this.#tallyOf(arm);
    const found = tally === undefined ? null : accuracyOf(tally);
    return {
      ...{ arm: arm.label, done, total, state: this.#stateOf(own), n: found?.trials ?? 0 },
      ...{ accuracy: found?.accuracy ?? null, interval: found?.interval ?? null },
      undecided: tally?.count("undecided") ?? 0,
      failures: tally?.failures ?? {},
      spent: spentOf(tally?.usage),
      allowed: allowedOf(arm, total),
      leftSeconds,
    };
  }

  #stateOf({ arm, done, resumed, total }: ArmProgress): ArmStatus["state"] {
    const { enough } = this.#plan;
    if (done >= total) return "done";
    if (enough?.wants(arm) === false) return "decided";
    return done > resumed ? "at-work" : "waiting";
  }

  /** What is left of every arm by what its trials took, at the pace at which trial time was spent so far. */
  #left(open: readonly ArmProgress[], elapsed: number): number | null {
    const fresh = this.#arms.reduce((sum, { done, resumed }) => sum + done - resumed, 0);
    const spent = this.#arms.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    if (open.length === 0) return 0;
    if (fresh === 0) return null;
    const usual = spent / fresh;
    if (usual === 0) return (open.reduce((sum, { total, done }) => sum + total - done, 0) * elapsed) / fresh;
    const work = open.reduce((sum, { total, done, resumed, milliseconds }) => {
      const mean = done > resumed ? milliseconds / (done - resumed) : usual;
      return sum + (total - done) * mean;
    }, 0);
    return (work * elapsed) / spent;
  }

  #pace(now: number): RunStatus["pace"] {
    const span = Math.min(minute, now - this.#began) / 1000;
    const recent = this.#lately.filter(({ at }) => at >= now - minute);
    if (recent.length === 0 || span <= 0) return this.#lately.length === 0 ? null : standing;
    const { tokens, calls } = recent.map(({ spent }) => spent).reduce(added, nothing);
    const trials = recent.reduce((sum, moment) => sum + moment.trials, 0);
    return {
      trialsPerMinute: (60 * trials) / span,
      tokensPerSecond: tokens / span,
      callsPerSecond: calls / span,
    };
  }
}

const isOpen = (state: ArmStatus["state"]): boolean => state === "at-work" || state === "waiting";

const standing = { trialsPerMinute: 0, tokensPerSecond: 0, callsPerSecond: 0 };

const spentOf = (ledger: Ledger | undefined): Spent =>
  ledger === undefined
    ? nothing
    : { tokens: totalTokens(ledger), calls: totalCalls(ledger), dollars: totalDollars(ledger) };

const added = (a: Spent, b: Spent): Spent => ({
  tokens: a.tokens + b.tokens,
  calls: a.calls + b.calls,
  dollars: a.dollars + b.dollars,
});

const allowedOf = ({ assembly: { budget } }: Arm, trials: number): Allowed => {
  const times = (limit: number | undefined) => (limit === undefined ? null : limit * trials);
  return { tokens: times(budget.tokens), calls: times(budget.calls), dollars: times(budget.dollars) };
};

const both = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);
const allowedTogether = (a: Allowed, b: Allowed): Allowed => ({
  tokens: both(a.tokens, b.tokens),
  calls: both(a.calls, b.calls),
  dollars: both(a.dollars, b.dollars),
});
