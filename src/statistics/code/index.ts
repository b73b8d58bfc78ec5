export * from "./efficiency.ts";
export * from "./steps.ts";
