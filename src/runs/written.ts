import type { Candidate } from "../core/candidate.ts";
import type { Solution } from "../core/solution.ts";
import { confidenceOf } from "../learned/confidence.ts";
import type { CandidateRecord, TraceCandidate, TraceRecord, TrialRecord } from "./records/record.ts";
import type { TraceRecorder } from "./trace-recorder.ts";
import { revisionsOf } from "./transitions.ts";

/** Of a candidate, what a grader and the results need beside its verdict. */
export type WrittenCandidate = Pick<CandidateRecord, "answer" | "score" | "complete" | "tokens" | "revision">;

/**
 * A solved trial before it is graded: plain data, which may be made in one process and graded in another. Nothing in it
 * comes from the reference.
 */
export interface WrittenTrial {
  readonly results: Pick<
    TrialRecord,
    "answer" | "reason" | "support" | "stopped" | "picks" | "usage" | "rounds" | "moment"
  > & {
    /** Index of the picked candidate; null where none was. */
    readonly picked: number | null;
  };
  readonly candidates: readonly WrittenCandidate[];
  readonly trace: Omit<TraceRecord, "key" | "arm" | "problem" | "seed" | "question" | "candidates"> & {
    readonly candidates: readonly Omit<TraceCandidate, "correct">[];
  };
}

/** What a grader reads of a solution. */
export function gradedPartOf({ pick, candidates }: Pick<Solution, "pick" | "candidates">) {
  const revisions = revisionsOf(candidates);
  return {
    picked: pick?.index ?? null,
    candidates: candidates.map(
      ({ answer, score, complete, trajectory }, i): WrittenCandidate => ({
        answer: answer?.text ?? null,
        score: score?.value ?? null,
        complete,
        tokens: trajectory.steps.reduce((sum, step) => sum + (step.tokens ?? 0), 0),
        revision: revisions[i],
      }),
    ),
  };
}

/** A solution and the events of its solve as what is kept of them. `question` is the text that was asked. */
export function writtenOf(
  question: string,
  solution: Solution,
  events: TraceRecorder,
  keep: readonly string[] = [],
): WrittenTrial {
  const evidence = events.evidence(question, solution.candidates);
  const { picked, candidates } = gradedPartOf(solution);
  return {
    results: {
      answer: solution.answer,
      picked,
      reason: solution.reason,
      support: solution.pick?.support ?? null,
      stopped: solution.stopped,
      picks: solution.picks.map(
        ({ candidates, picked, tokens, calls }) => [candidates, picked, tokens, calls] as const,
      ),
      usage: solution.usage.logical,
      rounds: solution.rounds,
      moment: {
        milliseconds: Math.round(solution.milliseconds),
        serviceMs: solution.serviceMs ?? undefined,
        spent: solution.usage.actual,
      },
    },
    candidates,
    trace: {
      candidates: solution.candidates.map(({ text, answer, score, notes, ...candidate }, i) => ({
        text,
        answer: answer?.text ?? null,
        score: score?.value ?? null,
        ...keptConfidence(candidate),
        ...(keep.includes("states") && keptStates(candidate)),
        ...(keep.includes("steps") && { lengths: stepLengths(text, candidate) }),
        ...(keep.includes("logprobs") && keptTokens(candidate)),
        notes,
        judgement: events.judgement(i),
        ...evidence.ofCandidates[i],
      })),
      ...evidence.rest,
    },
  };
}

function keptConfidence(candidate: Pick<Candidate, "logprobs" | "confidence">) {
  const confidence = confidenceOf(candidate)?.map((value) => (value === null ? null : Number(value.toPrecision(6))));
  return { confidence };
}

/** Null where the text is not its steps one after another (a class of several methods, a merged program). */
function stepLengths(text: string, { trajectory }: Pick<Candidate, "trajectory">): TraceCandidate["lengths"] {
  if (trajectory.text !== text) return null;
  return trajectory.steps.map(({ text: own, observation, kind }) => ({
    own: own.length,
    printed: observation?.length,
    kind,
  }));
}

function keptTokens({ logprobs }: Pick<Candidate, "logprobs">): Partial<Pick<TraceCandidate, "tokens">> {
  return { tokens: logprobs?.map(({ token, logprob }) => [token, Number(logprob.toPrecision(6))]) };
}

/** A list for each step. */
function keptStates({ trajectory }: Pick<Candidate, "trajectory">): Partial<Pick<TraceCandidate, "states">> {
  const { steps } = trajectory;
  return steps.some(({ states }) => states === undefined) ? {} : { states: steps.map(({ states = [] }) => states) };
}
