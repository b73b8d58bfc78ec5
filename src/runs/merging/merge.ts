import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue } from "../../core/catalogue.ts";
import { EnvironmentError, InvalidFileError } from "../../core/errors.ts";
import { readExperiment } from "../counted-records.ts";
import type { ExperimentSummary } from "../experiment-summary.ts";
import { chosenMetrics } from "../metrics/chosen-metrics.ts";
import { kindReader } from "../metrics/kinds.ts";
import { measure } from "../metrics/measure.ts";
import { ProblemIndex } from "../problem-index.ts";
import { RunFolder } from "../records/folder.ts";
import { LineWriter, linesOf } from "../records/lines.ts";
import { readTrial } from "../records/reading.ts";
import type { TrialRecord } from "../records/record.ts";
import { ArmTally } from "../summary.ts";
import { checkCover, type Layout, layoutOf, problemsOf, type Slot } from "./layout.ts";
import { openSource, type Source, wholeOf } from "./sources.ts";

/**
 * Brings the folders of one run together: shards of several machines, arms or seeds that were run apart. The result is
 * what one run would have written, byte for byte, but for times. Lines are copied as they are, one problem in memory
 * at a time. Nothing is written unless every trial of the plan is there once.
 *
 * @param folders as they are given, with their paths.
 * @throws InvalidOptionError that names what differs, overlaps or is missing; EnvironmentError, InvalidFileError.
 */
export function mergeRuns(
  folders: readonly { readonly name: string; readonly path: string }[],
  out: string,
  { catalogue }: { readonly catalogue: Catalogue },
): ExperimentSummary {
  const sources = folders.map(({ name, path }) => openSource(name, path));
  const whole = wholeOf(sources);
  const layout = layoutOf(whole, sources);
  checkCover(layout, sources);
  const experiment = readExperiment(whole.path);
  const metrics = chosenMetrics(experiment, catalogue);
  const folder = new RunFolder(out);
  try {
    const held = folder.file("results.jsonl");
    if (existsSync(held) && statSync(held).size > 0)
      throw new EnvironmentError(`${out} holds a run already. Give --out a folder that is new or empty.`);
    const tallies = copy(layout, sources, whole, folder);
    const merged = mergedSummary(layout, sources, whole, tallies, out);
    const text = readFileSync(join(whole.path, "experiment.json"), "utf8");
    const sameSeeds = layout.seeds.length === whole.summary.seeds.length;
    folder.write(
      "experiment.json",
      sameSeeds ? text : `${JSON.stringify({ ...experiment, seeds: layout.seeds }, null, 2)}\n`,
    );
    const measured = metrics.length === 0 ? undefined : measure(out, merged, metrics, kindReader(merged.kinds));
    const summary = { ...merged, metrics: measured };
    folder.write("summary.json", `${JSON.stringify(summary, null, 2)}\n`);
    return summary;
  } finally {
    folder.close();
  }
}

/** Writes both files in the plan's order; returns the sums over each arm's records. */
function copy(layout: Layout, sources: readonly Source[], whole: Source, folder: RunFolder): readonly ArmTally[] {
  const index = new ProblemIndex();
  const tallies = whole.summary.setups.map(({ arm, strategy }) => new ArmTally(arm, strategy, index));
  const readers = sources.map((source) => new SourceReader(source));
  const results = new LineWriter(folder.file("results.jsonl"));
  const traces = new LineWriter(folder.file("traces.jsonl"));
  try {
    for (const slots of problemsOf(layout, sources)) {
      const read = slots.map((slot) => ({ slot, ...(readers[slot.source] as SourceReader).next(layout, slot) }));
      const ordered = read.sort((a, b) => a.slot.seed - b.slot.seed || a.slot.arm - b.slot.arm);
      const [first] = ordered;
      for (const { slot, record, line, trace } of ordered) {
        if (record.problem !== first?.record.problem || record.dataset !== first.record.dataset)
          throw (readers[slot.source] as SourceReader).fault(`is of another problem than ${first?.record.problem}`);
        results.write(line);
        if (trace !== null) traces.write(trace);
        tallies[slot.arm]?.add(record);
      }
    }
    traces.finish();
    results.finish();
  } catch (error) {
    traces.abandon();
    results.abandon();
    throw error;
  } finally {
    for (const reader of readers) reader.close();
  }
  return tallies;
}

