export * from "./agreement.ts";
export * from "./calibration.ts";
export * from "./discrimination.ts";
export * from "./mr-score.ts";
export * from "./over-optimisation.ts";
export * from "./prm-bench.ts";
export * from "./process-bench.ts";
export * from "./reward-math.ts";
