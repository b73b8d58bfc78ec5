import type { Catalogue } from "../core/catalogue.ts";
import type { Clock } from "../core/clock.ts";
import type { Sandbox } from "../core/execution.ts";
import { refuseOwnProblem } from "../core/own-problem.ts";
import type { Policy } from "../core/policy.ts";
import { memoryBooks } from "../policy/rates/memory-book.ts";
import { type EnoughRule, enoughRuleOf } from "./enough.ts";
import { environmentNotes } from "./environment.ts";
import { type Grader, openGrader, withGrader } from "./graders/open-grader.ts";
import { checkJudge } from "./judging/grade-by-judge.ts";
import { type LoadedDataset, loadDatasets } from "./load-datasets.ts";
import { type ChosenMetric, chosenMetrics } from "./metrics/chosen-metrics.ts";
import { checkParts, partFacts } from "./metrics/parts.ts";
import { judgeOf } from "./named-models.ts";
import { modelIds, type OpenedArms, type OpenedPolicy, type OpenModel, openArms, specKey } from "./opened-arms.ts";
import { type PartSpec, trialsOfPart } from "./part.ts";
import { type Arm, armsOf, baselinesOf, type Trial, trialsOf } from "./plan.ts";
import type { TraceRecord, TrialRecord } from "./records/record.ts";
import type { runTrials } from "./runner.ts";
import type { Experiment } from "./schema.ts";
import type { runSets } from "./sets.ts";
import type { RunStatus } from "./status/run-status.ts";

export interface ExperimentSetup {
  readonly catalogue: Catalogue;
  readonly open: OpenModel;
  /** Go on with a run whose model is another now. */
  readonly anotherModel?: boolean;
  readonly sandbox: Sandbox | null;
  /** Folder of this run. */
  readonly out: string;
  /** Instead of the dataset's own file. */
  readonly data?: string;
  /** Take this many problems of each dataset, the first ones. */
  readonly limit?: number;
  /** Of those, the problems to run; default all. */
  readonly problems?: (dataset: string, problem: string) => boolean;
  /** Run these trials only; the summary is of the whole plan all the same. */
  readonly part?: PartSpec;
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
  /**
   * No other problem is begun before the first arm is through with the first one: a model that many ask at once answers
   * each slowly, and somebody waits for the first answer. Default false. Results do not depend on it.
   */
  readonly firstAwaited?: boolean;
  /** Score and pick again from stored candidates instead of asking the policy; see `rescore.ts`. */
  readonly rescore?: boolean;
  /** Opens what solves the trials in place of this process. */
  readonly elsewhere?: (plan: RunPlan) => Promise<TrialRunner>;
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
  /** Of the last trial; null where it failed, or the experiment keeps no traces. */
  readonly lastTrace: TraceRecord | null;
  /** How the run stands now, arm by arm; worked out when it is called. */
  readonly status: () => RunStatus;
}

/** What solves trials and hands out their records: this process, or workers elsewhere. */
export interface TrialRunner {
  readonly trials: typeof runTrials;
  readonly sets: typeof runSets;
  /** `finished`: nothing of the run is left to do. */
  close(finished: boolean): Promise<void>;
}

/** What a run consists of, checked before any call is paid for. */
export interface RunPlan extends OpenedArms {
  readonly baselines: ReadonlyMap<Arm, Arm>;
  readonly metrics: readonly ChosenMetric[];
  readonly datasets: readonly LoadedDataset[];
  readonly trials: readonly Trial[];
  /** Of these, those that are to be run now. */
  readonly asked: readonly Trial[];
  /** Ends comparisons early; null where the experiment runs all its trials. */
  readonly enough: EnoughRule | null;
  /** What grades in place of the reference; null where that decides, or a judge. */
  readonly grader: Grader | null;
  /** What earlier processes of this run have really spent: `limits` of the run count it. */
  readonly spentBefore: { tokens: number; dollars: number };
  /** The model that grades, where one does. */
  readonly judge: Policy | null;
  /** What this machine lacks to judge some of the problems. */
  readonly lacking: readonly string[];
}

export async function planRun(given: Experiment, setup: ExperimentSetup): Promise<RunPlan> {
  const experiment = withGrader(given, setup.catalogue);
  const grader = openGrader(experiment, setup.catalogue);
  const arms = armsOf(experiment, setup.catalogue);
  const baselines = baselinesOf(experiment, arms);
  const metrics = chosenMetrics(experiment, setup.catalogue);
  // A metric's or a verifier's file that is missing fails here, not after the first samples.
  for (const { definition, options } of metrics) definition.check?.(options);
  for (const { assembly } of arms) assembly.verifiers();
  const datasets = await loadDatasets(experiment, setup);
  checkParts(
    metrics,
    datasets.flatMap(({ name, problems }) => problems.map((problem) => partFacts(name, problem))),
  );
  const questions = datasets.flatMap(({ problems }) => problems.map(({ question }) => question));
  for (const { label, options } of arms) refuseOwnProblem(label, options, questions);
  const spentBefore = { tokens: 0, dollars: 0 };
  const rates = experiment.limits && memoryBooks(experiment.limits, () => spentBefore, setup.clock);
  const { opened, policyOf } = await openArms(experiment, arms, { open: setup.open, rates });
  const judge = await judgeModel(experiment, opened, (spec) => setup.open(spec, rates));
  if (judge !== null) checkJudge(experiment, arms, judge, setup.catalogue);
  const policyIds = new Map(arms.map((arm) => [arm, modelIds(arm, policyOf)]));
  const trials = [...trialsOf(experiment, arms, datasets, policyIds)];
  const enough = enoughRuleOf(experiment, arms, baselines, setup.part);
  const asked = trialsOfPart(trials, arms, setup.part);
  const lacking = await environmentNotes(datasets, setup.sandbox);
  for (const note of lacking) setup.onNote?.(note);
  const grading = { datasets, grader, judge, spentBefore };
  return { experiment, arms, baselines, metrics, opened, policyOf, trials, asked, enough, lacking, ...grading };
}

/** The model that grades; opened once where an arm uses it too. */
async function judgeModel(
  experiment: Experiment,
  opened: ReadonlyMap<string, OpenedPolicy>,
  open: ExperimentSetup["open"],
): Promise<Policy | null> {
  const judge = judgeOf(experiment);
  if (judge === null) return null;
  return (opened.get(specKey(judge.policy)) ?? (await open(judge.policy))).policy;
}
