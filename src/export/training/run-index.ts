import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { EnvironmentError, InvalidOptionError } from "../../core/errors.ts";
import { eachCountedRecord, readSummary, type StoredSummary } from "../../runs/counted-records.ts";
import { eachLine } from "../../runs/records/journal.ts";
import { readTrace } from "../../runs/records/reading.ts";
import type { TraceRecord, TrialRecord } from "../../runs/records/record.ts";
import type { PooledTrial } from "./pool.ts";
import { normalText, ProblemClusters } from "./problem-clusters.ts";

interface Place {
  readonly offset: number;
  readonly length: number;
}

interface OpenRun {
  readonly name: string;
  readonly folder: string;
  readonly summary: StoredSummary;
  /** Policy of each arm. */
  readonly policies: ReadonlyMap<string, string>;
  readonly results: number;
  readonly traces: number;
}

/** Where a trial's two lines stand. */
interface IndexedTrial {
  readonly run: number;
  readonly result: Place;
  trace: Place | null;
}

/**
 * Several runs by problem. It holds where the lines stand and what tells problems apart; texts stay on disk, so what
 * it takes grows with the trials and not with what they wrote.
 */
export class RunIndex {
  readonly runs: readonly OpenRun[];
  readonly clusters = new ProblemClusters();
  /** Trials without texts: failed ones, and those of runs that kept none. */
  withoutTrace = 0;
  /** Trials of arms that are not wanted. */
  otherArms = 0;
  readonly #trials = new Map<string, IndexedTrial[]>();
  readonly #arms: ReadonlySet<string>;

  /** @throws InvalidOptionError for an arm that no run has; EnvironmentError for a folder without a run or texts. */
  constructor(folders: readonly string[], arms: readonly string[] = []) {
    this.#arms = new Set(arms);
    this.runs = folders.map(openRun);
    checkArms(this.runs, arms);
    for (const [i, run] of this.runs.entries()) this.#read(run, i);
  }

  #read(run: OpenRun, number: number): void {
    const byKey = new Map<string, { readonly problem: string; readonly trial: IndexedTrial }>();
    eachCountedRecord(run.folder, run.summary, ({ key, arm, dataset, problem, group }, offset, length) => {
      if (this.#arms.size > 0 && !this.#arms.has(arm)) {
        this.otherArms++;
        return;
      }
      const name = problemKey(dataset, problem);
      const trial: IndexedTrial = { run: number, result: { offset, length }, trace: null };
      byKey.set(key, { problem: name, trial });
      this.clusters.join(name, group);
    });
    eachLine(join(run.folder, "traces.jsonl"), (line, offset, length) => {
      const known = byKey.get(keyOf(line));
      if (known === undefined) return;
      known.trial.trace = { offset, length };
      if (this.clusters.hasText(known.problem)) return;
      this.clusters.joinText(known.problem, (JSON.parse(line) as TraceRecord).question);
    });
    for (const { problem, trial } of byKey.values()) {
      const others = this.#trials.get(problem);
      if (trial.trace === null) this.withoutTrace++;
      else if (others === undefined) this.#trials.set(problem, [trial]);
      else others.push(trial);
    }
  }

  /** Names of the problems that have texts, in order of first appearance. */
  get problems(): Iterable<string> {
    return this.#trials.keys();
  }

  get size(): number {
    return this.#trials.size;
  }

  /** The trials of a problem in full; `other` are those on another question under the same name. */
  read(problem: string): { readonly trials: PooledTrial[]; readonly other: number } {
    const all = (this.#trials.get(problem) ?? []).flatMap((trial) => this.#pooled(trial));
    const first = all[0]?.trace.question ?? "";
    const trials = all.filter(({ trace: { question } }) => {
      return question === first || normalText(question) === normalText(first);
    });
    return { trials, other: all.length - trials.length };
  }

  #pooled({ run, result, trace }: IndexedTrial): PooledTrial[] {
    const from = this.runs[run];
    if (from === undefined || trace === null) return [];
    // Its line was checked when the index was made.
    const trial = JSON.parse(textAt(from.results, result)) as TrialRecord;
    const read: TraceRecord = readTrace(join(from.folder, "traces.jsonl"), null, textAt(from.traces, trace));
    return [{ run: from.name, policy: from.policies.get(trial.arm) ?? "unknown", trial, trace: read }];
  }

  close(): void {
    for (const { results, traces } of this.runs) {
      closeSync(results);
      closeSync(traces);
    }
  }
}

const problemKey = (dataset: string, problem: string): string => `${dataset}/${problem}`;

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
