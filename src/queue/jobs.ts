import { hash } from "node:crypto";
import { InvalidOptionError, ModelCallError } from "../core/errors.ts";
import type { Reference } from "../core/problem.ts";
import type { Question } from "../core/question.ts";
import { failureKindOf } from "../policy/failed-attempt.ts";
import type { Graded } from "../runs/grading.ts";
import type { Trial } from "../runs/plan.ts";
import type { WrittenTrial } from "../runs/written.ts";

/** One trial as a worker gets it: the public half of its problem, and nothing of what it is graded by. */
export interface QueuedTrial {
  readonly key: string;
  /** The arm's label. */
  readonly arm: string;
  /** Place of its question among the job's. */
  readonly question: number;
  readonly seed: number;
}

/** Trials that one worker solves together. */
export interface JobData {
  /** Hash of the experiment that the arms are of. */
  readonly experiment: string;
  /** True where the trials share one budget. */
  readonly set?: true;
  readonly questions: readonly Question[];
  /** What answers to each question are graded by, where the dataset lets workers grade: for graders alone. */
  readonly references?: readonly (Reference | null)[];
  readonly trials: readonly QueuedTrial[];
  /** Of the run's trace, where one is recorded. */
  readonly trace?: Readonly<Record<string, string>>;
}

/** A call that failed for good, as it travels. */
export type SentFailure = Pick<ModelCallError, "message" | "status" | "kind" | "retryable" | "attempts">;

/** What became of a trial: written, failed, or neither where its set spent nothing on it. */
export type TrialEnd = Pick<QueuedTrial, "key" | "arm"> & {
  readonly written?: WrittenTrial;
  /** Where the worker could tell. */
  readonly graded?: Graded;
  readonly failure?: SentFailure;
};

export interface JobResult {
  readonly worker: string;
  readonly milliseconds: number;
  readonly ends: readonly TrialEnd[];
}

/** A job with its id, which depends on its trials alone: the same job is never in the queue twice. */
export interface Batch {
  readonly id: string;
  readonly data: JobData;
  readonly trials: readonly Trial[];
}

/** What a trial is known by in one run. */
export const trialId = ({ key, arm }: { readonly key: string; readonly arm: string }): string => `${key} ${arm}`;
export const idOf = ({ key, arm }: Trial): string => trialId({ key, arm: arm.label });

/** Characters of a job at most: Redis holds many of them. */
export const longestJob = 1_000_000;
/** Characters of what a job gives back at most. */
export const longestResult = 64_000_000;

/** What jobs of a run carry. */
export interface JobSetup {
  /** Hash of the experiment. */
  readonly experiment: string;
  /** Datasets whose references may travel, so that workers grade. */
  readonly gradedByWorkers: ReadonlySet<string>;
}

/**
 * References are left out of a job that would be too long with them: the collector grades it.
 * @throws InvalidOptionError for a job that is too long to travel.
 */
export function batchOf(trials: readonly Trial[], setup: JobSetup, set: boolean): Batch {
  const { experiment, gradedByWorkers } = setup;
  const questions: Question[] = [];
  const references: (Reference | null)[] = [];
  const queued = trials.map((trial): QueuedTrial => {
    const { question, reference } = trial.problem;
    if (questions.at(-1) !== question) {
      questions.push(question);
      references.push(gradedByWorkers.has(trial.dataset) ? decisive(reference) : null);
    }
    return { key: trial.key, arm: trial.arm.label, question: questions.length - 1, seed: trial.seed };
  });
  const plain: JobData = { experiment, set: set || undefined, questions, trials: queued };
  const graded: JobData = references.some((one) => one !== null) ? { ...plain, references } : plain;
  const alone = set || trials.length === 1;
  const data = alone && JSON.stringify(graded).length > longestJob ? plain : graded;
  const { length } = JSON.stringify(data);
  if (length > longestJob && alone) {
    const what = set ? `${trials[0]?.arm.label}, whose problems share one budget,` : `Problem "${questions[0]?.id}"`;
    throw new InvalidOptionError(
      what,
      `makes a job of ${length.toLocaleString("en-US")} characters, and at most ${longestJob.toLocaleString("en-US")} ` +
        "travel. Run it without --queue.",
    );
  }
  return { id: hash("sha256", queued.map(trialId).join("\n"), "base64url").slice(0, 22), data, trials };
}

/** Without what decides about no answer. */
function decisive({ solution: _, tests, ...reference }: Reference): Reference {
  if (tests === undefined) return reference;
  const { costs: __, ...deciding } = tests;
  return { ...reference, tests: deciding };
}

export const sizeOf = ({ data }: Batch): number => JSON.stringify(data).length;

export const sentFailure = (error: ModelCallError): SentFailure => ({
  message: error.message,
  status: error.status,
  kind: failureKindOf(error),
  retryable: error.retryable,
  attempts: error.attempts,
});

export const receivedFailure = ({ message, ...details }: SentFailure): ModelCallError =>
  new ModelCallError(message, details);
