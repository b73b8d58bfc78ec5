import { setImmediate as pause } from "node:timers/promises";
import type { BudgetScope } from "../core/budget.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { EnvironmentError, ModelCallError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import type { Solution } from "../core/solution.ts";
import { emptyLedger, type Ledger, type PromptPrice, totalCalls, totalDollars, totalTokens } from "../core/usage.ts";
import { type SolveSetup, solve } from "../engine/solve.ts";
import { failureKindOf } from "../policy/failed-attempt.ts";
import { solveSetup } from "../setup/setup.ts";
import type { CostCounter } from "./efficiency.ts";
import { type Grader, graderMark } from "./graders/open-grader.ts";
import { type Graded, gradeSolution, shownReference } from "./grading.ts";
import { Outages } from "./outages.ts";
import type { Trial } from "./plan.ts";
import { recordVersion, type TraceRecord, type TrialRecord } from "./records/record.ts";
import type { Experiment } from "./schema.ts";
import { TraceRecorder } from "./trace-recorder.ts";
import { type WrittenTrial, writtenOf } from "./written.ts";

/** What trials are solved with. */
export interface SolvingSetup {
  readonly policyOf: (trial: Pick<Trial, "arm">) => Policy;
  /** The trial's further models by the part they play. */
  readonly modelsOf?: (trial: Pick<Trial, "arm">) => Readonly<Record<string, Policy>>;
  readonly sandbox: Sandbox | null;
  readonly maxTokens: number;
  /** How prompts are paid for, by the trial's model. */
  readonly promptsOf?: (trial: Pick<Trial, "arm">) => PromptPrice;
  readonly within?: BudgetScope;
  /** What verifiers read with every sample. */
  readonly logprobs?: number;
  readonly states?: boolean;
  /** What else the traces keep of every candidate. */
  readonly keep?: Experiment["keep"];
  readonly clock?: Clock;
}

export interface RunnerSetup extends SolvingSetup {
  /** Counts the steps of right programs; null where that was not asked for. */
  readonly counter: CostCounter | null;
  /** What grades in place of the reference and the built-in rules. */
  readonly grader?: Grader | null;
  readonly concurrency: number;
  /** Trials of other problems wait until this one is done; it comes before all of them. */
  readonly first?: Trial;
  /**
   * Fired to stop: no new trial begins, and trials in work end at once without a record (they are done again on
   * resume).
   */
  readonly signal?: AbortSignal;
  /** Fired to land: trials in work are finished and recorded, no new one begins, and the run ends without an error. */
  readonly landing?: AbortSignal;
  /** Tells failed trials from an outage; one for all trials of a run. */
  readonly outages?: Outages;
  /** Default true: prompts and verifiers' numbers are gathered for the trace. */
  readonly traces?: boolean;
  /** Solves a trial in place of the strategy (rescoring); the setup is what the strategy would have been given. */
  readonly solveTrial?: SolveTrial;
  readonly onDone: (trial: Trial, record: TrialRecord, trace: TraceRecord | null) => void;
}

/** Solves one trial; what it takes from an earlier trace goes to `events`. */
export type SolveTrial = (trial: Trial, setup: SolveSetup, events: TraceRecorder) => Promise<Solution>;

const solveByStrategy: SolveTrial = (trial, setup) => solve(trial.problem.question, setup);

/**
 * Runs trials, several at a time, in their order. A trial whose model fails for good is recorded as an error and the
 * run goes on; a broken set-up (a missing key, an unknown model) ends it, and so does a model that is gone, whose
 * trials are left undone.
 *
 * @throws EnvironmentError or ModelCallError for what would fail every trial, OutageError among them; the signal's
 * reason when that fires.
 */
export async function runTrials(trials: Iterable<Trial>, setup: RunnerSetup): Promise<void> {
  const iterator = trials[Symbol.iterator]();
  const stop = new AbortController();
  const signal = setup.signal === undefined ? stop.signal : AbortSignal.any([setup.signal, stop.signal]);
  const outages = setup.outages ?? new Outages();
  const { first } = setup;
  const firstDone = Promise.withResolvers<void>();
  const worker = async () => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      // Trials served from the store wait for nothing: without this pause no key and no signal would be heard.
      await pause();
      signal.throwIfAborted();
      if (setup.landing?.aborted) return;
      const trial = next.value;
      if (first !== undefined && trial.problem !== first.problem) {
        await firstDone.promise;
        signal.throwIfAborted();
      }
      const end = await runTrial(trial, setup, signal).finally(() => trial === first && firstDone.resolve());
      if ("error" in end) recordFailures(outages.failed([end]), setup);
      else {
        setup.onDone(trial, end.record, end.trace);
        if (asked(end.record)) recordFailures(outages.answered(), setup);
      }
    }
  };
  const workers = Array.from({ length: setup.concurrency }, () =>
    worker().catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  const results = await Promise.allSettled(workers);
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (setup.signal?.aborted) throw setup.signal.reason;
  if (failures.length > 0) throw stop.signal.reason ?? failures[0];
  recordFailures(outages.rest(), setup);
}

/** Did the trial's model really answer, or did all its samples come from the store? */
export const asked = ({ moment }: TrialRecord): boolean => totalCalls(moment.spent) > 0;

export function recordFailures(
  failures: readonly { readonly trial: Trial; readonly error: ModelCallError }[],
  { onDone }: Pick<RunnerSetup, "onDone">,
): void {
  for (const { trial, error } of failures) onDone(trial, failed(trial, error), null);
}

