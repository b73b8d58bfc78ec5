import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type Clock, systemClock } from "../core/clock.ts";
import { collectReport } from "../report/collect.ts";
import { type ReportData, reportVersion } from "../report/data.ts";
import { reportBody } from "../report/html.ts";
import { readSummary, type StoredSummary } from "../runs/counted-records.ts";
import { isHeld } from "../runs/records/lock.ts";
import { readTrace, readTrial } from "../runs/records/reading.ts";
import type { TraceRecord } from "../runs/records/record.ts";
import { type RunStatus, statusFile } from "../runs/status/run-status.ts";
import { listProblems, type ProblemPage, type ProblemQuery } from "./problem-list.ts";
import { RunIndex, readLine, TraceIndex } from "./run-index.ts";

export interface RunHead {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly complete: boolean;
  readonly simulated: boolean;
  readonly policies: readonly string[];
  readonly datasets: readonly string[];
  readonly trials: number;
  readonly best: { readonly arm: string; readonly accuracy: number } | null;
  readonly arms: readonly string[];
}

/** One run's folder as the viewer reads it: nothing in it is ever written. */
export class ViewedRun {
  readonly folder: string;
  readonly id: string;
  readonly #results: RunIndex;
  readonly #traces: TraceIndex;
  #report: { readonly stamp: string; readonly body: string; readonly madeAt: number; readonly took: number } | null =
    null;

  constructor(folder: string) {
    this.folder = folder;
    this.id = basename(folder);
    this.#results = new RunIndex(join(folder, "results.jsonl"));
    this.#traces = new TraceIndex(join(folder, "traces.jsonl"));
  }

  /** Null where the summary is being replaced or is no summary. */
  head(): RunHead | null {
    const summary = this.#summary();
    if (summary === null) return null;
    const judged = summary.arms.flatMap(({ arm, accuracy }) => (accuracy === null ? [] : [{ arm, accuracy }]));
    return {
      id: this.id,
      name: summary.name,
      description: summary.description ?? null,
      complete: summary.complete,
      simulated: summary.policies.some(({ simulated }) => simulated),
      policies: summary.policies.map(({ label }) => label),
      datasets: summary.datasets.map(({ name, problems }) => `${name} (${problems.toLocaleString("en-US")})`),
      trials: summary.arms.reduce((sum, { n, errors }) => sum + n + errors, 0),
      best: judged.reduce<RunHead["best"]>(
        (best, one) => (best === null || one.accuracy > best.accuracy ? one : best),
        null,
      ),
      arms: summary.arms.map(({ arm }) => arm),
    };
  }

  #summary(): StoredSummary | null {
    try {
      return readSummary(this.folder);
    } catch {
      return null;
    }
  }

  /**
   * The report's page: from report.json where it is newer than the results, else worked out. While a run is at work it
   * is made again after a change, but so seldom that it takes a tenth of the time at most: `current` is false for one
   * that lacks some results.
   */
  reportPage(clock: Clock = systemClock): { readonly body: string; readonly current: boolean } {
    const [results, made, summary] = ["results.jsonl", "report.json", "summary.json"].map((name) =>
      stampOf(join(this.folder, name)),
    );
    const stamp = `${results?.text}/${summary?.text}`;
    const last = this.#report;
    const now = clock.now();
    const fresh = made !== undefined && results !== undefined && made.time >= results.time;
    const rests = !fresh && last !== null && now - last.madeAt < Math.min(60_000, 10 * last.took);
    if (last !== null && (last.stamp === stamp || rests)) return { body: last.body, current: last.stamp === stamp };
    const body = (fresh ? this.#storedBody() : null) ?? reportBody(collectReport(this.folder));
    const madeAt = clock.now();
    this.#report = { stamp, body, madeAt, took: madeAt - now };
    return { body, current: true };
  }

  /** Null where the file is damaged or of another version: everything in it can be worked out again. */
  #storedBody(): string | null {
    try {
      const data = JSON.parse(readFileSync(join(this.folder, "report.json"), "utf8")) as ReportData;
      return data.version === reportVersion ? reportBody(data) : null;
    } catch {
      return null;
    }
  }

  /** What the run itself leaves in its folder while it is at work; of one that was cut off, the last it said. */
  now(): RunNow {
    return { atWork: isHeld(join(this.folder, "lock")), ...statusIn(this.folder) };
  }

  /** `complete`: nothing more is to come. */
  async problems(query: ProblemQuery): Promise<ProblemPage & { readonly indexed: number; readonly complete: boolean }> {
    const summary = this.#summary();
    await this.#results.update(summary?.trials ?? null);
    const page = listProblems(this.#results.problems, query);
    return { ...page, indexed: this.#results.share, complete: summary?.complete ?? false };
  }

  /** Every trial of one problem, and its neighbours in the list. */
  async problem(dataset: string, problem: string) {
    const summary = this.#summary();
    await this.#results.update(summary?.trials ?? null);
    const found = this.#results.find(dataset, problem);
    const path = join(this.folder, "results.jsonl");
    const trials = await Promise.all((found?.trials ?? []).map((place) => readLine(path, place, readTrial)));
    return {
      trials,
      setups: summary?.setups ?? [],
      indexed: this.#results.share,
      complete: summary?.complete ?? false,
    };
  }

  async trace(key: string): Promise<{ readonly trace: TraceRecord | null; readonly indexed: number }> {
    await this.#traces.update();
    const place = this.#traces.places.get(key);
    const trace = place === undefined ? null : await readLine(join(this.folder, "traces.jsonl"), place, readTrace);
    return { trace, indexed: this.#traces.share };
  }
}

/** How a run stands, and whether somebody is at work in its folder. */
export interface RunNow {
  readonly atWork: boolean;
  /** Null where no run is at work, or it does not say. */
  readonly status: RunStatus | null;
  /** Seconds since the run said so. */
  readonly ageSeconds: number;
}

function statusIn(folder: string): Pick<RunNow, "status" | "ageSeconds"> {
  const path = join(folder, statusFile);
  try {
    const status = JSON.parse(readFileSync(path, "utf8")) as RunStatus;
    return { status, ageSeconds: Math.max(0, (Date.now() - statSync(path).mtimeMs) / 1000) };
  } catch {
    return { status: null, ageSeconds: 0 };
  }
}

function stampOf(path: string): { readonly time: number; readonly text: string } | undefined {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts === undefined ? undefined : { time: facts.mtimeMs, text: `${facts.mtimeMs}-${facts.size}` };
}

/** Folders of runs: the folder itself, or those inside it. */
export function findRuns(folder: string): string[] {
  if (existsSync(join(folder, "summary.json"))) return [folder];
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "summary.json")))
    .map((entry) => join(folder, entry.name))
    .sort();
}
