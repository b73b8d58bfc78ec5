export * from "./allocation.ts";
export * from "./anytime.ts";
export * from "./cost.ts";
export * from "./frontier.ts";
export * from "./regret.ts";
