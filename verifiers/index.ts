/** The public face of the verifiers. */
export * from "./agreement.ts";
export * from "./judge.ts";
export * from "./oracle.ts";
export * from "./self-certainty.ts";
export * from "./simulated.ts";
export * from "./step-judge.ts";
