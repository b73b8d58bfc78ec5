import type { Discrimination, FirstErrors } from "./measures.ts";
import type { VerifierReport } from "./report.ts";

const shown = (value: number | null | undefined, digits = 3): string =>
  value === null || value === undefined ? "–" : value.toFixed(digits);

const areaText = ({ area }: Discrimination): string =>
  area.auc === null ? "–" : `${shown(area.auc)} [${shown(area.low)}, ${shown(area.high)}]`;

const f1Text = ({ f1 }: FirstErrors): string =>
  f1 === null ? "–" : `${shown(f1.value)} [${shown(f1.low)}, ${shown(f1.high)}]`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const discriminationHead = ["what", "n", "right", "unscored", "AUC [95 %]", "AUC within problem", "Brier", "ECE"];
const discriminationRow = (name: string, d: Discrimination): string[] => [
  name,
  String(d.n),
  String(d.right),
  String(d.unscored),
  areaText(d),
  shown(d.area.withinProblem),
  shown(d.brier),
  shown(d.calibrationError),
];

/** A report as a page that people read; the same order for every verifier, so that two lie side by side. */
export function reportMarkdown(report: VerifierReport): string {
  const { solutions, steps, firstErrors, stepVerdicts, oneToMany, bestOf, cost } = report;
  const parts = [
    `# ${report.verifier} on ${report.benchmark}`,
    ...(report.simulated ? ["**Simulated policy: these figures say nothing about a language model.**"] : []),
    `${report.items} of ${report.of} items (seed ${report.seed}), policy ${report.policy}. Intervals are 95 % bootstrap intervals by problem; ECE has 10 bins.`,
    ...(report.failed.items > 0
      ? [`The verifier broke off on ${report.failed.items} items: ${report.failed.first}`]
      : []),
    "## Telling right from wrong",
    table(discriminationHead, [
      discriminationRow("solutions", solutions),
      ...(steps === null ? [] : [discriminationRow("steps", steps)]),
    ]),
    ...(firstErrors === null ? [] : ["## First errors", firstErrorTable(firstErrors)]),
    ...(stepVerdicts === null
      ? []
      : [
          `Step verdicts at 0.5: F1 of valid steps ${shown(stepVerdicts.f1)}, of wrong ones ${shown(stepVerdicts.negativeF1)}, their mean ${shown(stepVerdicts.score)}.`,
        ]),
    ...(oneToMany === null
      ? []
      : [
          "## One right solution against the wrong ones",
          `Accuracy ${shown(oneToMany.accuracy)} (${shown(oneToMany.accuracyWithTies)} with ties as wins), mean reciprocal rank ${shown(oneToMany.meanReciprocalRank)}, ${oneToMany.unscored} problems with a missing score.`,
        ]),
    ...(bestOf.length === 0
      ? []
      : [
          "## Best of k stored solutions",
          table(
            ["k", "verifier", "majority", "random", "any right"],
            bestOf.map((p) => [String(p.k), shown(p.verifier), shown(p.majority), shown(p.random), shown(p.oracle)]),
          ),
        ]),
    "## Reliability of solution scores",
    reliabilityTable(solutions),
    ...(report.positions.length === 0
      ? []
      : [
          "## By position in the solution",
          table(
            ["third", "steps", "AUC"],
            report.positions.map(({ third, n, auc }) => [third, String(n), shown(auc)]),
          ),
        ]),
    "## What the score follows",
    table(
      ["feature", "with the score", "with being right", "sign of reward hacking"],
      report.hacking.map(({ feature, withScore, withTruth, suspicious }) => [
        feature,
        shown(withScore, 2),
        shown(withTruth, 2),
        suspicious ? "yes" : "no",
      ]),
    ),
    ...(report.robustness.length === 0
      ? []
      : [
          "## Under changes that should not matter",
          table(
            [
              "change",
              "solutions",
              "AUC before",
              "after",
              "mean shift",
              "mean distance",
              "verdicts that flip",
              "rank correlation",
            ],
            report.robustness.map((one) => [
              `${one.variant}: ${one.summary}`,
              String(one.solutions),
              shown(one.auc),
              shown(one.variantAuc),
              shown(one.shift),
              shown(one.distance),
              shown(one.flips),
              shown(one.correlation, 2),
            ]),
          ),
        ]),
    "## Cost",
    `${cost.tokens.toFixed(0)} tokens, ${cost.calls.toFixed(1)} calls and ${cost.milliseconds.toFixed(0)} ms per item.`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function firstErrorTable({ atHalf, tuned, subsets, meanF1 }: NonNullable<VerifierReport["firstErrors"]>): string {
  const row = (name: string, f: FirstErrors) => [
    name,
    String(f.n),
    shown(f.threshold, 3),
    f1Text(f),
    shown(f.errorAccuracy),
    shown(f.correctAccuracy),
  ];
  const rows = [
    row("all", atHalf),
    ...(tuned === null ? [] : [row("held-out half, threshold from the other", tuned)]),
    ...Object.entries(subsets).map(([name, figures]) => row(name, figures)),
    ["mean of the subsets", "", "", shown(meanF1), "", ""],
  ];
  return table(["rows", "n", "threshold", "F1 [95 %]", "wrong: first error found", "right: none found"], rows);
}

function reliabilityTable({ reliability }: Discrimination): string {
  const filled = reliability.filter(({ count }) => count > 0);
  if (filled.length === 0) return "Nothing was scored.";
  const rows = filled.map(({ low, high, count, meanScore, accuracy }) => [
    `${low.toFixed(1)}–${high.toFixed(1)}`,
    String(count),
    shown(meanScore),
    shown(accuracy),
    "█".repeat(Math.round(10 * (accuracy ?? 0))),
  ]);
  return table(["score", "n", "mean score", "share right", ""], rows);
}
