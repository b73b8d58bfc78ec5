/** All estimators, and the metrics defined on trial rows. */
export * from "../../src/statistics/code/index.ts";
export * from "../../src/statistics/compute/index.ts";
export * from "../../src/statistics/intervals/index.ts";
export * from "../../src/statistics/metric.ts";
export * from "../../src/statistics/ranking/index.ts";
export * from "../../src/statistics/rewards/index.ts";
export * from "../../src/statistics/robustness/index.ts";
export * from "../../src/statistics/sampling/index.ts";
export * from "./accuracy.ts";
export * from "./accuracy-at-budget.ts";
export * from "./cost.ts";
export * from "./coverage-law.ts";
export * from "./variants.ts";
export * from "./instance-set-spread.ts";
export * from "./kit/pool.ts";
export * from "./kit/scores.ts";
