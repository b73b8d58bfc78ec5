/** What both light entries have: the contracts, the answers, the model behind a server, and what picks and stops. */

export { groupAnswers } from "./answer/classes.ts";
export { compareAnswers } from "./answer/equal.ts";
export { extractAnswer } from "./answer/extract.ts";
export type { Budget } from "./core/budget.ts";
export type { Answer, Candidate, ScoredCandidate } from "./core/candidate.ts";
export * from "./core/errors.ts";
export type { NodeRecord, RunEvent } from "./core/events.ts";
export type {
  Capabilities,
  FinishReason,
  Message,
  Policy,
  Purpose,
  Sample,
  SampleOptions,
  SampleRequest,
  TokenLogprob,
} from "./core/policy.ts";
export type { AnswerKind, Question } from "./core/question.ts";
export type { Run, SampleSpec } from "./core/run.ts";
export type { Score } from "./core/score.ts";
export type { PickPoint, Solution, Stopped } from "./core/solution.ts";
export { defineStrategy, type Selection, type Stopping, type Strategy } from "./core/strategy.ts";
export type { Ledger, Usage } from "./core/usage.ts";
export { defineVerifier, type OutcomeVerifier, type ProcessVerifier } from "./core/verifier.ts";
export { majority } from "./engine/picking/selections.ts";
export { sampleSolutions } from "./engine/sampling.ts";
export type { Named, Verifiers } from "./engine/scoring.ts";
export { fetchPolicy as openAiPolicy } from "./policy/fetch.ts";
export { retry } from "./policy/retry.ts";
