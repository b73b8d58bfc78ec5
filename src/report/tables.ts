import { environmentWords } from "../runs/summary.ts";
import { stepClassBounds } from "../statistics/code/steps.ts";
import type { Comparison } from "../statistics/comparing/comparison.ts";
import { formatDifference, formatP } from "../statistics/comparing/words.ts";
import { failureKinds } from "./charts/failure-chart.ts";
import { contaminationTables } from "./contamination.ts";
import type { ReportArm, ReportData } from "./data.ts";
import { judgingTable } from "./judging-table.ts";
import { metricTables } from "./metric-tables.ts";
import { poolTable } from "./pool-table.ts";
import { familyWords, readingTable, readingWarnings } from "./reading-table.ts";
import { compact, overMark, percent, range, type Table, transitionCells } from "./table.ts";

const points = (value: number): string => formatDifference(value, "share");

/** Every table of a report, by what it shows; null where there is nothing to show. */
export function tablesOf(data: ReportData) {
  const marks = new Map(data.arms.flatMap((arm) => (arm.overBudget === undefined ? [] : [[arm.arm, overMark(arm)]])));
  const marked = <T extends Table | null>(table: T): T => (table === null ? table : withMarks(table, marks)) as T;
  return {
    verdict: marked(verdictTable(data)),
    readings: marked(readingTable(data)),
    budgets: marked(budgetTable(data)),
    allocation: marked(allocationTable(data)),
    cost: marked(costTable(data)),
    frontiers: frontierTables(data).map(marked),
    selection: marked(selectionTable(data)),
    pools: marked(poolTable(data.pools)),
    transitions: marked(transitionTable(data)),
    verifiers: marked(verifierTable(data)),
    efficiency: marked(efficiencyTable(data)),
    judging: judgingTable(data.judging),
    contamination: contaminationTables(data.contamination),
    metrics: metricTables(data.metrics).map(marked),
    groups: groupTables(data).map(marked),
    failures: marked(failureTable(data)),
  };
}

/** A table in which every arm that passed its budget says so. */
function withMarks(table: Table, marks: ReadonlyMap<string, string>): Table {
  const marked = (cell: string) => marks.get(cell) ?? cell;
  return { ...table, head: table.head.map(marked), rows: table.rows.map((row) => row.map(marked)) };
}

/** What a reader wants first: accuracy, cost, and whether the difference is real. */
function verdictTable(data: ReportData): Table {
  const compared = new Map(data.comparisons.map((comparison) => [comparison.a, comparison]));
  const dollars = data.arms.some(({ dollarsPerTrial }) => dollarsPerTrial > 0);
  const rows = data.arms.map((arm) => {
    const comparison = compared.get(arm.arm);
    return [
      arm.arm,
      percent(arm.accuracy),
      range(arm.interval),
      arm.tokens === null ? "–" : compact(arm.tokens.mean),
      arm.tokens === null ? "–" : compact(arm.tokens.p90),
      ...(dollars ? [compact(arm.dollarsPerTrial)] : []),
      ...differenceCells(comparison),
      comparison?.minimumDetectable == null ? "–" : (100 * comparison.minimumDetectable).toFixed(1),
      verdictCell(arm, comparison),
    ];
  });
  const head = [
    "strategy",
    "accuracy %",
    "95 % interval",
    "tokens, mean",
    "tokens, p90",
    ...(dollars ? ["dollars"] : []),
    "Δ points",
    "95 % of Δ",
    "p (Holm)",
    "detectable",
    "verdict",
  ];
  return {
    title: "Accuracy, cost and paired difference",
    head,
    rows,
    words: [head.length - 1],
    note: `Δ: paired difference to the baseline on the same problems, in percentage points. p: paired permutation test, ${familyWords(data.comparisons)}. Detectable: the true difference that this many problems find with 80 % power. Tokens count prompt and answer of policy and verifiers, as if nothing had been stored.`,
  };
}

