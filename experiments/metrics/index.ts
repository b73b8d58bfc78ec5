/** All estimators, and the metrics defined on trial rows. */
export * from "../../src/statistics/code/index.ts";
export * from "../../src/statistics/compute/index.ts";
export * from "../../src/statistics/intervals/index.ts";
export * from "../../src/statistics/metric.ts";
export * from "../../src/statistics/ranking/index.ts";
export * from "../../src/statistics/rewards/index.ts";
export * from "../../src/statistics/robustness/index.ts";
export * from "../../src/statistics/sampling/index.ts";
export * from "./definitions/accuracy.ts";
export * from "./definitions/anytime.ts";
export * from "./definitions/cost.ts";
export * from "./definitions/coverage-law.ts";
export * from "./definitions/groups.ts";
export * from "./definitions/instance-sets.ts";
export * from "./definitions/pool.ts";
export * from "./definitions/verifier.ts";
