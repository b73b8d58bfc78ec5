import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { EnvironmentError, InvalidOptionError } from "../../core/errors.ts";
import { eachCountedRecord, readSummary, type StoredSummary } from "../../runs/counted-records.ts";
import { kindReader } from "../../runs/metrics/kinds.ts";
import { eachLine } from "../../runs/records/journal.ts";
import { readTrace } from "../../runs/records/reading.ts";
import type { TraceRecord, TrialRecord } from "../../runs/records/record.ts";
import type { PooledTrial } from "./pool.ts";
import { normalText, ProblemClusters } from "./problem-clusters.ts";
import { type Place, type TrialPlace, TrialPlaces } from "./trial-places.ts";

interface OpenRun {
  readonly name: string;
  readonly folder: string;
  readonly summary: StoredSummary;
  /** Policy of each arm. */
  readonly policies: ReadonlyMap<string, string>;
  readonly kindOf: ReturnType<typeof kindReader>;
  readonly results: number;
  readonly traces: number;
}

/**
 * Several runs by problem. Where their lines stand, and what tells problems apart, lies in a temporary file: the memory
 * that it takes does not grow with the runs.
 */
export class RunIndex {
  readonly runs: readonly OpenRun[];
  readonly clusters: ProblemClusters;
  readonly #places: TrialPlaces;
  readonly #arms: ReadonlySet<string>;
  /** Trials of arms that are not wanted. */
  otherArms = 0;

  /** @throws InvalidOptionError for an arm that no run has; EnvironmentError for a folder without a run or texts. */
  constructor(folders: readonly string[], arms: readonly string[] = []) {
    this.#arms = new Set(arms);
    this.runs = folders.map(openRun);
    checkArms(this.runs, arms);
    this.#places = new TrialPlaces();
    this.clusters = new ProblemClusters(this.#places.database);
    this.#places.filling(() => {
      for (const [i, run] of this.runs.entries()) this.#read(run, i);
    });
  }

  #read(run: OpenRun, number: number): void {
    eachCountedRecord(run.folder, run.summary, ({ key, arm, dataset, problem, group }, offset, length) => {
      if (this.#arms.size > 0 && !this.#arms.has(arm)) {
        this.otherArms++;
        return;
      }
      const place = { run: number, offset, length };
      this.#places.addResult(key, this.clusters.join(`${dataset}/${problem}`, group), place);
    });
    eachLine(join(run.folder, "traces.jsonl"), (line, offset, length) => {
      const problem = this.#places.addTrace(keyOf(line), { run: number, offset, length });
      if (problem === null || this.clusters.hasText(problem)) return;
      this.clusters.joinText(problem, (JSON.parse(line) as TraceRecord).question);
    });
  }

  /** Numbers of the problems that have texts, in order of first appearance. */
  get problems(): Iterable<number> {
    return this.#places.problems();
  }

  get size(): number {
    return this.#places.problemCount;
  }

  /** Trials without texts: failed ones, and those of runs that kept none. */
  get withoutTrace(): number {
    return this.#places.withoutTrace;
  }

  /** The trials of a problem in full; `other` are those on another question under the same name. */
  read(problem: number): { readonly trials: PooledTrial[]; readonly other: number } {
    const all = this.#places.of(problem).flatMap((trial) => this.#pooled(trial));
    const first = all[0]?.trace.question ?? "";
    const trials = all.filter(({ trace: { question } }) => {
      return question === first || normalText(question) === normalText(first);
    });
    return { trials, other: all.length - trials.length };
  }

  #pooled({ run, result, trace }: TrialPlace): PooledTrial[] {
    const from = this.runs[run];
    if (from === undefined) return [];
    // Its line was checked when the index was made.
    const trial = JSON.parse(textAt(from.results, result)) as TrialRecord;
    const read: TraceRecord = readTrace(join(from.folder, "traces.jsonl"), null, textAt(from.traces, trace));
    const kind = from.kindOf(trial.dataset, trial.problem);
    return [{ run: from.name, policy: from.policies.get(trial.arm) ?? "unknown", kind, trial, trace: read }];
  }

  close(): void {
    this.#places.close();
    for (const { results, traces } of this.runs) {
      closeSync(results);
      closeSync(traces);
    }
  }
}

/** A trace's key stands first on its line. */
function keyOf(line: string): string {
  const [, key] = /^\{"key":"([^"\\]+)"/.exec(line) ?? [];
  return key ?? (JSON.parse(line) as TraceRecord).key;
}

function textAt(file: number, { offset, length }: Place): string {
  const bytes = Buffer.allocUnsafe(length);
  readSync(file, bytes, 0, length, offset);
  return bytes.toString("utf8");
}

function openRun(folder: string): OpenRun {
  const summary = readSummary(folder);
  const traces = join(folder, "traces.jsonl");
  if (!existsSync(traces)) {
    throw new EnvironmentError(
      `${folder} kept no texts: there is no traces.jsonl in it. Run the experiment with \`traces: true\`.`,
    );
  }
  const ids = new Map(summary.policies.map(({ label, id }) => [label, id]));
  return {
    name: basename(resolve(folder)),
    folder,
    summary,
    policies: new Map(summary.setups.map(({ arm, policy }) => [arm, ids.get(policy) ?? policy])),
    kindOf: kindReader(summary.kinds),
    results: openSync(join(folder, "results.jsonl"), "r"),
    traces: openSync(traces, "r"),
  };
}

function checkArms(runs: readonly OpenRun[], arms: readonly string[]): void {
  const known = new Set(runs.flatMap(({ summary }) => summary.arms.map(({ arm }) => arm)));
  const unknown = arms.filter((arm) => !known.has(arm));
  if (unknown.length === 0) return;
  throw new InvalidOptionError("--arm", `knows no "${unknown[0]}". Arms: ${[...known].join(", ")}.`);
}