function verdictCell({ baseline, overBudget }: ReportArm, comparison: Comparison | undefined): string {
  if (baseline === null) return "baseline";
  return comparison?.verdict ?? (overBudget === undefined ? "not compared" : "over budget");
}

/** A paired difference in points, its interval and its p value. */
export function differenceCells(comparison: Comparison | undefined): [string, string, string] {
  const { difference = null, interval = null, adjustedP = null } = comparison ?? {};
  return [
    difference === null ? "–" : points(difference),
    interval === null ? "–" : `${points(interval.low)} to ${points(interval.high)}`,
    adjustedP === null ? "–" : formatP(adjustedP).replace("p = ", "").replace("p ", ""),
  ];
}

function budgetTable({ anytime, arms }: ReportData): Table | null {
  if (anytime === null || anytime.table.length === 0) return null;
  const rows = arms.map(({ arm }) => {
    const curve = anytime.curves.find((one) => one.arm === arm);
    return [
      arm,
      ...anytime.table.map(({ cells }) => percent(cells.find((cell) => cell.arm === arm)?.accuracy)),
      curve === undefined ? "–" : percent(curve.area),
    ];
  });
  return {
    title: "Accuracy % at equal budgets",
    head: ["strategy", ...anytime.table.map(({ budget }) => budget.toLocaleString("en-US")), "area"],
    rows,
    note: "Each column is one token budget for every problem; a strategy that ends early keeps its pick. Area: mean over budgets drawn evenly in log. Read on a grid of 24 budgets to a factor of ten.",
  };
}

function allocationTable({ allocation }: ReportData): Table | null {
  if (allocation.length === 0) return null;
  const of = [...new Set(allocation.map(({ samplesOf }) => samplesOf))].join(", ");
  return {
    title: "Against an oracle's allocation",
    head: ["strategy", "tokens, mean", "accuracy %", "oracle %", "regret", "95 % of the regret", "oracle's tokens"],
    rows: allocation.map((one) => [
      one.arm,
      compact(one.tokens),
      percent(one.accuracy),
      percent(one.oracle.value),
      points(one.regret.value),
      `${points(one.regret.low)} to ${points(one.regret.high)}`,
      one.oracleTokens === null ? "–" : compact(one.oracleTokens),
    ]),
    note: `The oracle has the samples of ${of} and as many tokens for all problems together, and knows when the pick of each problem becomes right: it goes so far and no further, on those that become right soonest first. Regret: what it is ahead by, in percentage points; nobody can have less with these samples. The last column is what it needs to be as accurate as the strategy.`,
  };
}

function selectionTable({ arms }: ReportData): Table {
  return {
    title: "What was there and what was picked",
    head: ["strategy", "coverage %", "accuracy %", "gap", "95 % of the gap"],
    rows: arms.map((arm) => [
      arm.arm,
      percent(arm.coverage),
      percent(arm.accuracy),
      percent(arm.selectionGap?.value),
      range(arm.selectionGap),
    ]),
    note: "Coverage: a right candidate was among those produced. The gap is what a perfect picker would still win.",
  };
}

/** First attempts against final answers, and single revisions, where a strategy corrects. */
function transitionTable({ arms }: ReportData): Table | null {
  const rows = arms.flatMap((arm) => {
    const { transitions } = arm;
    if (transitions === null) return [];
    const { trials, rightToRight, rightToWrong, wrongToRight, revisions } = transitions;
    return [
      [
        arm.arm,
        percent((rightToRight + rightToWrong) / trials),
        percent((rightToRight + wrongToRight) / trials),
        ...transitionCells(arm),
        `${revisions.accepted.toLocaleString("en-US")} of ${revisions.proposed.toLocaleString("en-US")}`,
        `${revisions.rightToWrongAccepted} of ${revisions.rightToWrong}`,
        `${revisions.wrongToRightAccepted} of ${revisions.wrongToRight}`,
      ],
    ];
  });
  if (rows.length === 0) return null;
  return {
    title: "What correction changed",
    head: [
      ...["strategy", "first attempt right %", "final answer right %", "right→wrong", "wrong→right"],
      ...["revisions accepted", "harmful ones accepted", "helpful ones accepted"],
    ],
    rows,
    note: "right→wrong: of the problems whose first attempt was right, those that ended wrong; wrong→right the other way round. Harmful revisions turn a right answer into a wrong one, helpful ones a wrong into a right; the accept rule decided, which never saw the truth.",
  };
}

