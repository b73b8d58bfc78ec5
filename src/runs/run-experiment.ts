import { fingerprint } from "../../experiments/datasets/fingerprint.ts";
import { systemClock } from "../core/clock.ts";
import { type Ledger, totalDollars, totalTokens } from "../core/usage.ts";
import { type Canaries, checkCanaries } from "./canaries.ts";
import { changesBetween } from "./changes.ts";
import { readSummary } from "./counted-records.ts";
import { counterOf } from "./efficiency.ts";
import type { EnoughRule } from "./enough.ts";
import type { ArmSetup, ExperimentSummary, RunIdentity } from "./experiment-summary.ts";
import { graderVersion } from "./grading.ts";
import { gradeByJudge } from "./judging/grade-by-judge.ts";
import { kindsOf } from "./metrics/kinds.ts";
import { policyLabel } from "./named-models.ts";
import { mapped, solvingOf } from "./opened-arms.ts";
import { Outages } from "./outages.ts";
import { partWords } from "./part.ts";
import { type Arm, inDrawingOrder, planWarnings, type Trial } from "./plan.ts";
import { RunFolder } from "./records/folder.ts";
import { namedFiles } from "./records/named-files.ts";
import { packOrdinals } from "./records/ordinals.ts";
import { recordVersion, type TraceRecord, type TrialRecord } from "./records/record.ts";
import { ResultBook } from "./records/result-book.ts";
import { gradedByEarlierRules, isGradedBy, regradeEarlier } from "./regrade.ts";
import { openRescorer, readStoredRun } from "./rescore.ts";
import { withFigures } from "./run-figures.ts";
import { type ExperimentSetup, planRun, type RunPlan, type TrialRunner } from "./run-plan.ts";
import { type RunnerSetup, runTrials, type SolveTrial } from "./runner.ts";
import type { Experiment } from "./schema.ts";
import { withoutSecrets } from "./secrets.ts";
import { runSets, setsOf } from "./sets.ts";
import { StatusTally } from "./status/status-tally.ts";
import { StatusWriter } from "./status/status-writer.ts";
import { versions } from "./versions.ts";

export type { ExperimentSetup, Progress } from "./run-plan.ts";

/**
 * Runs an experiment, or goes on with it: what the folder's `results.jsonl` holds is not done again. Writes
 * `results.jsonl` (one line a trial, put in trial order at the end), `traces.jsonl` (the candidates' texts),
 * `experiment.json` and `summary.json`.
 *
 * @throws errors of set-up before any call is paid for; the signal's reason when it fires; OutageError when the model
 * is gone (what was finished is kept).
 */
