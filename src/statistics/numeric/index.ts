export * from "./arrays.ts";
export * from "./beta.ts";
export * from "./binomial.ts";
export * from "./gamma.ts";
export * from "./normal.ts";
export * from "./student.ts";
