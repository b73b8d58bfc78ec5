import type { TestResult } from "./shown-tests.ts";

/** Failing tests shown at most: the first ones say most, and the prompt stays short. */
const mostShown = 3;

/** A test run as the model is told of it: how many passed, and of the first failing ones the test, what was expected and what came. */
export function reportText(results: readonly TestResult[]): string {
  if (results.length === 0) return "No program could be read from your answer.";
  const failing = results.filter(({ outcome }) => outcome !== "passed");
  const passed = results.length - failing.length;
  if (failing.length === 0) return `Your program passes all ${results.length} tests.`;
  const shown = failing.slice(0, mostShown).map(failureText);
  const more = failing.length > mostShown ? `\n(and ${failing.length - mostShown} more)` : "";
  return `Your program was run. ${passed} of ${results.length} tests pass. Failing:\n${shown.join("\n")}${more}`;
}

function failureText({ test, outcome, detail }: TestResult): string {
  const what = outcome === "failed" || outcome === "error" ? detail : `${outcome} ${detail}`.trim();
  return `- ${test}\n  ${what.split("\n").join("\n  ")}`;
}
