import { basename, resolve } from "node:path";
import { InvalidOptionError } from "../core/errors.ts";
import { atBudget, atEnd, type TrialState } from "../runs/at-budget.ts";
import { eachCountedRecord, readExperiment, readSummary, type StoredSummary } from "../runs/counted-records.ts";
import { ProblemIndex } from "../runs/problem-index.ts";
import type { TrialRecord } from "../runs/records/record.ts";

import { type ArmSummary, ArmTally } from "../runs/summary.ts";
import type { Comparison } from "../statistics/comparing/comparison.ts";
import { comparisons } from "./sections/comparisons.ts";

export interface CompareOptions {
  /** Every trial as it stood when this many tokens were spent; as it ended where null. */
  readonly tokens?: number | null;
  /** Label of the arm that the others are compared with; default: the first run's own baseline. */
  readonly baseline?: string;
}

/** Arms of several runs on the problems that all of them have. */
export interface RunComparison {
  readonly tokens: number | null;
  readonly baseline: string;
  readonly runs: readonly Pick<StoredSummary, "name" | "command" | "complete" | "policies">[];
  readonly datasets: readonly string[];
  readonly problems: number;
  /** Problems that some arm lacks: left out for all. */
  readonly leftOut: number;
  readonly arms: readonly ComparedArm[];
  /** Every arm against the baseline; p values adjusted by Holm within its family. */
  readonly comparisons: readonly Comparison[];
}

export interface ComparedArm
  extends Pick<
    ArmSummary,
    "arm" | "strategy" | "n" | "accuracy" | "interval" | "coverage" | "transitions" | "unparsed" | "undecided"
  > {
  readonly run: string;
  /** Means per trial. */
  readonly tokensPerTrial: number;
  readonly callsPerTrial: number;
  /** Tokens that a problem was given; null where its budget was of another kind. */
  readonly budget: number | null;
  /** Trials that a budget of another kind ended before the tokens asked for were spent. */
  readonly cutShort: number;
  /** By `datasets`. */
  readonly accuracies: readonly (number | null)[];
}

interface Run {
  /** Of its folder, which tells two runs of one experiment apart. */
  readonly name: string;
  readonly folder: string;
  readonly summary: StoredSummary;
}

/**
 * Puts the arms of several runs into one table, problem by problem: on the problems that every arm has an answer to
 * (same dataset, same id), at one token budget where `tokens` is given. The run's name distinguishes arms of one
 * label in two runs.
 *
 * @throws InvalidOptionError where there is no common problem, no such baseline, or a run whose budget was below
 * `tokens`; EnvironmentError for a folder without a run.
 */
export function compareRuns(folders: readonly string[], options: CompareOptions = {}): RunComparison {
  const { tokens = null } = options;
  const runs = [...new Set(folders.map((folder) => resolve(folder)))].map((folder) => ({
    name: basename(folder),
    folder,
    summary: readSummary(folder),
  }));
  checkDatasets(runs);
  if (tokens !== null) for (const run of runs) checkBudgets(run, tokens);
  const seats = seatsOf(runs);
  const { common, all } = commonProblems(runs, seats);
  if (common.size === 0) {
    throw new InvalidOptionError(
      "compare",
      `finds no problem that all ${seats.size} arms have an answer to. Give runs over the same datasets.`,
    );
  }
  const state = (record: TrialRecord) => (tokens === null ? atEnd(record) : atBudget(record, tokens));
  for (const run of runs) {
    eachCountedRecord(run.folder, run.summary, (record) => {
      if (common.has(problemKey(record))) seats.get(seatKey(run, record.arm))?.add(record, state(record), tokens);
    });
  }
  const tallies = [...seats.values()];
  const baseline = baselineOf(runs, tallies, options.baseline);
  const datasets = [...new Set(tallies.flatMap((seat) => [...seat.datasets.keys()]))];
  return {
    tokens,
    baseline,
    runs: runs.map(({ summary: { name, command, complete, policies } }) => ({
      ...{ name, complete, policies },
      command,
    })),
    datasets,
    problems: common.size,
    leftOut: all - common.size,
    arms: tallies.map((seat) => seat.summary(datasets)),
    comparisons: comparisons(
      tallies,
      new Map(tallies.map(({ label, family }) => [label, { baseline: label === baseline ? null : baseline, family }])),
    ),
  };
}

/** One arm of one run, filled record by record. */
class Seat {
  readonly label: string;
  readonly run: string;
  readonly family: string;
  readonly budget: number | null;
  readonly tally: ArmTally;
  readonly datasets = new Map<string, { trials: number; right: number }>();
  #tokens = 0;
  #calls = 0;
  #cutShort = 0;

  constructor(
    label: string,
    strategy: string,
    run: string,
    family: string,
    budget: number | null,
    index: ProblemIndex,
  ) {
    this.label = label;
    this.family = family;
    this.run = run;
    this.budget = budget;
    this.tally = new ArmTally(label, strategy, index);
  }

