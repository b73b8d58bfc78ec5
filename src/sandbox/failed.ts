import type { ExecutionResult, Verdict } from "../core/execution.ts";

/** The result of a program that never came to write or to answer anything. */
export const failed = (verdict: Verdict, error: string): ExecutionResult => ({
  verdict,
  value: null,
  stdout: "",
  error,
});
