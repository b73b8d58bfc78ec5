import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { fingerprint } from "../../experiments/datasets/fingerprint.ts";
import type { Budget } from "../core/budget.ts";
import type { Catalogue } from "../core/catalogue.ts";
import type { Clock } from "../core/clock.ts";
import { InvalidOptionError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import type { Problem } from "../core/problem.ts";
import { parseOptions } from "../core/strategy.ts";
import type { AllocationOptions } from "../engine/allocation/allocation.ts";
import { priceWords } from "../policy/price-table.ts";
import { checkNeeds } from "../setup/setup.ts";
import type { StopSpec, VerifiersSpec } from "../setup/specs.ts";
import { Column } from "./column.ts";
import { StepCounter } from "./efficiency.ts";
import { RunFolder } from "./records/folder.ts";
import { Journal } from "./records/journal.ts";
import {
  type Arm,
  armsOf,
  baselinesOf,
  inDrawingOrder,
  neededLogprobs,
  policyLabel,
  type Trial,
  trialsOf,
} from "./plan.ts";
import { ProblemIndex } from "./problem-index.ts";
import { recordVersion, type TrialRecord } from "./records/record.ts";
import { openRescorer, readStoredRun } from "./rescore.ts";
import { type RunnerSetup, runTrials } from "./runner.ts";
import type { DatasetSpec, Experiment, PolicySpec } from "./schema.ts";
import { runSets, setsOf } from "./sets.ts";
import { type ArmSummary, ArmTally } from "./summary.ts";
import { versions } from "./versions.ts";

export interface ExperimentSetup {
  readonly catalogue: Catalogue;
  /** Opens a policy with its store and limits; called once for each that the experiment names. */
  readonly open: (spec: PolicySpec) => Promise<{ readonly policy: Policy; readonly simulated: boolean }>;
  readonly sandbox: Sandbox | null;
  /** Folder of this run. */
  readonly out: string;
  /** Instead of the dataset's own file. */
  readonly data?: string;
  /** The first so many problems of each dataset. */
  readonly limit?: number;
  readonly retryFailed?: boolean;
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /** Fired to end well: what is in work is finished, nothing new begins, and the summary says that trials are missing. */
  readonly landing?: AbortSignal;
  readonly clock?: Clock;
  readonly onProgress?: (progress: Progress) => void;
  /** Score and pick anew from stored candidates instead of asking the policy; see `rescore.ts`. */
  readonly rescore?: boolean;
  /** The command that asked for this run, for the report. */
  readonly command?: string;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Trials that an earlier run had finished. */
  readonly resumed: number;
  readonly last: TrialRecord | null;
}

/** `summary.json`: stable, documented fields. */
export interface ExperimentSummary {
  readonly version: number;
  readonly name: string;
  readonly description?: string;
  readonly complete: boolean;
  readonly policies: readonly {
    readonly label: string;
    readonly id: string;
    readonly simulated: boolean;
    /** What its dollars are reckoned with, with date and source; absent where no price is known. */
    readonly prices?: string;
  }[];
  readonly datasets: readonly { readonly name: string; readonly problems: number; readonly fingerprint: string }[];
  readonly seeds: readonly number[];
  readonly maxTokens: number;
  readonly arms: readonly ArmSummary[];
  /** What each arm is, in the order of `arms`. */
  readonly setups: readonly ArmSetup[];
  /** Trials of this plan: the first lines of results.jsonl. Null while a run is at work, when lines stand as they came. */
  readonly trials: number | null;
  readonly command?: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly folder: string;
}

export interface ArmSetup {
  readonly arm: string;
  /** Label of the arm it is compared with. */
  readonly baseline: string | null;
  readonly strategy: string;
  readonly policy: string;
  readonly options: unknown;
  readonly verifiers: VerifiersSpec | null;
  readonly budget: Budget;
  readonly select: string | null;
  readonly stop: StopSpec | null;
  /** Labels of further models by the part they play; absent where there are none. */
  readonly roles?: Readonly<Record<string, string>>;
  /** Absent where each problem has a budget of its own. */
  readonly allocation?: AllocationOptions;
}

interface LoadedDataset {
  readonly name: string;
  readonly problems: readonly Problem[];
}

/**
 * Runs an experiment, or goes on with it: what the folder's `results.jsonl` holds is not done again. Writes `results.jsonl` (one line a trial, put in
 * trial order at the end), `traces.jsonl` (the candidates' texts), `experiment.json` and `summary.json`.
 *
 * @throws errors of set-up before any call is paid for; the signal's reason when it fires (what was finished is kept).
 */
export async function runExperiment(experiment: Experiment, setup: ExperimentSetup): Promise<ExperimentSummary> {
  const arms = armsOf(experiment, setup.catalogue);
  // A verifier whose file is missing fails here, not after the first samples.
  for (const { assembly } of arms) assembly.verifiers();
  const datasets = await loadDatasets(experiment, setup);
  const opened = await openPolicies(arms, setup);
  const policyOf = (spec: PolicySpec) => (opened.get(specKey(spec)) as { policy: Policy }).policy;
  for (const { assembly, policy } of arms) checkNeeds(assembly.needs(), policyOf(policy));
  const folder = new RunFolder(setup.out);
  try {
    const stored = setup.rescore === true ? readStoredRun(folder.path, setupsBefore(folder)) : null;
    const policyIds = new Map(arms.map((arm) => [arm, modelIds(arm, policyOf)]));
    const trials = [...trialsOf(experiment, arms, datasets, policyIds)];
    const book = new ResultBook(folder, trials, arms, setup.retryFailed === true);
    const baselines = baselinesOf(experiment, arms);
    const describe = (complete: boolean, ordered = true): ExperimentSummary => ({
      version: recordVersion,
      name: experiment.name,
      ...(experiment.description === undefined ? {} : { description: experiment.description }),
      complete,
      policies: [...opened].map(([, { spec, policy, simulated, prices }]) => ({
        label: policyLabel(spec),
        id: policy.id,
        simulated,
        ...(prices === undefined ? {} : { prices }),
      })),
      datasets: datasets.map(({ name, problems }) => ({
        name,
        problems: problems.length,
        fingerprint: fingerprint(problems),
      })),
      seeds: experiment.seeds,
      maxTokens: experiment.maxTokens,
      arms: book.summaries(),
      setups: arms.map((arm) => setupOf(arm, baselines.get(arm) ?? null)),
      trials: ordered ? book.done : null,
      ...(setup.command === undefined ? {} : { command: setup.command }),
      versions: versions(),
      folder: setup.out,
    });
    folder.write("experiment.json", `${JSON.stringify(experiment, null, 2)}\n`);
    folder.write("summary.json", `${JSON.stringify(describe(false, false), null, 2)}\n`);
    const pending = trials.filter((trial) => !book.has(trial));
    const rescorer = stored === null ? null : openRescorer(folder.path, stored);
    const report = (last: TrialRecord | null) =>
      setup.onProgress?.({ done: book.done, total: trials.length, resumed: trials.length - pending.length, last });
    report(null);
    const logprobs = neededLogprobs(arms);
    const parallel = Math.max(1, ...[...opened.values()].map(({ policy }) => policy.capabilities.parallel));
    try {
      const runner: RunnerSetup = {
        policyOf: ({ arm }) => policyOf(arm.policy),
        modelsOf: ({ arm }) => mapped(arm.roles, policyOf),
        sandbox: setup.sandbox,
        counter: experiment.efficiency && setup.sandbox !== null ? new StepCounter(setup.sandbox) : null,
        maxTokens: experiment.maxTokens,
        traces: experiment.traces,
        concurrency: setup.concurrency ?? experiment.concurrency ?? parallel,
        ...(logprobs === undefined ? {} : { logprobs }),
        ...(setup.signal === undefined ? {} : { signal: setup.signal }),
        ...(rescorer === null ? {} : { solveTrial: rescorer }),
        ...(setup.landing === undefined ? {} : { landing: setup.landing }),
        ...(setup.clock === undefined ? {} : { clock: setup.clock }),
        onDone: (trial, record, trace) => {
          book.add(trial, record, experiment.traces ? trace : null);
          report(record);
        },
      };
      // Stored candidates are scored anew one problem at a time, however their budget was shared out.
      const alone = (trial: Trial) => trial.arm.allocation === null || rescorer !== null;
      await runTrials(inDrawingOrder(pending.filter(alone)), runner);
      if (rescorer === null) await runSets(setsOf(trials), new Set(pending), runner);
      book.finish();
      const summary = describe(book.done === trials.length);
      folder.write("summary.json", `${JSON.stringify(summary, null, 2)}\n`);
      return summary;
    } catch (error) {
      keepWhatIsThere(book, (ordered) =>
        folder.write("summary.json", `${JSON.stringify(describe(false, ordered), null, 2)}\n`),
      );
      throw error;
    } finally {
      book.close();
    }
  } finally {
    folder.close();
  }
}

/** After a failure (a full disk, perhaps) the records are safe already; what else can be brought in order is, and nothing hides the failure. */
function keepWhatIsThere(book: ResultBook, write: (ordered: boolean) => void): void {
  let ordered = true;
  try {
    book.finish();
  } catch {
    ordered = false;
  }
  try {
    write(ordered);
  } catch {
    // The summary of the last start stands: it says that the run is not finished.
  }
}

/** The arms of the folder's last run; none where there was none. */
function setupsBefore(folder: RunFolder): readonly ArmSetup[] {
  const path = folder.file("summary.json");
  if (!existsSync(path)) return [];
  return (JSON.parse(readFileSync(path, "utf8")) as Partial<ExperimentSummary>).setups ?? [];
}

const setupOf = (arm: Arm, baseline: Arm | null): ArmSetup => ({
  arm: arm.label,
  baseline: baseline?.label ?? null,
  strategy: arm.strategy.name,
  policy: policyLabel(arm.policy),
  options: arm.options,
  verifiers: arm.verifiers,
  budget: arm.budget,
  select: arm.select,
  stop: arm.stop,
  ...(Object.keys(arm.roles).length > 0 && { roles: mapped(arm.roles, policyLabel) }),
  ...(arm.allocation !== null && { allocation: arm.allocation }),
});

const mapped = <From, To>(given: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [key, map(value)]));