  add(record: TrialRecord, state: TrialState, tokens: number | null): void {
    this.tally.add({ ...record, candidates: state.candidates, verdict: state.verdict });
    if (record.verdict === "error") return;
    this.#tokens += state.tokens;
    this.#calls += state.calls;
    const short = tokens !== null && record.stopped === "budget" && state.tokens < tokens;
    if (short && this.budget === null) this.#cutShort++;
    const { trials, right } = this.datasets.get(record.dataset) ?? { trials: 0, right: 0 };
    this.datasets.set(record.dataset, { trials: trials + 1, right: right + (state.verdict === "correct" ? 1 : 0) });
  }

  summary(datasets: readonly string[]): ComparedArm {
    const { arm, strategy, n, accuracy, interval, coverage, transitions, unparsed, undecided } = this.tally.summary();
    return {
      ...{ arm, run: this.run, strategy, n, accuracy, interval, coverage, transitions, unparsed, undecided },
      tokensPerTrial: n === 0 ? 0 : this.#tokens / n,
      callsPerTrial: n === 0 ? 0 : this.#calls / n,
      budget: this.budget,
      cutShort: this.#cutShort,
      accuracies: datasets.map((name) => {
        const of = this.datasets.get(name);
        return of === undefined ? null : of.right / of.trials;
      }),
    };
  }
}

const seatKey = (run: Run, arm: string): string => `${run.folder}\n${arm}`;
const problemKey = ({ dataset, problem }: TrialRecord): string => `${dataset}\n${problem}`;

function seatsOf(runs: readonly Run[]): Map<string, Seat> {
  const index = new ProblemIndex();
  const taken = new Set<string>();
  const seats = new Map<string, Seat>();
  for (const run of runs) {
    for (const { arm, strategy, budget, family, policy } of run.summary.setups) {
      const label = taken.has(arm) ? `${arm} (${run.name})` : arm;
      if (taken.has(label)) {
        throw new InvalidOptionError(
          "compare",
          `has two arms "${arm}" of runs in folders named "${run.name}". Rename one of the folders.`,
        );
      }
      taken.add(label);
      seats.set(seatKey(run, arm), new Seat(label, strategy, run.name, family ?? policy, budget.tokens ?? null, index));
    }
  }
  return seats;
}

/** Problems that every arm has a trial with a verdict of, and how many there are in all. */
function commonProblems(runs: readonly Run[], seats: ReadonlyMap<string, Seat>) {
  const seen = new Map<string, Set<string>>();
  for (const run of runs) {
    eachCountedRecord(run.folder, run.summary, (record) => {
      if (record.verdict === "error") return;
      const key = problemKey(record);
      const arms = seen.get(key) ?? new Set();
      seen.set(key, arms.add(seatKey(run, record.arm)));
    });
  }
  const common = new Set([...seen].filter(([, arms]) => arms.size === seats.size).map(([key]) => key));
  return { common, all: seen.size };
}

function baselineOf(runs: readonly Run[], seats: readonly Seat[], asked: string | undefined): string {
  const own = runs[0]?.summary.setups.find(({ baseline }) => baseline === null)?.arm;
  const baseline = asked ?? own ?? "";
  if (seats.some(({ label }) => label === baseline)) return baseline;
  throw new InvalidOptionError(
    "compare",
    `"baseline" must be one of the arms, got "${baseline}". Arms: ${seats.map(({ label }) => label).join(", ")}.`,
  );
}

/**
 * A problem is known by dataset and id, so a dataset of one name must be the same in all runs: made with the same
 * options, and the same to the byte where both have equally many problems.
 */
function checkDatasets(runs: readonly Run[]): void {
  const before = new Map<string, { run: string; options: string; problems: number; fingerprint: string }>();
  for (const { name: run, folder, summary } of runs) {
    const { datasets = [] } = readExperiment(folder);
    for (const { name, problems, fingerprint } of summary.datasets) {
      const { limit: _limit, ...rest } = (datasets.find((one) => one.name === name)?.options ?? {}) as {
        limit?: unknown;
      };
      const now = { run, options: JSON.stringify(rest), problems, fingerprint };
      const first = before.get(name) ?? now;
      before.set(name, first);
      if (first.options === now.options && (first.problems !== problems || first.fingerprint === fingerprint)) continue;
      throw new InvalidOptionError(
        "compare",
        `cannot pair the problems of "${name}": runs ${first.run} and ${run} read it from different data or with different options. Give runs over the same problems.`,
      );
    }
  }
}

function checkBudgets({ name, summary }: Run, tokens: number): void {
  const least = summary.setups
    .flatMap(({ arm, budget }) => (budget.tokens === undefined ? [] : [{ arm, given: budget.tokens }]))
    .sort((a, b) => a.given - b.given)[0];
  if (least === undefined || least.given >= tokens) return;
  throw new InvalidOptionError(
    "compare",
    `"tokens" must be at most ${least.given.toLocaleString("en-US")}, which is all that "${least.arm}" of run ${name} was given; got ${tokens.toLocaleString("en-US")}.`,
  );
}
