/**
 * What parts of one's own are tested with: policies that need no model, and for each kind of part the checks that every
 * one of that kind must pass. They belong to no test runner.
 */
export { type ScriptEntry, type ScriptedOptions, scriptedPolicy } from "../policy/scripted.ts";
export { simulatedPolicy } from "../policy/simulated/index.ts";
export type { ContractCheck } from "./check.ts";
export {
  type DatasetContract,
  datasetContract,
  type GradedCase,
  graderContract,
  type MetricContract,
  metricContract,
  type VerifierContract,
  verifierContract,
} from "./part-contracts.ts";
export { type StrategyContract, strategyContract } from "./strategy-contract.ts";