function costTable({ arms }: ReportData): Table {
  const spentOf = ({ spent }: ReportArm) =>
    spent.policy.promptTokens +
    spent.policy.completionTokens +
    spent.verifier.promptTokens +
    spent.verifier.completionTokens;
  return {
    title: "Cost of a problem",
    head: [
      "strategy",
      "tokens, p50",
      "p90",
      "max",
      "verifier tokens",
      "calls",
      "programs",
      "seconds",
      "wall seconds",
      "spent in all",
    ],
    rows: arms.map((arm) => [
      arm.arm,
      compact(arm.tokens?.p50 ?? 0),
      compact(arm.tokens?.p90 ?? 0),
      compact(arm.tokens?.max ?? 0),
      compact(arm.verifierTokensPerTrial),
      compact(arm.callsPerTrial),
      compact(arm.programsPerTrial),
      compact(arm.secondsPerTrial),
      arm.wallSecondsPerTrial === undefined ? "–" : compact(arm.wallSecondsPerTrial),
      compact(spentOf(arm)),
    ]),
    note: "Per problem, as if alone. Seconds: models at work on the longest chain of calls that followed each other, without waiting for a place, a retry or other calls; wall seconds are from start to end, as many problems at a time as there were. The last column is what was really paid for: samples that strategies share are paid for once, by whichever came first.",
  };
}

function frontierTables({ frontiers }: ReportData): Table[] {
  return frontiers.map(({ unit, points: all }) => ({
    title: `Frontier in ${unit}`,
    head: ["strategy", `mean ${unit}`, "accuracy %", "on the frontier", "in % of resamples"],
    rows: all.map(({ arm, cost, accuracy, on, share }) => [
      arm,
      compact(cost),
      percent(accuracy),
      on ? "yes" : "no",
      percent(share),
    ]),
  }));
}

function verifierTable({ verifiers }: ReportData): Table | null {
  if (verifiers.length === 0) return null;
  return {
    title: "Scores against the truth",
    head: ["strategy", "verifier", "AUROC within", "95 % interval", "calibration error", "Brier", "scored", "unscored"],
    rows: verifiers.map((one) => [
      one.arm,
      one.verifier,
      one.auroc === null ? "–" : one.auroc.value.toFixed(3),
      one.auroc === null ? "–" : `${one.auroc.low.toFixed(3)} – ${one.auroc.high.toFixed(3)}`,
      one.calibrationError.toFixed(3),
      one.brier.toFixed(3),
      one.scored.toLocaleString("en-US"),
      one.unscored.toLocaleString("en-US"),
    ]),
    words: [1],
    note: "AUROC within: the chance that a right candidate scores above a wrong one of the same trial, which is what predicts best-of-n.",
  };
}