/** Reads a source's records with their traces, in the order of its lines. */
class SourceReader {
  readonly #path: string;
  readonly #lines: Generator<string>;
  readonly #traces: Generator<string>;
  readonly #tracePath: string;
  #trace: string | null;
  #line = 0;

  constructor({ path }: Source) {
    this.#path = join(path, "results.jsonl");
    this.#tracePath = join(path, "traces.jsonl");
    this.#lines = linesOf(this.#path);
    this.#traces = existsSync(this.#tracePath) ? linesOf(this.#tracePath) : noLines();
    this.#trace = this.#traces.next().value ?? null;
  }

  /** @throws InvalidFileError where the line is not that of the trial. */
  next({ arms, seeds }: Layout, { seed, arm }: Slot): { record: TrialRecord; line: string; trace: string | null } {
    const line = this.#lines.next().value;
    this.#line++;
    if (line === undefined) throw this.fault("is missing");
    const record = readTrial(this.#path, this.#line, line);
    if (record.arm !== arms[arm] || record.seed !== seeds[seed])
      throw this.fault(`is of ${record.arm} with seed ${record.seed}, not of ${arms[arm]} with seed ${seeds[seed]}`);
    return { record, line, trace: this.#traceOf(record.key) };
  }

  fault(what: string): InvalidFileError {
    return new InvalidFileError(this.#path, this.#line, `${what}. Give the run's command again: it puts it in order.`);
  }

  /** Failed trials have no trace; traces that no record belongs to are passed over. */
  #traceOf(key: string): string | null {
    if (this.#trace === null) return null;
    if (keyOf(this.#trace) !== key && !this.#holds(key)) return null;
    while (this.#trace !== null && keyOf(this.#trace) !== key) this.#trace = this.#traces.next().value ?? null;
    const trace = this.#trace;
    this.#trace = this.#traces.next().value ?? null;
    return trace;
  }

  #holds(key: string): boolean {
    for (const line of linesOf(this.#tracePath)) if (keyOf(line) === key) return true;
    return false;
  }

  close(): void {
    this.#lines.return(undefined);
    this.#traces.return(undefined);
  }
}

function* noLines(): Generator<string> {}

const keyOf = (line: string): string =>
  /^\{"key":"([^"\\]*)"/.exec(line)?.[1] ?? (JSON.parse(line) as { key: string }).key;

/** What one run would have said of itself, field by field in the order in which it says it. */
function mergedSummary(
  { seeds, arms, problems }: Layout,
  sources: readonly Source[],
  { summary }: Source,
  tallies: readonly ArmTally[],
  out: string,
): ExperimentSummary {
  const { version, name, description, policies, datasets, maxTokens, compareOverBudget, setups, command } = summary;
  const unlike = sources.some((one) => JSON.stringify(one.summary.versions) !== JSON.stringify(summary.versions));
  const warnings = new Set([
    ...sources.flatMap((one) => one.summary.warnings ?? []),
    ...(unlike ? [`Its parts were run by several versions: ${versionWords(sources)}.`] : []),
  ]);
  return {
    version,
    name,
    description,
    complete: true,
    policies,
    datasets,
    seeds,
    maxTokens,
    compareOverBudget,
    arms: tallies.map((tally) => tally.summary()),
    setups,
    trials: problems * arms.length * seeds.length,
    command,
    warnings: warnings.size > 0 ? [...warnings] : undefined,
    identity: summary.identity,
    versions: summary.versions,
    folder: out,
    kinds: summary.kinds,
  };
}

const versionWords = (sources: readonly Source[]): string =>
  [
    ...new Set(
      sources.map(({ summary }) =>
        Object.entries(summary.versions)
          .map(([what, version]) => `${what} ${version}`)
          .join(", "),
      ),
    ),
  ].join("; ");