export async function runExperiment(experiment: Experiment, setup: ExperimentSetup): Promise<ExperimentSummary> {
  const planned = await planRun(experiment, setup);
  const folder = new RunFolder(setup.out);
  try {
    const before = summaryBefore(folder);
    const open = (retryFailed = false) =>
      new ResultBook(folder, planned.trials, planned.arms, { retryFailed, isGraded: isGradedBy(planned) });
    let book = open(setup.retryFailed === true);
    if (book.gradedOtherwise > 0 || gradedByEarlierRules(folder, before)) {
      book.close();
      await regradeEarlier(folder, before, planned, setup);
      book = open(setup.retryFailed === true);
    }
    const stored = setup.rescore === true ? readStoredRun(folder.path, before) : null;
    const plan = { ...planned, canaries: await canariesOf(planned, book, before, setup) };
    noteChanges(before, book, summaryOf(plan, book, setup, { complete: false, ordered: false }), setup);
    const write = (summary: ExperimentSummary) => folder.write("summary.json", `${JSON.stringify(summary, null, 2)}\n`);
    folder.write("experiment.json", `${JSON.stringify(withoutSecrets(planned.experiment), null, 2)}\n`);
    write(summaryOf(plan, book, setup, { complete: false, ordered: false }));
    try {
      const rescorer = stored === null ? null : openRescorer(folder.path, stored);
      const undone = await runPending(plan, book, { ...setup, rescorer, statuses: new StatusWriter(folder) });
      book.finish();
      if (plan.judge !== null) {
        book.close();
        try {
          await gradeByJudge(folder, { ...plan, ...setup, policy: plan.judge });
        } finally {
          book = open();
        }
        book.finish();
      }
      const complete = book.done === plan.trials.length || (plan.enough?.finished === true && undone === undefined);
      const enough = plan.enough?.summary();
      const summary = { ...summaryOf(plan, book, setup, { complete, ordered: true }), undone, enough };
      const measured = withFigures(summary, plan);
      write(measured);
      return measured;
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

/** No trial is lost by the question, and none is asked for where another model would answer it. */
async function canariesOf(
  { opened, asked }: RunPlan,
  book: ResultBook,
  before: Partial<ExperimentSummary>,
  { anotherModel, signal, rescore }: ExperimentSetup,
): Promise<Canaries> {
  const pending = rescore !== true && asked.some((trial) => !book.has(trial));
  try {
    return await checkCanaries(opened.values(), before, { anotherModel, signal, asked: pending });
  } catch (error) {
    book.close();
    throw error;
  }
}

type CheckedPlan = RunPlan & { readonly canaries: Canaries };

/** What the book's trials have really spent. */
function spentOf(book: ResultBook): { tokens: number; dollars: number } {
  const spent = book.summaries().map((arm) => arm.spent);
  const sum = (of: (ledger: Ledger) => number) => spent.reduce((total, ledger) => total + of(ledger), 0);
  return { tokens: sum(totalTokens), dollars: sum(totalDollars) };
}

/** This process. */
const here: TrialRunner = { trials: runTrials, sets: runSets, close: async () => {} };

/** Runs the trials that the book does not have yet; resolves to what was left undone. */
async function runPending(
  plan: RunPlan,
  book: ResultBook,
  setup: ExperimentSetup & { readonly rescorer: SolveTrial | null; readonly statuses: StatusWriter },
): Promise<ExperimentSummary["undone"]> {
  const { rescorer, statuses, clock = systemClock } = setup;
  const { experiment, opened, trials, asked, enough, grader } = plan;
  const pending = asked.filter((trial) => !book.has(trial));
  const resumed = asked.length - pending.length;
  let done = resumed;
  const { has, tallies } = book;
  const tally = new StatusTally({ name: experiment.name, asked, has, tallies, enough }, clock.now());
  const status = () => tally.status(clock.now());
  const report = (last: TrialRecord | null, lastTrace: TraceRecord | null) => {
    if (pending.length > 0) statuses.write(() => clock.now(), status);
    setup.onProgress?.({ done, total: asked.length, resumed, last, lastTrace, status });
  };
  report(null, null);
  const outages = new Outages(setup.outageAfter, () => `${done} of ${asked.length} trials are done`);
  const parallel = Math.max(1, ...[...opened.values()].map(({ policy }) => policy.capabilities.parallel));
  const runner: RunnerSetup = {
    ...solvingOf(plan, setup),
    counter: counterOf(experiment, setup.sandbox),
    grader,
    traces: experiment.traces,
    concurrency: setup.concurrency ?? experiment.concurrency ?? parallel,
    signal: setup.signal,
    solveTrial: rescorer ?? undefined,
    landing: setup.landing,
    outages,
    onDone: (trial, record, trace) => {
      book.add(trial, record, experiment.traces ? trace : null);
      done++;
      tally.add(trial, record, clock.now());
      report(record, trace);
    },
  };
  // Stored candidates are scored again one problem at a time, however their budget was shared out.
  const alone = (trial: Trial) => trial.arm.allocation === null || rescorer !== null;
  Object.assign(plan.spentBefore, spentOf(book));
  const solver = (await setup.elsewhere?.(plan)) ?? here;
  try {
    if (enough === null) {
      const left = pending.filter(alone);
      const first = setup.firstAwaited === true ? left.find(({ problem }) => problem === asked[0]?.problem) : undefined;
      await solver.trials(withFirst(inDrawingOrder(left), first), { ...runner, first });
    } else await runUntilEnough(enough, asked, book, runner, solver);
    if (rescorer === null) await solver.sets(setsOf(trials), new Set(pending), runner);
  } finally {
    statuses.remove();
    await solver.close(enough?.finished === true || asked.every((trial) => book.has(trial)));
  }
  return outages.undone ?? undefined;
}

function* withFirst(trials: Iterable<Trial>, first: Trial | undefined): Generator<Trial> {
  if (first !== undefined) yield first;
  for (const trial of trials) if (trial !== first) yield trial;
}

/** Block by block of problems, until every comparison is told or nothing is left. */
async function runUntilEnough(
  rule: EnoughRule,
  trials: readonly Trial[],
  book: ResultBook,
  runner: RunnerSetup,
  solver: TrialRunner,
): Promise<void> {
  for (const block of rule.blocks(trials)) {
    if (rule.decided) return;
    const wanted = block.filter(({ arm }) => rule.wants(arm));
    await solver.trials(inDrawingOrder(wanted.filter((trial) => !book.has(trial))), runner);
    if (runner.landing?.aborted === true) return;
    for (const trial of wanted) if (book.has(trial)) rule.add(trial, book.recordOf(trial));
    rule.look(wanted);
  }
}

function summaryOf(
  { experiment, arms, baselines, datasets, metrics, opened, trials, lacking, canaries, grader }: CheckedPlan,
  book: ResultBook,
  { command, out, part }: ExperimentSetup,
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
      ...canaries.get(policyLabel(spec)),
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
    identity: identityOf(arms, grader),
    versions: versions(),
    folder: out,
    kinds: metrics.length > 0 ? kindsOf(datasets) : undefined,
    part: part !== undefined && !complete ? partWords(part) : undefined,
    held: ordered && book.done < trials.length ? packOrdinals(book.ordinals()) : undefined,
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

function identityOf(arms: readonly Arm[], grader: RunPlan["grader"]): RunIdentity {
  return {
    grader: graderVersion,
    gradedBy: grader?.identity,
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