type TrialEnd =
  | { readonly record: TrialRecord; readonly trace: TraceRecord | null }
  | { readonly trial: Trial; readonly error: ModelCallError };

async function runTrial(trial: Trial, setup: RunnerSetup, signal: AbortSignal): Promise<TrialEnd> {
  const trace = new TraceRecorder();
  try {
    const solveTrial = setup.solveTrial ?? solveByStrategy;
    const solution = await solveTrial(trial, { ...setupOf(trial, setup, signal), onEvent: trace.take }, trace);
    return await recorded(trial, solution, trace, setup);
  } catch (error) {
    if (signal.aborted || !isTrialFailure(error)) throw error;
    return { trial, error };
  }
}

/** What a trial is solved with. */
export function setupOf(trial: Pick<Trial, "arm" | "seed">, setup: SolvingSetup, signal: AbortSignal): SolveSetup {
  const { arm, seed } = trial;
  return solveSetup(arm.assembly, {
    policy: setup.policyOf(trial),
    models: setup.modelsOf?.(trial),
    sandbox: setup.sandbox ?? undefined,
    within: setup.within,
    seed,
    maxTokens: setup.maxTokens,
    prompts: setup.promptsOf?.(trial),
    logprobs: setup.logprobs,
    states: setup.states,
    signal,
    clock: setup.clock ?? systemClock,
  });
}

/**
 * A call that failed for good after its retries concerns this trial, and so does one that was refused for what it says;
 * a refusal for who asks (bad key, no credit) or for which model concerns all.
 */
export function isTrialFailure(error: unknown): error is ModelCallError {
  if (error instanceof EnvironmentError || !(error instanceof ModelCallError)) return false;
  const kind = failureKindOf(error);
  if (kind === "quota" || kind === "key") return false;
  const own = kind === "connection" || kind === "content" || kind === "context";
  return own || error.retryable || error.status === 400 || error.status === 413 || error.status === 422;
}

function recordHead({ arm, key, dataset, problem, seed }: Trial) {
  const { group, tags, difficulty, reference } = problem;
  return {
    version: recordVersion,
    key,
    arm: arm.label,
    strategy: arm.strategy.name,
    dataset,
    problem: problem.question.id,
    group,
    tags,
    difficulty,
    seed,
    reference: shownReference(reference),
  };
}

/** A solution as its two records: graded for the results, in full for the trace. */
export const recorded = (trial: Trial, solution: Solution, events: TraceRecorder, setup: RunnerSetup) =>
  gradedRecords(trial, writtenOf(trial.problem.question.text, solution, events, setup.keep), setup);

/** The records of a trial that was solved here or elsewhere; its verdicts are `known` or made here. */
export async function gradedRecords(
  trial: Trial,
  { results, candidates, trace }: WrittenTrial,
  { sandbox, counter, grader = null }: Pick<RunnerSetup, "sandbox" | "counter" | "grader">,
  known?: Graded,
): Promise<{ readonly record: TrialRecord; readonly trace: TraceRecord }> {
  const { answer, picked, reason, support, stopped, picks, usage, rounds, moment } = results;
  const graded = known ?? (await gradeSolution({ picked, candidates }, trial.problem, sandbox, counter, grader));
  const record: TrialRecord = {
    ...recordHead(trial),
    answer,
    verdict: graded.verdict,
    grader: grader === null ? undefined : graderMark(grader),
    rule: graded.rule,
    reason,
    support,
    stopped,
    candidates: graded.candidates,
    picks,
    usage,
    passed: passedLimits(trial.arm, usage),
    rounds,
    moment,
  };
  const { candidates: texts, ...rest } = trace;
  return {
    record,
    trace: {
      key: trial.key,
      arm: trial.arm.label,
      problem: trial.problem.question.id,
      seed: trial.seed,
      question: trial.problem.question.text,
      candidates: texts.map(({ text, answer: read, score, ...more }, i) => ({
        text,
        answer: read,
        score,
        correct: graded.candidates[i]?.correct ?? false,
        ...more,
      })),
      ...rest,
    },
  };
}

/** A server may write a little more than it was asked for: so much is no fault of the strategy. */
const tolerance = 0.01;

/** Undefined where a budget is kept, or is one for all problems together. */
function passedLimits({ allocation, assembly: { budget } }: Trial["arm"], usage: Ledger): TrialRecord["passed"] {
  if (allocation !== null) return undefined;
  const spent = { tokens: totalTokens(usage), calls: totalCalls(usage), dollars: totalDollars(usage) };
  const passed = (["tokens", "calls", "dollars"] as const).flatMap((limit) => {
    const allowed = budget[limit];
    return allowed !== undefined && spent[limit] > allowed * (1 + tolerance)
      ? [{ limit, allowed, spent: spent[limit] }]
      : [];
  });
  return passed.length === 0 ? undefined : passed;
}

export function failed(trial: Trial, error: ModelCallError): TrialRecord {
  const failure = failureKindOf(error);
  return {
    ...recordHead(trial),
    answer: null,
    verdict: "error",
    failure,
    rule: error.message,
    reason: failure === "content" ? "the model's provider refused what was asked" : "the model could not be had",
    support: null,
    stopped: "error",
    candidates: [],
    picks: [],
    usage: emptyLedger,
    moment: { milliseconds: 0, spent: emptyLedger },
  };
}
