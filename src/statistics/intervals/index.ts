export * from "./bootstrap.ts";
export * from "./interval.ts";
export * from "./mean.ts";
export * from "./proportion.ts";
