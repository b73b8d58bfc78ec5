export * from "./best-of-k.ts";
export * from "./budgeted.ts";
export * from "./majority-at-k.ts";
export * from "./pass-at-k.ts";
export * from "./pool.ts";
export * from "./power-law.ts";
export * from "./selection.ts";
export * from "./weighted-at-k.ts";