/** The models that an arm's results come from. */
function modelIds({ policy, roles }: Arm, policyOf: (spec: PolicySpec) => Policy): string {
  const { id } = policyOf(policy);
  if (Object.keys(roles).length === 0) return id;
  return JSON.stringify([id, mapped(roles, (spec) => policyOf(spec).id)]);
}

const specKey = (spec: PolicySpec): string => JSON.stringify(spec);

async function openPolicies(arms: readonly Arm[], setup: ExperimentSetup) {
  const opened = new Map<
    string,
    { spec: PolicySpec; policy: Policy; simulated: boolean; prices: string | undefined }
  >();
  for (const spec of arms.flatMap(({ policy, roles }) => [policy, ...Object.values(roles)])) {
    if (opened.has(specKey(spec))) continue;
    opened.set(specKey(spec), { spec, prices: priceWords(spec), ...(await setup.open(spec)) });
  }
  return opened;
}

export async function loadDatasets(
  experiment: Experiment,
  setup: Pick<ExperimentSetup, "catalogue" | "data" | "signal" | "limit">,
): Promise<LoadedDataset[]> {
  const specs = (experiment.datasets ?? [experiment.dataset]) as Exclude<DatasetSpec, string>[];
  return await Promise.all(
    specs.map(async (spec) => {
      const definition = setup.catalogue.datasets.get(spec.name);
      const path = dataPathOf("path" in spec ? spec.path : undefined, setup.data);
      const source = {
        ...(path === undefined ? {} : { path }),
        ...(setup.signal === undefined ? {} : { signal: setup.signal }),
      };
      const problems = await definition.load(source, parseOptions(definition, spec.options));
      if (problems.length === 0) {
        const given = `${path === undefined ? "" : ` of ${path}`} with options ${JSON.stringify(spec.options ?? {})}`;
        throw new InvalidOptionError(
          `dataset "${spec.name}"`,
          `must have a problem, ${given.trim()} it has none. Check offset, ids, tags and difficulty.`,
        );
      }
      return { name: spec.name, problems: problems.slice(0, setup.limit) };
    }),
  );
}

