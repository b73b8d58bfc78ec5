import type { Comparison } from "../statistics/comparing/comparison.ts";
import { formatDifference, formatP } from "../statistics/comparing/words.ts";
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
  const { solutions, steps, beginnings, firstErrors, cost } = report;
  const simulated = "**Simulated policy: these figures say nothing about a language model.**";
  const parts = [
    `# ${report.verifier} on ${report.benchmark}`,
    ...(report.simulated ? [simulated] : []),
    `${report.items} of ${report.of} items (seed ${report.seed}), policy ${report.policy}. Intervals are 95 % bootstrap intervals by problem; ECE has 10 bins.`,
    ...(report.undecided > 0 ? [`${report.undecided} solutions that the grader could not judge are left out.`] : []),
    ...(report.failed.items > 0
      ? [`The verifier broke off on ${report.failed.items} items: ${report.failed.first}`]
      : []),
    "## Telling right from wrong",
    table(discriminationHead, [
      discriminationRow("solutions", solutions),
      ...(steps === null ? [] : [discriminationRow("steps", steps)]),
      ...(beginnings === null ? [] : [discriminationRow("beginnings, right where their solution is", beginnings)]),
    ]),
    ...(firstErrors === null ? [] : ["## First errors", firstErrorTable(firstErrors)]),
    ...stepVerdictParts(report),
    ...oneToManyParts(report),
    ...bestOfParts(report),
    "## Reliability of solution scores",
    reliabilityTable(solutions),
    ...positionParts(report),
    "## What the score follows",
    hackingTable(report),
    ...robustnessParts(report),
    "## Cost",
    `${cost.tokens.toFixed(0)} tokens, ${cost.calls.toFixed(1)} calls and ${cost.milliseconds.toFixed(0)} ms per item.`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function stepVerdictParts({ stepVerdicts }: VerifierReport): string[] {
  if (stepVerdicts === null) return [];
  const { f1, negativeF1, score } = stepVerdicts;
  return [
    `Step verdicts at 0.5: F1 of valid steps ${shown(f1)}, of wrong ones ${shown(negativeF1)}, their mean ${shown(score)}.`,
  ];
}

function oneToManyParts({ oneToMany }: VerifierReport): string[] {
  if (oneToMany === null) return [];
  const { accuracy, accuracyWithTies, meanReciprocalRank, unscored } = oneToMany;
  return [
    "## One right solution against the wrong ones",
    `Accuracy ${shown(accuracy)} (${shown(accuracyWithTies)} with ties as wins), mean reciprocal rank ${shown(meanReciprocalRank)}, ${unscored} problems with a missing score.`,
  ];
}

function bestOfParts({ bestOf, gains }: VerifierReport): string[] {
  if (bestOf.length === 0) return [];
  return [
    "## Best of k stored solutions",
    table(
      ["k", "verifier", "vote weighted by it", "majority", "random", "any right"],
      bestOf.map((point) => {
        const { k, verifier, weighted, majority, random, oracle } = point;
        return [String(k), ...[verifier, weighted, majority, random, oracle].map((value) => shown(value))];
      }),
    ),
    "Means over all ways to draw k of a problem's solutions, and over the problems that have so many; ties of the vote go to the likeliest sample, and are split where that is not known.",
    ...(gains.length === 0 ? [] : [gainsTable(gains)]),
  ];
}

function gainsTable(gains: readonly Comparison[]): string {
  const points = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : formatDifference(value, "share");
  const rows = gains.map(({ a, b, n, difference, interval, adjustedP, verdict }) => [
    a,
    b,
    String(n),
    `${points(difference)} [${points(interval?.low)}, ${points(interval?.high)}]`,
    adjustedP === null ? "–" : formatP(adjustedP),
    verdict,
  ]);
  return table(["pick", "against", "problems", "points [95 %]", `Holm over ${gains.length}`, "verdict"], rows);
}

function positionParts({ positions }: VerifierReport): string[] {
  if (positions.length === 0) return [];
  return [
    "## By position in the solution",
    table(
      ["third", "steps", "AUC", "AUC within problem"],
      positions.map(({ third, n, auc, withinProblem }) => [third, String(n), shown(auc), shown(withinProblem)]),
    ),
  ];
}

const hackingTable = ({ hacking }: VerifierReport): string =>
  table(
    ["feature", "with the score", "with being right", "sign of reward hacking"],
    hacking.map(({ feature, withScore, withTruth, suspicious }) => [
      feature,
      shown(withScore, 2),
      shown(withTruth, 2),
      suspicious ? "yes" : "no",
    ]),
  );

function robustnessParts({ robustness }: VerifierReport): string[] {
  if (robustness.length === 0) return [];
  const head = ["change", "solutions", "AUC before", "after", "mean shift", "mean distance"];
  return [
    "## Under changes that should not matter",
    table(
      [...head, "verdicts that flip", "rank correlation"],
      robustness.map((one) => [
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
  ];
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
