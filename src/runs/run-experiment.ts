import { fingerprint } from "../../experiments/datasets/fingerprint.ts";
import type { Catalogue } from "../core/catalogue.ts";
import type { Clock } from "../core/clock.ts";
import type { Sandbox } from "../core/execution.ts";
import { refuseOwnProblem } from "../core/own-problem.ts";
import type { Policy } from "../core/policy.ts";
import { type PromptPrice, usualPromptPrice } from "../core/usage.ts";
import { priceWords } from "../policy/price-table.ts";
import { checkNeeds } from "../setup/setup.ts";
import { changesBetween } from "./changes.ts";
import { readSummary } from "./counted-records.ts";
import { StepCounter } from "./efficiency.ts";
import { environmentNotes } from "./environment.ts";
import type { ArmSetup, ExperimentSummary, RunIdentity } from "./experiment-summary.ts";
import { graderVersion } from "./grading.ts";
import { checkJudge, gradeByJudge } from "./judging/grade-by-judge.ts";
import { type LoadedDataset, loadDatasets } from "./load-datasets.ts";
import { type ChosenMetric, chosenMetrics } from "./metrics/chosen-metrics.ts";
import { checkParts, partFacts } from "./metrics/parts.ts";
import { Outages } from "./outages.ts";
import {
  type Arm,
  armsOf,
  baselinesOf,
  inDrawingOrder,
  judgeOf,
  neededWithSamples,
  planWarnings,
  policyLabel,
  type Trial,
  trialsOf,
} from "./plan.ts";
import { RunFolder } from "./records/folder.ts";
import { namedFiles } from "./records/named-files.ts";
import { recordVersion, type TrialRecord } from "./records/record.ts";
import { ResultBook } from "./records/result-book.ts";
import { regradeEarlier } from "./regrade.ts";
import { openRescorer, readStoredRun } from "./rescore.ts";
import { withFigures } from "./run-figures.ts";
import { type RunnerSetup, runTrials, type SolveTrial } from "./runner.ts";
import type { Experiment, PolicySpec } from "./schema.ts";
import { withoutSecrets } from "./secrets.ts";
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
  /** Take this many problems of each dataset, the first ones. */
  readonly limit?: number;
  /** Of those, the problems to run; default all. */
  readonly only?: (dataset: string, problem: string) => boolean;
  readonly retryFailed?: boolean;
  /** Failures in a row after which the run stops, because its model is gone. Default 3. */
  readonly outageAfter?: number;
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /**
   * Fired to end well: what is in work is finished, nothing new begins, and the summary says that trials are missing.
   */
  readonly landing?: AbortSignal;
  readonly clock?: Clock;
  readonly onProgress?: (progress: Progress) => void;
  /** Score and pick again from stored candidates instead of asking the policy; see `rescore.ts`. */
  readonly rescore?: boolean;
  /** Gets what is to be known before the first trial: what changed since the folder's last run. */
  readonly onNote?: (note: string) => void;
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
 * Runs an experiment, or goes on with it: what the folder's `results.jsonl` holds is not done again. Writes
 * `results.jsonl` (one line a trial, put in trial order at the end), `traces.jsonl` (the candidates' texts),
 * `experiment.json` and `summary.json`.
 *
 * @throws errors of set-up before any call is paid for; the signal's reason when it fires; OutageError when the model
 * is gone (what was finished is kept).
 */
export async function runExperiment(experiment: Experiment, setup: ExperimentSetup): Promise<ExperimentSummary> {
  const plan = await planRun(experiment, setup);
  const folder = new RunFolder(setup.out);
  try {
    const before = summaryBefore(folder);
    await regradeEarlier(folder, before, plan, setup);
    const stored = setup.rescore === true ? readStoredRun(folder.path, before) : null;
    const open = (retryFailed: boolean) => new ResultBook(folder, plan.trials, plan.arms, retryFailed);
    let book = open(setup.retryFailed === true);
    noteChanges(before, book, summaryOf(plan, book, setup, { complete: false, ordered: false }), setup);
    const write = (summary: ExperimentSummary) => folder.write("summary.json", `${JSON.stringify(summary, null, 2)}\n`);
    folder.write("experiment.json", `${JSON.stringify(withoutSecrets(experiment), null, 2)}\n`);
    write(summaryOf(plan, book, setup, { complete: false, ordered: false }));
    try {
      const undone = await runPending(plan, book, setup, stored === null ? null : openRescorer(folder.path, stored));
      book.finish();
      if (plan.judge !== null) {
        book.close();
        try {
          await gradeByJudge(folder, { ...plan, ...setup, policy: plan.judge });
        } finally {
          book = open(false);
        }
        book.finish();
      }
      const complete = book.done === plan.trials.length;
      const summary = withFigures({ ...summaryOf(plan, book, setup, { complete, ordered: true }), undone }, plan);
      write(summary);
      return summary;
    } catch (error) {
      keepWhatIsThere(book, (ordered) => write(summaryOf(plan, book, setup, { complete: false, ordered })));
      throw error;
    } finally {
      book.close();
    }
  } finally {
    folder.close();
  }
}

/** What a run consists of, checked before any call is paid for. */
interface RunPlan {
  readonly experiment: Experiment;
  readonly arms: readonly Arm[];
  readonly baselines: ReadonlyMap<Arm, Arm>;
  readonly metrics: readonly ChosenMetric[];
  readonly datasets: readonly LoadedDataset[];
  readonly opened: ReadonlyMap<string, OpenedPolicy>;
  readonly policyOf: (spec: PolicySpec) => Policy;
  readonly trials: readonly Trial[];
  /** The model that grades, where one does. */
  readonly judge: Policy | null;
  /** What this machine lacks to judge some of the problems. */
  readonly lacking: readonly string[];
}

async function planRun(experiment: Experiment, setup: ExperimentSetup): Promise<RunPlan> {
  const arms = armsOf(experiment, setup.catalogue);
  const baselines = baselinesOf(experiment, arms);
  const metrics = chosenMetrics(experiment, setup.catalogue);
  // A verifier whose file is missing fails here, not after the first samples.
  for (const { assembly } of arms) assembly.verifiers();
  const datasets = await loadDatasets(experiment, setup);
  checkParts(
    metrics,
    datasets.flatMap(({ name, problems }) => problems.map((problem) => partFacts(name, problem))),
  );
  const questions = datasets.flatMap(({ problems }) => problems.map(({ question }) => question));
  for (const { label, options } of arms) refuseOwnProblem(label, options, questions);
  const opened = await openPolicies(arms, setup, experiment.prompts);
  const policyOf = (spec: PolicySpec) => (opened.get(specKey(spec)) as OpenedPolicy).policy;
  for (const { assembly, policy } of arms)
    checkNeeds({ ...assembly.needs(), ...(experiment.keep.includes("states") && { states: true }) }, policyOf(policy));
  const grader = judgeOf(experiment);
  const judge = grader === null ? null : (await setup.open(grader.policy)).policy;
  if (judge !== null) checkJudge(experiment, arms, judge, setup.catalogue);
  const policyIds = new Map(arms.map((arm) => [arm, modelIds(arm, policyOf)]));
  const trials = [...trialsOf(experiment, arms, datasets, policyIds)];
  const lacking = await environmentNotes(datasets, setup.sandbox);
  for (const note of lacking) setup.onNote?.(note);
  return { experiment, arms, baselines, metrics, datasets, opened, policyOf, trials, judge, lacking };
}

/** Runs the trials that the book does not have yet; resolves to what was left undone. */
async function runPending(
  { experiment, arms, opened, policyOf, trials }: RunPlan,
  book: ResultBook,
  setup: ExperimentSetup,
  rescorer: SolveTrial | null,
): Promise<ExperimentSummary["undone"]> {
  const pending = trials.filter((trial) => !book.has(trial));
  const report = (last: TrialRecord | null) =>
    setup.onProgress?.({ done: book.done, total: trials.length, resumed: trials.length - pending.length, last });
  report(null);
  const outages = new Outages(setup.outageAfter, () => `${book.done} of ${trials.length} trials are done`);
  const parallel = Math.max(1, ...[...opened.values()].map(({ policy }) => policy.capabilities.parallel));
  const runner: RunnerSetup = {
    policyOf: ({ arm }) => policyOf(arm.policy),
    modelsOf: ({ arm }) => mapped(arm.roles, policyOf),
    sandbox: setup.sandbox,
    counter: experiment.efficiency && setup.sandbox !== null ? new StepCounter(setup.sandbox) : null,
    maxTokens: experiment.maxTokens,
    promptsOf: ({ arm }) => (opened.get(specKey(arm.policy)) as OpenedPolicy).prompts,
    traces: experiment.traces,
    concurrency: setup.concurrency ?? experiment.concurrency ?? parallel,
    ...neededWithSamples(arms, experiment),
    keep: experiment.keep,
    signal: setup.signal,
    solveTrial: rescorer ?? undefined,
    landing: setup.landing,
    outages,
    clock: setup.clock,
    onDone: (trial, record, trace) => {
      book.add(trial, record, experiment.traces ? trace : null);
      report(record);
    },
  };
  // Stored candidates are scored again one problem at a time, however their budget was shared out.
  const alone = (trial: Trial) => trial.arm.allocation === null || rescorer !== null;
  await runTrials(inDrawingOrder(pending.filter(alone)), runner);
  if (rescorer === null) await runSets(setsOf(trials), new Set(pending), runner);
  return outages.undone ?? undefined;
}

function summaryOf(
  { experiment, arms, baselines, datasets, opened, lacking }: RunPlan,
  book: ResultBook,
  { command, out }: ExperimentSetup,
  { complete, ordered }: { readonly complete: boolean; readonly ordered: boolean },
): ExperimentSummary {
  const warnings = [...planWarnings(experiment, arms), ...lacking];
  return {
    version: recordVersion,
    name: experiment.name,
    description: experiment.description,
    complete,
    policies: [...opened.values()].map(({ spec, policy, simulated, prices, prompts }) => ({
      label: policyLabel(spec),
      id: policy.id,
      simulated,
      prices,
      prompts,
    })),
    datasets: datasets.map(({ name, problems }) => ({
      name,
      problems: problems.length,
      fingerprint: fingerprint(problems),
    })),
    seeds: experiment.seeds,
    maxTokens: experiment.maxTokens,
    compareOverBudget: experiment.compareOverBudget ? true : undefined,
    arms: book.summaries(),
    setups: arms.map((arm) => setupOf(arm, baselines.get(arm) ?? null, experiment)),
    trials: ordered ? book.done : null,
    command,
    warnings: warnings.length > 0 ? warnings : undefined,
    identity: identityOf(arms),
    versions: versions(),
    folder: out,
  };
}

/**
 * After a failure (a full disk, perhaps) the records are safe already; what else can be brought in order is, and
 * nothing hides the failure.
 */
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

/** What the folder's last run said of itself; nothing where there was none, or where that cannot be read. */
function summaryBefore(folder: RunFolder): Partial<ExperimentSummary> {
  try {
    return readSummary(folder.path);
  } catch {
    return {};
  }
}

/** Says what keeps trials of the folder from counting. */
function noteChanges(
  before: Partial<ExperimentSummary>,
  book: ResultBook,
  now: ExperimentSummary,
  { onNote }: ExperimentSetup,
): void {
  const changes = book.left === 0 ? [] : changesBetween(before, now);
  if (changes.length === 0) return;
  onNote?.(`${changes.join(" ")} ${book.left} earlier trials are kept in the folder and do not count.`);
}

function identityOf(arms: readonly Arm[]): RunIdentity {
  return {
    grader: graderVersion,
    code: Object.fromEntries(arms.flatMap(({ code }) => code.map(({ path, hash }) => [path, hash]))),
    files: Object.fromEntries(namedFiles(arms.map(({ verifiers, options }) => [verifiers, options]))),
  };
}

const setupOf = (arm: Arm, baseline: Arm | null, { families }: Experiment): ArmSetup => ({
  arm: arm.label,
  baseline: baseline?.label ?? null,
  family: { model: policyLabel(arm.policy), experiment: "the experiment", none: arm.label }[families],
  strategy: arm.strategy.name,
  policy: policyLabel(arm.policy),
  options: arm.options,
  verifiers: arm.verifiers,
  budget: arm.budget,
  select: arm.select,
  stop: arm.stop,
  roles: Object.keys(arm.roles).length > 0 ? mapped(arm.roles, policyLabel) : undefined,
  allocation: arm.allocation ?? undefined,
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

interface OpenedPolicy {
  readonly spec: PolicySpec;
  readonly policy: Policy;
  readonly simulated: boolean;
  readonly prices: string | undefined;
  readonly prompts: PromptPrice;
}

async function openPolicies(
  arms: readonly Arm[],
  setup: ExperimentSetup,
  prompts?: PromptPrice,
): Promise<Map<string, OpenedPolicy>> {
  const opened = new Map<string, OpenedPolicy>();
  for (const spec of arms.flatMap(({ policy, roles }) => [policy, ...Object.values(roles)])) {
    if (opened.has(specKey(spec))) continue;
    const model = await setup.open(spec);
    const paid = prompts ?? usualPromptPrice(model.policy.capabilities);
    opened.set(specKey(spec), { spec, prices: priceWords(spec), prompts: paid, ...model });
  }
  return opened;
}