/** A dataset's own relative path is looked for inside the folder that the command gives; else what the command gives stands for it. */
function dataPathOf(own: string | undefined, given: string | undefined): string | undefined {
  if (own === undefined || given === undefined) return given ?? own;
  const inside = join(given, own);
  return !isAbsolute(own) && existsSync(inside) ? inside : given;
}

/** Where the lines of planned trials stand in a file, by the trials' ordinals: two numbers each. */
class Places {
  readonly #offsets = new Column();
  readonly #lengths = new Column();
  count = 0;

  has(ordinal: number): boolean {
    return this.#lengths.at(ordinal) > 0;
  }

  set(ordinal: number, { offset, length }: Place): void {
    if (!this.has(ordinal)) this.count++;
    this.#offsets.set(ordinal, offset);
    this.#lengths.set(ordinal, length);
  }

  *inOrder(): Generator<Place> {
    for (let ordinal = 0; ordinal < this.#lengths.length; ordinal++) {
      if (this.has(ordinal)) yield { offset: this.#offsets.at(ordinal), length: this.#lengths.at(ordinal) };
    }
  }
}

function* chain<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

/** The results on disk and the sums over them. */
class ResultBook {
  readonly #results: Journal;
  readonly #traces: Journal;
  readonly #tallies: Map<string, ArmTally>;
  readonly #places = new Places();
  readonly #tracePlaces = new Places();
  /** Lines of trials that this plan does not have (an earlier, larger limit; another option): kept, not counted. */
  readonly #others: Place[] = [];
  readonly #otherTraces = new Map<string, Place>();

