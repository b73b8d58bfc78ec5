/**
 * ruminate where there is no Node: browsers, Deno, Bun, edge functions. The engine, the strategies that sample, the
 * verifiers that ask a model or count, the answers, and models behind a server over fetch.
 */

export { adaptiveVote } from "../strategies/sampling/adaptive-vote.ts";
export { bestOfN } from "../strategies/sampling/best-of-n.ts";
export { chainOfThought } from "../strategies/sampling/chain-of-thought.ts";
export { selfCertaintyVote } from "../strategies/sampling/self-certainty-vote.ts";
export { selfConsistency } from "../strategies/sampling/self-consistency.ts";
export { weightedVote } from "../strategies/sampling/weighted-vote.ts";
export { agreement } from "../verifiers/agreement.ts";
export { judge } from "../verifiers/judge.ts";
export { selfCertainty } from "../verifiers/self-certainty.ts";
export { type SolveSetup, solve, stream } from "./engine/light.ts";
export * from "./light-parts.ts";
