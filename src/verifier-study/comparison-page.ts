import { markdownTable } from "../report/table.ts";
import type { VerifierComparison } from "./compare.ts";

const shown = (value: number | null | undefined, digits = 3): string =>
  value === null || value === undefined ? "–" : value.toFixed(digits);

/** Evaluated verifiers side by side, as a page that people read. */
export function comparisonMarkdown({
  benchmark,
  common,
  of,
  verifiers,
  agreements,
  kappa,
}: VerifierComparison): string {
  const figures = verifiers.map((one) => [
    one.verifier,
    one.area.auc === null ? "–" : `${shown(one.area.auc)} [${shown(one.area.low)}, ${shown(one.area.high)}]`,
    shown(one.area.withinProblem),
    shown(one.brier),
    shown(one.calibrationError),
    shown(one.f1),
    one.tokens.toFixed(0),
    one.calls.toFixed(1),
    one.milliseconds.toFixed(0),
  ]);
  const pairs = agreements.map(({ first, second, correlation, kappa: own }) => [
    `${first} and ${second}`,
    shown(correlation, 2),
    shown(own, 2),
  ]);
  const head = ["verifier", "AUC [95 %]", "within problem", "Brier", "ECE", "first-error F1", "tokens", "calls", "ms"];
  return [
    `# Verifiers on ${benchmark}`,
    `On the ${common} of ${of} solutions that all of them scored; first-error F1 and costs (means per item) on each one's own items. Intervals are 95 % bootstrap intervals by problem.`,
    markdownTable([head, ...figures]),
    "## Do they agree?",
    `Verdicts are scores of at least 0.5. Fleiss' kappa of all verdicts: ${shown(kappa, 2)}.`,
    markdownTable([["verifiers", "rank correlation", "Cohen's kappa"], ...pairs]),
    "",
  ].join("\n\n");
}
