import { UnknownNameError } from "../core/errors.ts";
import type { Question } from "../core/question.ts";
import { solve } from "../engine/solve.ts";
import { gradeSolution } from "../runs/grading.ts";
import type { Arm } from "../runs/plan.ts";
import { isTrialFailure, type SolvingSetup, setupOf } from "../runs/runner.ts";
import { type SolvedOfSet, solveTrialSet } from "../runs/sets.ts";
import { TraceRecorder } from "../runs/trace-recorder.ts";
import { type WrittenTrial, writtenOf } from "../runs/written.ts";
import { type JobData, type QueuedTrial, sentFailure, type TrialEnd } from "./jobs.ts";
import { inTrialSpan } from "./spans.ts";

/** Lets a worker's trials in a few at a time, whatever job they belong to. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

interface Solving {
  readonly arms: ReadonlyMap<string, Arm>;
  readonly setup: SolvingSetup;
  readonly slots: Slots;
  readonly signal: AbortSignal;
}

/**
 * Solves the trials of a job, and grades those that came with their references; strategies are given questions alone.
 * @throws what concerns more than one trial (a missing key, a lost model), and the signal's reason.
 */
export async function solveJob(job: JobData, { arms, setup, slots, signal }: Solving): Promise<TrialEnd[]> {
  const asked = job.trials.map((trial) => ({
    ...trial,
    arm: armNamed(trial, arms),
    question: Object.freeze(job.questions[trial.question] as Question),
  }));
  if (job.set === true) {
    const first = job.trials[0] as QueuedTrial;
    const solved = await slots(() => inTrialSpan(first, job.trace, setup, (own) => solveTrialSet(asked, own, signal)));
    return await Promise.all(
      solved.map(async (one, i) => {
        const trial = job.trials[i] as QueuedTrial;
        const end = endOfSet(one, asked[i], setup);
        const graded = end.written && (await gradeOf(end.written, asked[i]?.question, trial, job, setup));
        return { ...named(trial), ...end, ...graded };
      }),
    );
  }
  const stop = new AbortController();
  const within = AbortSignal.any([signal, stop.signal]);
  const ends = asked.map(({ question, arm, seed }, i) =>
    slots(async (): Promise<TrialEnd> => {
      within.throwIfAborted();
      const trace = new TraceRecorder();
      const trial = named(job.trials[i] as QueuedTrial);
      try {
        return await inTrialSpan(job.trials[i] as QueuedTrial, job.trace, setup, async (own) => {
          const solution = await solve(question, { ...setupOf({ arm, seed }, own, within), onEvent: trace.take });
          const written = writtenOf(question.text, solution, trace, own.keep);
          return { ...trial, written, ...(await gradeOf(written, question, job.trials[i] as QueuedTrial, job, own)) };
        });
      } catch (error) {
        if (within.aborted || !isTrialFailure(error)) throw error;
        return { ...trial, failure: sentFailure(error) };
      }
    }).catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  const results = await Promise.allSettled(ends);
  signal.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

/** Nothing where the collector is to grade: no reference came with it, or it could not be decided here. */
async function gradeOf(
  { results, candidates }: WrittenTrial,
  question: Question | undefined,
  trial: QueuedTrial,
  { references }: JobData,
  { sandbox }: SolvingSetup,
): Promise<Pick<TrialEnd, "graded">> {
  const reference = references?.[trial.question] ?? null;
  if (reference === null || question === undefined || sandbox === null) return {};
  const graded = await gradeSolution({ picked: results.picked, candidates }, { question, reference }, sandbox);
  const open = graded.verdict === "undecided" || graded.candidates.some(({ undecided }) => undecided === true);
  return open ? {} : { graded };
}

const named = ({ key, arm }: QueuedTrial) => ({ key, arm });

function armNamed({ arm }: QueuedTrial, arms: ReadonlyMap<string, Arm>): Arm {
  const found = arms.get(arm);
  if (found === undefined) throw new UnknownNameError("arm", arm, [...arms.keys()]);
  return found;
}

function endOfSet(
  { solution, error, events }: SolvedOfSet,
  asked: { readonly question: Question } | undefined,
  { keep }: SolvingSetup,
): Pick<TrialEnd, "written" | "failure"> {
  if (error !== undefined) return { failure: sentFailure(error) };
  if (solution === null || asked === undefined) return {};
  return { written: writtenOf(asked.question.text, solution, events, keep) };
}