  constructor(folder: RunFolder, trials: readonly Trial[], arms: readonly Arm[], retryFailed: boolean) {
    const index = new ProblemIndex();
    // Problems are numbered in the order of the plan, not of finishing, and what they take is taken at the start.
    for (const { dataset, problem } of trials) index.numberOf({ ...problem, dataset, problem: problem.id });
    this.#tallies = new Map(arms.map((arm) => [arm.label, new ArmTally(arm.label, arm.strategy.name, index)]));
    const planned = new Map(trials.map((trial) => [trial.key, trial]));
    this.#results = new Journal(folder.file("results.jsonl"), (line, offset, length) => {
      const record = line as TrialRecord;
      const trial = planned.get(record.key);
      if (trial === undefined) this.#others.push({ offset, length });
      else if (!this.has(trial) && !(retryFailed && record.verdict === "error")) {
        this.#places.set(trial.ordinal, { offset, length });
        this.#tallies.get(trial.arm.label)?.add(record);
      }
    });
    this.#traces = new Journal(folder.file("traces.jsonl"), (line, offset, length) => {
      const { key } = line as { key: string };
      const trial = planned.get(key);
      if (trial === undefined) this.#otherTraces.set(key, { offset, length });
      else this.#tracePlaces.set(trial.ordinal, { offset, length });
    });
  }

  has = (trial: Trial): boolean => this.#places.has(trial.ordinal);

  get done(): number {
    return this.#places.count;
  }

  /** The trace is written first: a record on disk has its trace. */
  add(trial: Trial, record: TrialRecord, trace: { readonly key: string } | null): void {
    if (trace !== null) this.#tracePlaces.set(trial.ordinal, this.#traces.append(trace));
    this.#places.set(trial.ordinal, this.#results.append(record));
    this.#tallies.get(trial.arm.label)?.add(record);
  }

  /** Puts both files in trial order, so that equal results are equal bytes whatever the order of finishing. */
  finish(): void {
    this.#traces.rewrite(chain(this.#tracePlaces.inOrder(), this.#otherTraces.values()));
    this.#results.rewrite(chain(this.#places.inOrder(), this.#others));
  }

  summaries(): ArmSummary[] {
    return [...this.#tallies.values()].map((tally) => tally.summary());
  }

  close(): void {
    this.#results.close();
    this.#traces.close();
  }
}
