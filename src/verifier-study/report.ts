import type { Comparison } from "../statistics/comparing/comparison.ts";
import { bestOfCurve, type CurvePoint, gainsOverVote } from "./best-of.ts";
import type { BenchmarkName } from "./items.ts";
import {
  type Discrimination,
  discrimination,
  type FirstErrors,
  firstErrorRows,
  firstErrors,
  type HackingSign,
  hackingSigns,
  type Judgement,
  oneToMany,
  outcomePairs,
  stepPairs,
  stepVerdicts,
  tunedFirstErrors,
} from "./measures.ts";
import type { Robustness } from "./robustness.ts";

export interface VerifierReport {
  readonly format: "ruminate-verifier-report";
  readonly version: 1;
  readonly verifier: string;
  readonly policy: string;
  readonly simulated: boolean;
  readonly benchmark: BenchmarkName;
  readonly seed: string;
  readonly items: number;
  readonly of: number;
  /** Solutions of a run that its grader could not judge: they are left out. */
  readonly undecided: number;
  /** Items on which the verifier broke off, and the first reason. */
  readonly failed: { readonly items: number; readonly first: string | null };
  readonly solutions: Discrimination;
  readonly steps: Discrimination | null;
  /** Beginnings of a run's solutions, right where their solution is: what a value of prefixes foretells. */
  readonly beginnings: Discrimination | null;
  readonly firstErrors: {
    readonly atHalf: FirstErrors;
    readonly tuned: FirstErrors | null;
    readonly subsets: Readonly<Record<string, FirstErrors>>;
    /** Unweighted mean of the subsets' F1, as the benchmark publishes it. */
    readonly meanF1: number | null;
  } | null;
  readonly stepVerdicts: ReturnType<typeof stepVerdicts> | null;
  readonly oneToMany: ReturnType<typeof oneToMany> | null;
  readonly bestOf: readonly CurvePoint[];
  /** Of the verifier's pick, and of the vote that it weighs, over the vote of equally many. */
  readonly gains: readonly Comparison[];
  readonly positions: readonly {
    readonly third: "first" | "middle" | "last";
    readonly auc: number | null;
    readonly withinProblem: number | null;
    readonly n: number;
  }[];
  readonly hacking: readonly HackingSign[];
  /** Under changes that should not matter; empty where they were not asked for. */
  readonly robustness: readonly Robustness[];
  readonly cost: { readonly tokens: number; readonly calls: number; readonly milliseconds: number };
}

export type ReportHead = Pick<
  VerifierReport,
  "verifier" | "policy" | "simulated" | "benchmark" | "seed" | "of" | "undecided"
>;

/** All figures of one verifier on one benchmark. Costs are means per item. */
export function reportOf(head: ReportHead, judgements: readonly Judgement[]): VerifierReport {
  const { seed, benchmark } = head;
  const solutions = judgements.reduce((sum, { item }) => sum + item.solutions.length, 0);
  const outcomes = outcomePairs(judgements);
  const steps = stepPairs(judgements);
  const labelled = steps.pairs.length + steps.unscored > 0 && judgements.some(({ judged }) => judged.steps !== null);
  const beginnings = benchmark === "run" ? beginningsOf(judgements) : [];
  const beginningPairs = stepPairs(beginnings);
  const broken = judgements.flatMap(({ judged }) => (judged.error === undefined ? [] : [judged.error]));
  return {
    format: "ruminate-verifier-report",
    version: 1,
    ...head,
    items: judgements.length,
    failed: { items: broken.length, first: broken[0] ?? null },
    solutions: discrimination(outcomes, solutions - outcomes.length, seed),
    steps: labelled ? discrimination(steps.pairs, steps.unscored, seed) : null,
    beginnings:
      beginningPairs.pairs.length > 0 ? discrimination(beginningPairs.pairs, beginningPairs.unscored, seed) : null,
    firstErrors: labelled ? firstErrorFigures(judgements, seed) : null,
    stepVerdicts: labelled ? stepVerdicts(judgements) : null,
    oneToMany: benchmark === "rewardmath" && judgements.length > 0 ? oneToMany(judgements) : null,
    bestOf: benchmark === "run" ? bestOfCurve(judgements) : [],
    gains: benchmark === "run" ? gainsOverVote(judgements) : [],
    positions: labelled || beginningPairs.pairs.length > 0 ? positions(labelled ? judgements : beginnings, seed) : [],
    hacking: hackingSigns(judgements),
    robustness: [],
    cost: meanCost(judgements),
  };
}

function firstErrorFigures(judgements: readonly Judgement[], seed: string): VerifierReport["firstErrors"] {
  const rows = firstErrorRows(judgements);
  if (rows.length === 0) return null;
  const subsets = Object.fromEntries(
    [...Map.groupBy(rows, ({ subset }) => subset)].map(([name, part]) => [name, firstErrors(part, 0.5, seed)]),
  );
  const known = Object.values(subsets).flatMap(({ f1 }) => (f1 === null ? [] : [f1.value]));
  return {
    atHalf: firstErrors(rows, 0.5, seed),
    tuned: tunedFirstErrors(rows, seed),
    subsets,
    meanF1: known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length,
  };
}

/** Those of a run that steps were judged in: every beginning has the outcome of its solution as label. */
const beginningsOf = (judgements: readonly Judgement[]): Judgement[] =>
  judgements
    .filter(({ judged }) => judged.steps !== null)
    .map(({ item, judged }) => {
      const solutions = item.solutions.map((one) => ({ ...one, labels: one.steps.map(() => one.correct) }));
      return { judged, item: { ...item, solutions } };
    });

/** Does it judge late steps as well as early ones? */
function positions(judgements: readonly Judgement[], seed: string): VerifierReport["positions"] {
  const names = ["first", "middle", "last"] as const;
  return names.map((third, index) => {
    const part = judgements.map(({ item, judged }) => ({
      judged,
      item: {
        ...item,
        solutions: item.solutions.map((solution) => ({
          ...solution,
          labels: (solution.labels ?? []).map((label, t, all) =>
            Math.min(2, Math.floor((3 * t) / all.length)) === index ? label : null,
          ),
        })),
      },
    }));
    const { pairs } = stepPairs(part);
    const area = pairs.length === 0 ? null : discrimination(pairs, 0, seed).area;
    return { third, auc: area?.auc ?? null, withinProblem: area?.withinProblem ?? null, n: pairs.length };
  });
}

function meanCost(judgements: readonly Judgement[]) {
  const n = Math.max(1, judgements.length);
  const mean = (pick: (judgement: Judgement) => number) => judgements.reduce((sum, one) => sum + pick(one), 0) / n;
  return {
    tokens: mean(({ judged }) => judged.tokens),
    calls: mean(({ judged }) => judged.calls),
    milliseconds: mean(({ judged }) => judged.milliseconds),
  };
}