function efficiencyTable({ efficiency }: ReportData): Table | null {
  if (efficiency.length === 0) return null;
  const sizes = [...new Set(efficiency.flatMap(({ atK }) => atK.map(({ k }) => k)))].sort((a, b) => a - b);
  const last = stepClassBounds.at(-1);
  return {
    title: "Steps of programs beside their references'",
    head: [
      ...["strategy", "of the pick", "95 % interval", ...sizes.map((k) => `eff@${k}`)],
      ...[...stepClassBounds.map((bound) => `≤ ${bound} ×`), `> ${last} ×`, "trials"],
    ],
    rows: efficiency.map(({ arm, trials, picked, atK, classes }) => [
      arm,
      picked.value.toFixed(3),
      `${picked.low.toFixed(3)} – ${picked.high.toFixed(3)}`,
      ...sizes.map((k) => atK.find((one) => one.k === k)?.value.toFixed(3) ?? "–"),
      ...classes.map((count) => count.toLocaleString("en-US")),
      trials.toLocaleString("en-US"),
    ]),
    note: "A step is a line, call or return of Python, the same at every run. Efficiency: 1 as the reference, above 1 with fewer steps, 0 for a program that is not right or takes twice the reference's. eff@k: the best of k samples, expected over random subsets. The columns with × count right picks by how many times the reference's steps they take.",
  };
}

function groupTables({ groups, arms }: ReportData): Table[] {
  const titles = { dataset: "By dataset", difficulty: "By difficulty", tag: "By tag" };
  return groups.map(({ kind, rows, hidden }) => ({
    title: `${titles[kind]}: accuracy %`,
    head: [kind, "problems", ...arms.map(({ arm }) => arm)],
    rows: rows.map(({ name, problems, cells }) => [
      name,
      problems.toLocaleString("en-US"),
      ...cells.map(({ accuracy }) => percent(accuracy)),
    ]),
    ...(kind === "difficulty" ? { note: "The dataset's own difficulty, in fifths of its range." } : {}),
    ...(hidden > 0
      ? { note: `${hidden} rarer tags are folded; {name: accuracy, by: tag} under metrics has all.` }
      : {}),
  }));
}

function failureTable({ failures }: ReportData): Table {
  const stops = [...new Set(failures.flatMap((one) => Object.keys(one.stops)))].sort();
  return {
    title: "Trials by outcome",
    head: [
      "strategy",
      ...failureKinds.map(({ name }) => name),
      ...stops.map((stop) => `ended: ${stop}`),
      "unfinished candidates",
    ],
    rows: failures.map((one) => [
      one.arm,
      ...failureKinds.map(({ key }) => one[key].toLocaleString("en-US")),
      ...stops.map((stop) => (one.stops[stop] ?? 0).toLocaleString("en-US")),
      one.incomplete.toLocaleString("en-US"),
    ]),
  };
}

/** The sentences under the verdict: every comparison in words, and what must not be overlooked. */
export const verdictWords = ({ comparisons }: ReportData): string[] => comparisons.map(({ words }) => words);

export function warnings(data: ReportData): string[] {
  const errors = data.failures.reduce((sum, { error }) => sum + error, 0);
  const refused = data.failures.reduce((sum, one) => sum + one.refused, 0);
  const undecided = data.failures.reduce((sum, one) => sum + one.undecided, 0);
  return [
    ...data.simulated.map((id) => `Simulated policy (${id}): these figures say nothing about a language model.`),
    ...data.warnings,
    ...(data.complete ? [] : ["The run is not finished: figures are of the trials so far."]),
    ...(errors > 0
      ? [`${errors.toLocaleString("en-US")} trials failed and are left out: the model could not be had.`]
      : []),
    ...(refused > 0
      ? [`${refused.toLocaleString("en-US")} trials are left out: the provider refused what was asked.`]
      : []),
    ...(undecided > 0
      ? [`${undecided.toLocaleString("en-US")} answers could not be judged and count as not right.`]
      : []),
    ...data.arms.flatMap(environmentWords),
    ...data.arms.flatMap(({ arm, overBudget, n }) =>
      overBudget === undefined
        ? []
        : [`${arm} passed its budget in ${overBudget} of ${n} trials: it had more compute than the others.`],
    ),
    ...data.arms.flatMap(({ arm, unsearched, n }) =>
      unsearched === undefined
        ? []
        : [`${arm}: the budget left no room for a round of search in ${unsearched} of ${n} trials.`],
    ),
    ...readingWarnings(data),
  ];
}
