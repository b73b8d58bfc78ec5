/** All estimators, and the metrics defined on trial rows. */
export * from "./code/index.ts";
export * from "./compute/index.ts";
export * from "./definitions/accuracy.ts";
export * from "./definitions/anytime.ts";
export * from "./definitions/cost.ts";
export * from "./definitions/coverage-law.ts";
export * from "./definitions/groups.ts";
export * from "./definitions/instance-sets.ts";
export * from "./definitions/pool.ts";
export * from "./definitions/verifier.ts";
export * from "./intervals/index.ts";
export * from "./metric.ts";
export * from "./ranking/index.ts";
export * from "./rewards/index.ts";
export * from "./robustness/index.ts";
export * from "./sampling/index.ts";
