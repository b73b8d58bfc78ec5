export * from "./macro-f1.ts";
export * from "./variants.ts";
