import { Column } from "../column.ts";
import type { Arm, Trial } from "../plan.ts";
import { ProblemIndex } from "../problem-index.ts";
import { type ArmSummary, ArmTally } from "../summary.ts";
import type { RunFolder } from "./folder.ts";
import { Journal } from "./journal.ts";
import { readTrace, readTrial } from "./reading.ts";
import type { TraceRecord, TrialRecord } from "./record.ts";

/** Where the lines of planned trials stand in a file, by the trials' ordinals: two numbers each. */
class Places {
  readonly #offsets = new Column();
  readonly #lengths = new Column();
  count = 0;

  has(ordinal: number): boolean {
    return this.#lengths.at(ordinal) > 0;
  }

  at(ordinal: number): Place {
    return { offset: this.#offsets.at(ordinal), length: this.#lengths.at(ordinal) };
  }

  set(ordinal: number, { offset, length }: Place): void {
    if (!this.has(ordinal)) this.count++;
    this.#offsets.set(ordinal, offset);
    this.#lengths.set(ordinal, length);
  }

  *ordinals(): Generator<number> {
    for (let ordinal = 0; ordinal < this.#lengths.length; ordinal++) if (this.has(ordinal)) yield ordinal;
  }

  *inOrder(): Generator<Place> {
    for (const ordinal of this.ordinals()) yield this.at(ordinal);
  }
}

function* chain<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

/** Trials by their keys. Arms that differ in their labels alone have the same keys: each has its own record. */
class PlannedTrials {
  readonly #byKey = new Map<string, Trial | Trial[]>();

  constructor(trials: readonly Trial[]) {
    for (const trial of trials) {
      const there = this.#byKey.get(trial.key);
      if (there === undefined) this.#byKey.set(trial.key, trial);
      else if (Array.isArray(there)) there.push(trial);
      else this.#byKey.set(trial.key, [there, trial]);
    }
  }

  /** The trial of a line: that of the line's arm, else the first of its key that has no line yet. */
  of({ key, arm }: { readonly key: string; readonly arm: string }, taken: Places): Trial | undefined {
    const found = this.#byKey.get(key);
    if (!Array.isArray(found)) return found;
    return found.find(({ arm: own }) => own.label === arm) ?? found.find(({ ordinal }) => !taken.has(ordinal));
  }
}

interface BookOptions {
  /** Trials that failed are to be done again. */
  readonly retryFailed?: boolean;
  /** Is the record graded as the run grades? */
  readonly isGraded?: (record: TrialRecord) => boolean;
}

/** The results on disk and the sums over them. */
export class ResultBook {
  readonly #results: Journal<TrialRecord>;
  readonly #traces: Journal<TraceRecord>;
  /** Sums over the records of each arm, by its label. */
  readonly tallies: ReadonlyMap<string, ArmTally>;
  readonly #places = new Places();
  readonly #tracePlaces = new Places();
  /** Lines of trials that this plan does not have (an earlier, larger limit; another option): kept, not counted. */
  readonly #others: Place[] = [];
  readonly #otherTraces = new Map<string, Place>();
  /** Of the trials that are there, those that another grader graded. */
  gradedOtherwise = 0;

  constructor(
    folder: RunFolder,
    trials: readonly Trial[],
    arms: readonly Arm[],
    { retryFailed = false, isGraded = () => true }: BookOptions = {},
  ) {
    const index = new ProblemIndex();
    // Problems are numbered in the order of the plan, not of finishing, and what they take is taken at the start.
    for (const { dataset, problem } of trials) index.numberOf({ ...problem, dataset, problem: problem.question.id });
    this.tallies = new Map(arms.map((arm) => [arm.label, new ArmTally(arm.label, arm.strategy.name, index)]));
    const planned = new PlannedTrials(trials);
    const renamed = new Set<Trial>();
    // A run that did failed trials again and was killed has both lines: the one with an answer counts.
    const failed = new Map<Trial, TrialRecord>();
    const count = (trial: Trial, record: TrialRecord) => {
      this.tallies.get(trial.arm.label)?.add(record);
      if (!isGraded(record)) this.gradedOtherwise++;
    };
    this.#results = new Journal(folder.file("results.jsonl"), readTrial, (record, offset, length) => {
      const trial = planned.of(record, this.#places);
      const fails = record.verdict === "error";
      if (trial === undefined) this.#others.push({ offset, length });
      else if (this.has(trial) ? !fails && failed.delete(trial) : !(retryFailed && fails)) {
        this.#places.set(trial.ordinal, { offset, length });
        if (fails) failed.set(trial, record);
        else count(trial, record);
        if (record.arm !== trial.arm.label) renamed.add(trial);
        else renamed.delete(trial);
      }
    });
    for (const [trial, record] of failed) count(trial, record);
    this.#traces = new Journal<TraceRecord>(folder.file("traces.jsonl"), readTrace, (trace, offset, length) => {
      const trial = planned.of(trace, this.#tracePlaces);
      if (trial === undefined) this.#otherTraces.set(trace.key, { offset, length });
      else this.#tracePlaces.set(trial.ordinal, { offset, length });
    });
    for (const trial of renamed) this.#rename(trial);
  }

  /** Arms that were added may make the labels of earlier ones longer: their trials go by the new ones. */
  #rename({ ordinal, arm: { label } }: Trial): void {
    const named = <T>(journal: Journal<T>, place: Place): Place =>
      journal.append({ ...journal.read(place), arm: label });
    if (this.#tracePlaces.has(ordinal))
      this.#tracePlaces.set(ordinal, named(this.#traces, this.#tracePlaces.at(ordinal)));
    this.#places.set(ordinal, named(this.#results, this.#places.at(ordinal)));
  }

  has = (trial: Trial): boolean => this.#places.has(trial.ordinal);

  /** The record of a trial that is there. */
  recordOf({ ordinal }: Trial): TrialRecord {
    return this.#results.read(this.#places.at(ordinal));
  }

  get done(): number {
    return this.#places.count;
  }

  /** Of the trials that are there, ascending. */
  ordinals(): Iterable<number> {
    return this.#places.ordinals();
  }

  /** Lines that this plan does not count. */
  get left(): number {
    return this.#others.length;
  }

  /** The trace is written first: a record on disk has its trace. */
  add(trial: Trial, record: TrialRecord, trace: TraceRecord | null): void {
    if (trace !== null) this.#tracePlaces.set(trial.ordinal, this.#traces.append(trace));
    this.#places.set(trial.ordinal, this.#results.append(record));
    this.tallies.get(trial.arm.label)?.add(record);
  }

  /** Puts both files in trial order, so that equal results are equal bytes whatever the order of finishing. */
  finish(): void {
    this.#traces.rewrite(chain(this.#tracePlaces.inOrder(), this.#otherTraces.values()));
    this.#results.rewrite(chain(this.#places.inOrder(), this.#others));
  }

  summaries(): ArmSummary[] {
    return [...this.tallies.values()].map((tally) => tally.summary());
  }

  close(): void {
    this.#results.close();
    this.#traces.close();
  }
}
