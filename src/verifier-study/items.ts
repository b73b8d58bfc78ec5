import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadPrm800k } from "../../experiments/datasets/prm800k.ts";
import { loadRewardMath } from "../../experiments/datasets/reward-math.ts";
import {
  loadBigBenchMistake,
  loadMathShepherd,
  loadMrGsm8k,
  loadPrmBench,
  loadProcessBench,
  type StepLabelRow,
} from "../../experiments/datasets/step-labels.ts";
import type { Confidence } from "../core/candidate.ts";
import type { LineState } from "../core/policy.ts";
import { Random } from "../core/random.ts";
import { readSummary, type StoredSummary } from "../runs/counted-records.ts";
import { gradedOf, traceExamples } from "./examples.ts";

export const benchmarkNames = [
  "processbench",
  "prmbench",
  "bigbench-mistake",
  "prm800k",
  "math-shepherd",
  "mr-gsm8k",
  "rewardmath",
  "run",
] as const;
export type BenchmarkName = (typeof benchmarkNames)[number];

/** A solution with what is known to be true of it. */
export interface LabelledSolution {
  readonly steps: readonly string[];
  /** Is it right? By its final answer where that is known, else by its steps. */
  readonly correct: boolean;
  /** labels[t] of step t; null where nobody judged it. Absent where the benchmark has no step labels. */
  readonly labels?: readonly (boolean | null)[];
  /** Index of the first wrong step, -1 for none. */
  readonly firstError?: number;
  readonly answer?: string | null;
  /** What the policy's log-probabilities said, where a run kept it. */
  readonly confidence?: Confidence;
  /** What the policy held at the ends of each step's lines, where a run kept it. */
  readonly states?: readonly (readonly LineState[])[];
}

/** What is judged at once: one question with one or several solutions. */
export interface BenchmarkItem {
  readonly id: string;
  readonly question: string;
  readonly solutions: readonly LabelledSolution[];
  readonly subset: string;
  /** Items of one cluster are about one problem. */
  readonly cluster: string;
  /** The id of the model whose solutions they are, where it is one and known. */
  readonly policy?: string;
}

const stepLoaders: Readonly<Record<string, (path: string, signal?: AbortSignal) => Promise<readonly StepLabelRow[]>>> =
  {
    processbench: loadProcessBench,
    prmbench: loadPrmBench,
    "bigbench-mistake": loadBigBenchMistake,
    "math-shepherd": loadMathShepherd,
    "mr-gsm8k": loadMrGsm8k,
    prm800k: async (path, signal) => (await loadPrm800k(path, signal)).filter(({ isScreening }) => !isScreening),
  };

/**
 * A benchmark's items. `run`: the graded candidates of a finished run, problem by problem; `leave` is told how many the
 * grader could not judge.
 */
export async function loadItems(
  name: BenchmarkName,
  path: string,
  signal?: AbortSignal,
  leave: (undecided: number) => void = () => {},
): Promise<BenchmarkItem[]> {
  if (name === "rewardmath") return (await loadRewardMath(path, signal)).map(rewardItem);
  if (name === "run") return runItems(path, leave);
  const rows = (await stepLoaders[name]?.(path, signal)) ?? [];
  return rows.filter(({ steps }) => steps.length > 0).map(stepItem);
}

const stepItem = (row: StepLabelRow): BenchmarkItem => ({
  id: row.id,
  question: row.question,
  subset: row.subset,
  cluster: row.group,
  solutions: [
    {
      steps: row.steps,
      labels: row.labels,
      firstError: row.firstError ?? -1,
      correct: row.answerIsRight ?? row.firstError === null,
    },
  ],
});

type RewardGroup = Awaited<ReturnType<typeof loadRewardMath>>[number];
const rewardItem = ({ id, question, chosen, rejected }: RewardGroup): BenchmarkItem => ({
  id,
  question,
  subset: "rewardmath",
  cluster: id,
  solutions: [{ steps: chosen, correct: true }, ...rejected.map((steps) => ({ steps, correct: false }))],
});

function runItems(path: string, leave: (undecided: number) => void): BenchmarkItem[] {
  const policy = existsSync(join(path, "summary.json")) ? onlyPolicyOf(readSummary(path)) : undefined;
  const { graded, undecided } = gradedOf(traceExamples(path, { repeats: true }));
  leave(undecided);
  const groups = Map.groupBy(graded, ({ question }) => question);
  return [...groups].map(([question, members], i) => ({
    id: `run-${i}`,
    question,
    subset: "run",
    cluster: members[0]?.cluster ?? question,
    policy,
    solutions: members.map(({ steps, correct, answer, confidence, states }) => ({
      ...{ steps, correct, answer, confidence, states },
    })),
  }));
}

const onlyPolicyOf = ({ policies }: Pick<StoredSummary, "policies">): string | undefined =>
  policies.length === 1 ? policies[0]?.id : undefined;

/**
 * `limit` items drawn by seed in the file's order, as evenly from the subsets as they allow. A larger sample of the
 * same seed holds a smaller one's items of each subset.
 */
export function sampleItems(items: readonly BenchmarkItem[], limit: number | undefined, seed: string): BenchmarkItem[] {
  if (limit === undefined || limit >= items.length) return [...items];
  const rank = (item: BenchmarkItem) => new Random(`verifier-eval/${seed}/${item.id}`).uniform();
  const subsets = [...Map.groupBy(items, ({ subset }) => subset).values()].map((members) =>
    members
      .map((item) => ({ item, rank: rank(item) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item),
  );
  const chosen = new Set<BenchmarkItem>();
  for (let round = 0; chosen.size < limit; round++) {
    for (const members of subsets) {
      const item = members[round];
      if (item !== undefined && chosen.size < limit) chosen.add(item);
    }
  }
  return items.filter((item) => chosen.has(item));
}
