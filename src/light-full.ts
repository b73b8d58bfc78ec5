/** All that needs nothing of Node: every strategy, walks over trees, and every verifier that no file or tool serves. */

export * from "../strategies/index.ts";
export * from "../verifiers/agreement.ts";
export * from "../verifiers/answer-check.ts";
export * from "../verifiers/cot-pot-agreement.ts";
export * from "../verifiers/critic.ts";
export { ensemble as ensembleVerifier } from "../verifiers/ensemble.ts";
export * from "../verifiers/entropy.ts";
export * from "../verifiers/execution.ts";
export * from "../verifiers/judge.ts";
export * from "../verifiers/likelihood.ts";
export * from "../verifiers/mutual-consistency.ts";
export * from "../verifiers/pairwise.ts";
export * from "../verifiers/rollout-value.ts";
export * from "../verifiers/rubric.ts";
export * from "../verifiers/self-certainty.ts";
export * from "../verifiers/state-match.ts";
export * from "../verifiers/step-judge.ts";
export * from "../verifiers/think-prm.ts";
export * from "../verifiers/unit-tests.ts";
export { type SolveSetup, solve, stream } from "./engine/solve.ts";
export * from "./light-parts.ts";
