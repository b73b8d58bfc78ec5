/**
 * The public face of ruminate: everything a program needs to solve, to experiment, and to add parts of its own. What is
 * large and not always wanted has an entry of its own: ruminate/report, ruminate/viewer, ruminate/serve,
 * ruminate/langchain, ruminate/ai-sdk.
 */

export { defineCascade } from "../strategies/combining/cascade.ts";
export { member } from "../strategies/combining/kit/combinators.ts";
export {
  type AcceptRule,
  type AcceptSettings,
  type Attempt,
  acceptRule,
  type Correction,
  correct,
  type Finding,
  lastKept,
  plainAttempt,
  type Reviser,
  type Revision,
  rewrite,
  type Signal,
} from "../strategies/correction/kit/loop.ts";
export { signalOf } from "../strategies/correction/kit/signals.ts";
export {
  type Asking,
  ask,
  askingCost,
  askingOptions,
  askingRewards,
  prologueCost,
  prologueOptions,
  questionWith,
  writtenAbout,
} from "../strategies/prompting/kit/asking.ts";
export { groupAnswers } from "./answer/classes.ts";
export { compareAnswers } from "./answer/equal.ts";
export { extractAnswer } from "./answer/extract.ts";
export { grade } from "./answer/grade.ts";
export { builtins } from "./builtins.ts";
export { extractProgram, programCandidate } from "./code/programs.ts";
export type { ActionSpec, Grown, GrowRequest } from "./core/action.ts";
export type { Budget } from "./core/budget.ts";
export { BudgetScope } from "./core/budget.ts";
export type { Answer, Candidate, ScoredCandidate } from "./core/candidate.ts";
export { addPlugin, type Catalogue, Registry } from "./core/catalogue.ts";
export { type Clock, systemClock } from "./core/clock.ts";
export { type DatasetDefinition, type DatasetSource, defineDataset } from "./core/dataset.ts";
export * from "./core/errors.ts";
export type { NodeRecord, RunEvent } from "./core/events.ts";
export type { ExecutionLimits, ExecutionResult, Program, Sandbox, Verdict } from "./core/execution.ts";
export * from "./core/grader.ts";
export {
  type CandidateRow,
  defineMetric,
  type Interval,
  type MetricDefinition,
  type MetricNeed,
  type MetricResult,
  type MetricScale,
  metricNeeds,
  type PickRow,
  type TrialRow,
  type TrialVerdict,
  type UnitValue,
} from "./core/metric.ts";
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
export { type Problem, type ProblemRow, problemOf, type Reference, rowOf } from "./core/problem.ts";
export type { AnswerKind, CodeTask, Hints, Question } from "./core/question.ts";
export { Random, seedOf } from "./core/random.ts";
export { givenRoleOption, roleOption, rolesOption } from "./core/roles.ts";
export type { ActionSpace, Run, SampleSpec, SubSolve, VerifierAccess, WalkSetup } from "./core/run.ts";
export { type Aggregation, aggregate, aggregations, type Score } from "./core/score.ts";
export type {
  Child,
  End,
  Expanded,
  Expansion,
  ExpansionOutcome,
  ExpansionRequest,
  Search,
  SearchState,
  TreeView,
  Walk,
} from "./core/search.ts";
export type { PickPoint, Solution, Stopped } from "./core/solution.ts";
export {
  defineStrategy,
  type Estimate,
  type Pick,
  parseOptions,
  type Rewards,
  type Selection,
  type Stopping,
  type Strategy,
  type TallyRow,
} from "./core/strategy.ts";
export { type Step, Trajectory } from "./core/trajectory.ts";
export { addLedgers, type Ledger, totalCalls, totalDollars, totalTokens, type Usage } from "./core/usage.ts";
export {
  defineVerifier,
  mostOf,
  type Needs,
  needsOf,
  type OutcomeVerifier,
  type ProcessVerifier,
  type VerifierDefinition,
} from "./core/verifier.ts";
export { Allocation, type AllocationOptions, allocationSchema } from "./engine/allocation/allocation.ts";
export type { Standing } from "./engine/allocation/standing.ts";
export { selections } from "./engine/picking/named.ts";
export * from "./engine/picking/selections.ts";
export * from "./engine/picking/stopping.ts";
export { tournament } from "./engine/picking/tournament.ts";
export { sampleSolutions, solutionCandidate, solutionMessages } from "./engine/sampling.ts";
export type { Named, Verifiers } from "./engine/scoring.ts";
export { type SolveSetup, solve, stream } from "./engine/solve.ts";
export { type SolveSetSetup, solveSet } from "./engine/solve-set.ts";
export { evaluateVerifier, openLocalPolicy, runExperiment, trainVerifier } from "./later.ts";
export { limit } from "./policy/limit.ts";
export { type CallRecord, meter } from "./policy/meter.ts";
export { openPolicy } from "./policy/open.ts";
export { openAiPolicy } from "./policy/openai.ts";
export { type PoolChoice, type PoolOptions, poolPolicy } from "./policy/pool.ts";
export { retry } from "./policy/retry.ts";
export { type ScriptEntry, type ScriptedPolicy, scriptedPolicy } from "./policy/scripted.ts";
export { simulatedPolicy } from "./policy/simulated/index.ts";
export { stackPolicy } from "./policy/stack.ts";
export type { SampleStore } from "./policy/store/contract.ts";
export { copySamples } from "./policy/store/copy.ts";
export { openStoreAt } from "./policy/store/open.ts";
export { replayPolicy } from "./policy/store/replay.ts";
export { type FileSampleStore, openSampleStore } from "./policy/store/sqlite.ts";
export { storedPolicy } from "./policy/store/stored.ts";
export type { ExperimentSummary } from "./runs/experiment-summary.ts";
export { defineExperiment, loadExperiment, parseExperiment } from "./runs/load.ts";
export { OutageError } from "./runs/outages.ts";
export type { ExperimentSetup } from "./runs/run-experiment.ts";
export { createSandbox, withLanguages, withLibraries, withMeter, withSolver } from "./sandbox/index.ts";
export { type Assembly, assemble, type SolveSpec, type SolveWorld, solveSetup } from "./setup/setup.ts";
export type { BudgetSpec, StopSpec, VerifiersInput } from "./setup/specs.ts";
