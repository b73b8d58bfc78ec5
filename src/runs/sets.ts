import type { Budget } from "../core/budget.ts";
import type { ModelCallError } from "../core/errors.ts";
import type { Question } from "../core/question.ts";
import type { Solution } from "../core/solution.ts";
import type { SolveSetup } from "../engine/solve.ts";
import { solveSet } from "../engine/solve-set.ts";
import { failureKindOf } from "../policy/failed-attempt.ts";
import { Outages } from "./outages.ts";
import type { Arm, Trial } from "./plan.ts";
import {
  asked,
  isTrialFailure,
  type RunnerSetup,
  recorded,
  recordFailures,
  type SolvingSetup,
  setupOf,
} from "./runner.ts";
import { TraceRecorder } from "./trace-recorder.ts";

/**
 * The trials that share one budget: those of an arm with an allocation, on one dataset, with one seed; in their order.
 */
export function setsOf(trials: readonly Trial[]): Trial[][] {
  const sets = new Map<Arm, Map<string, Trial[]>>();
  for (const trial of trials) {
    const { arm, dataset, seed } = trial;
    if (arm.allocation === null) continue;
    const ofArm = sets.get(arm) ?? new Map<string, Trial[]>();
    sets.set(arm, ofArm);
    const key = JSON.stringify([dataset, seed]);
    ofArm.set(key, [...(ofArm.get(key) ?? []), trial]);
  }
  return [...sets.values()].flatMap((ofArm) => [...ofArm.values()]);
}

/**
 * Runs sets of trials, one set after the other. A set's budget is that of a problem times the number of problems.
 * Records are given out when the whole set is done, as what one problem got depends on the others; a run that is
 * stopped within a set does it again, which the sample store makes cheap. Only trials that are `pending` are recorded.
 *
 * @throws as `runTrials`.
 */
export async function runSets(
  sets: readonly (readonly Trial[])[],
  pending: ReadonlySet<Trial>,
  setup: RunnerSetup,
): Promise<void> {
  const outages = setup.outages ?? new Outages();
  for (const set of sets) {
    const wanted = set.filter((trial) => pending.has(trial));
    if (wanted.length === 0) continue;
    setup.signal?.throwIfAborted();
    if (setup.landing?.aborted) return;
    try {
      await runSet(set, pending, setup, outages);
    } catch (error) {
      if (setup.landing?.aborted && !setup.signal?.aborted) return;
      if (!isTrialFailure(error)) throw error;
      outages.lost(wanted.length, error);
    }
  }
  recordFailures(outages.rest(), setup);
}

/** Runs a set and records its pending trials. */
async function runSet(
  set: readonly Trial[],
  pending: ReadonlySet<Trial>,
  setup: RunnerSetup,
  outages: Outages,
): Promise<void> {
  const stops = [setup.signal, setup.landing].filter((signal) => signal !== undefined);
  const solved = await solveTrialSet(
    set.map((trial) => ({ ...trial, question: trial.problem.question })),
    setup,
    AbortSignal.any(stops),
  );
  for (const [i, trial] of set.entries()) {
    if (!pending.has(trial)) continue;
    const { solution, error, events } = solved[i] as SolvedOfSet;
    if (error !== undefined) recordFailures(outages.failed([{ trial, error }]), setup);
    else if (solution !== null) {
      const { record, trace } = await recorded(trial, solution, events, setup);
      setup.onDone(trial, record, trace);
      if (asked(record)) recordFailures(outages.answered(), setup);
    }
  }
}

/** What became of one trial of a set: its solution, its failure, or neither where nothing was spent on it. */
export interface SolvedOfSet {
  readonly solution: Solution | null;
  readonly error: ModelCallError | undefined;
  readonly events: TraceRecorder;
}

/**
 * Solves trials that share one budget.
 * @throws the failure of a call that nobody answered: what one problem gets depends on all of them.
 */
export async function solveTrialSet(
  set: readonly (Pick<Trial, "arm" | "seed"> & { readonly question: Question })[],
  setup: SolvingSetup,
  signal: AbortSignal,
): Promise<SolvedOfSet[]> {
  const [first] = set;
  const allocation = first?.arm.allocation;
  if (first === undefined || allocation == null) return [];
  const traces = set.map(() => new TraceRecorder());
  const failures = new Map<number, ModelCallError>();
  const setups = set.map((trial) => setupOf(trial, setup, signal));
  const { budget, stop: _stop, ...settings } = setups[0] as SolveSetup;
  const solutions = await solveSet(
    set.map(({ question }) => question),
    {
      ...settings,
      budget: times(budget ?? {}, set.length),
      allocation,
      setupOf: (i) => {
        const { policy, models, verifiers } = setups[i] as SolveSetup;
        return { policy, models, verifiers };
      },
      onEvent: (event, i) => traces[i]?.take(event),
      onFailure: (error, i) => {
        if (!isTrialFailure(error) || failureKindOf(error) === "connection") throw error;
        failures.set(i, error);
      },
    },
  );
  return traces.map((events, i) => ({ solution: solutions[i] ?? null, error: failures.get(i), events }));
}

/** Seconds run for all problems at the same time, so they are not multiplied. */
function times({ tokens, calls, dollars, seconds }: Budget, problems: number): Budget {
  return {
    tokens: tokens === undefined ? undefined : tokens * problems,
    calls: calls === undefined ? undefined : calls * problems,
    dollars: dollars === undefined ? undefined : dollars * problems,
    seconds,
  };
}
