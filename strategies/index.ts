/** The public face of the strategies. */
export * from "./beam-search.ts";
export * from "./best-of-n.ts";
export * from "./chain-of-thought.ts";
export * from "./mcts.ts";
export * from "./program-aided.ts";
export * from "./self-consistency.ts";
export * from "./self-refine.ts";
export * from "./weighted-vote.ts";
