import { existsSync, readFileSync } from "node:fs";
import { fingerprint } from "../../experiments/datasets/fingerprint.ts";
import type { Catalogue } from "../core/catalogue.ts";
import type { Clock } from "../core/clock.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import { priceWords } from "../policy/price-table.ts";
import { StepCounter } from "./efficiency.ts";
import type { ArmSetup, ExperimentSummary } from "./experiment-summary.ts";
import { loadDatasets } from "./load-datasets.ts";
import {
  type Arm,
  armsOf,
  baselinesOf,
  inDrawingOrder,
  neededLogprobs,
  policyLabel,
  type Trial,
  trialsOf,
  verifiersOf,
} from "./plan.ts";
import { RunFolder } from "./records/folder.ts";
import { recordVersion, type TrialRecord } from "./records/record.ts";
import { ResultBook } from "./records/result-book.ts";
import { openRescorer, readStoredRun } from "./rescore.ts";
import { type RunnerSetup, runTrials } from "./runner.ts";
import type { Experiment, PolicySpec } from "./schema.ts";
import { runSets, setsOf } from "./sets.ts";
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

/**
 * Runs an experiment, or goes on with it: what the folder's `results.jsonl` holds is not done again. Writes `results.jsonl` (one line a trial, put in
 * trial order at the end), `traces.jsonl` (the candidates' texts), `experiment.json` and `summary.json`.
 *
 * @throws errors of set-up before any call is paid for; the signal's reason when it fires (what was finished is kept).
 */
export async function runExperiment(experiment: Experiment, setup: ExperimentSetup): Promise<ExperimentSummary> {
  const arms = armsOf(experiment, setup.catalogue);
  // A verifier whose file is missing fails here, not after the first samples.
  for (const { verifiers } of arms) verifiersOf(verifiers, setup.catalogue);
  const datasets = await loadDatasets(experiment, setup);
  const opened = await openPolicies(arms, setup);
  const folder = new RunFolder(setup.out);
  try {
    const stored = setup.rescore === true ? readStoredRun(folder.path, setupsBefore(folder)) : null;
    const policyIds = new Map(arms.map((arm) => [arm, opened.get(specKey(arm.policy))?.policy.id ?? ""]));
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
    const logprobs = neededLogprobs(arms, setup.catalogue);
    const parallel = Math.max(1, ...[...opened.values()].map(({ policy }) => policy.capabilities.parallel));
    try {
      const runner: RunnerSetup = {
        catalogue: setup.catalogue,
        policyOf: (trial) => (opened.get(specKey(trial.arm.policy)) as { policy: Policy }).policy,
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
  ...(arm.allocation === null ? {} : { allocation: arm.allocation }),
});

const specKey = (spec: PolicySpec): string => JSON.stringify(spec);

async function openPolicies(arms: readonly Arm[], setup: ExperimentSetup) {
  const opened = new Map<
    string,
    { spec: PolicySpec; policy: Policy; simulated: boolean; prices: string | undefined }
  >();
  for (const { policy: spec } of arms) {
    if (opened.has(specKey(spec))) continue;
    opened.set(specKey(spec), { spec, prices: priceWords(spec), ...(await setup.open(spec)) });
  }
  return opened;
}
