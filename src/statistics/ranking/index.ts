export * from "./bradley-terry.ts";
export * from "./code-elo.ts";
export * from "./correlation.ts";
export * from "./elo.ts";
export * from "./knock-out.ts";
export * from "./match.ts";
export * from "./rank-aggregation.ts";
