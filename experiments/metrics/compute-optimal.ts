import { z } from "zod";
import {
  type ArmsRows,
  defineArmsMetric,
  type MetricResult,
  type PartResult,
  type TrialRow,
  type UnitValue,
} from "../../src/core/metric.ts";
import { Random } from "../../src/core/random.ts";
import { stepCurve, valueAt } from "../../src/statistics/compute/anytime.ts";
import {
  type BinnedProblem,
  chooseHeldOut,
  difficultyBins,
  type HeldOut,
} from "../../src/statistics/compute/compute-optimal.ts";
import { overUnits } from "../../src/statistics/metric.ts";
import { groupBy, mean } from "../../src/statistics/numeric/arrays.ts";
import { noneOf, type SharedProblem, sharedProblems } from "./kit/arms.ts";
import { poolOf, rightOf } from "./kit/pool.ts";

const options = z.strictObject({
  tokens: z
    .array(z.number().positive())
    .default([])
    .describe("budgets of a problem at which every arm's pick is read, the last being the figure's; none: as it ended"),
  difficulty: z
    .string()
    .default("dataset")
    .describe("dataset: the dataset's own; else the label of an arm whose share of right candidates tells it"),
  bins: z.int().min(2).max(20).default(5).describe("difficulty bins of as many problems each"),
  folds: z.int().min(2).default(2).describe("parts of each bin; the arm is chosen on the others"),
});
type Options = z.output<typeof options>;

/** The rows that are made of several arms. */
const chosenRow = "chosen by bin, held out";
const singleRow = "best single arm, held out";

/**
 * The compute-optimal strategy: for each difficulty bin the arm that is best on held-out folds, beside every arm and
 * the best single arm chosen the same way. Difficulty is the dataset's own, or 1 − pass@1 of an arm's candidates, which
 * the arm then has no part in the choice: its samples would know the answer. Bins made of samples are Snell's oracle
 * bins, which a deployed system would have to predict.
 */
export const computeOptimal = defineArmsMetric<Options>({
  name: "compute-optimal",
  summary: "accuracy of the arm chosen for each difficulty bin on held-out folds, beside every arm",
  paper: "Snell et al. 2024, arXiv:2408.03314",
  scale: "share",
  better: "higher",
  options,
  partsAre: "difficulty bin",
  across(rows, { tokens, difficulty, bins: binCount, folds }, random) {
    const hard = difficultyOf(rows, difficulty);
    if (typeof hard === "string") return noneOf(rows, hard);
    const able: ArmsRows = new Map([...rows].filter(([arm]) => arm !== difficulty));
    if (able.size < 2) return noneOf(rows, "a choice needs two arms or more");
    const budgets = tokens.length === 0 ? [null] : [...tokens].sort((a, b) => a - b);
    const read = budgets.map((budget) => sharedProblems(able, (trials) => accuracyAt(trials, budget)));
    const known = (problems: readonly SharedProblem[]) => problems.filter(({ problem }) => hard.has(problem));
    const tables = read.map(({ problems }) => known(problems).map((one) => binned(one, hard.get(one.problem) ?? 0)));
    const [first = []] = tables;
    if (first.length < 2 * binCount)
      return noneOf(rows, `needs ${2 * binCount} problems that all arms have, with a difficulty`);
    const bins = difficultyBins(
      first.map((one) => one.difficulty),
      binCount,
    );
    const setting = { arms: [...able.keys()], bins, binCount, folds, seed: random.key };
    const choices = tables.map((problems, i) => choice(problems, { ...setting, budget: budgets[i] ?? null }));
    const names = [...able.keys(), singleRow, chosenRow];
    const leftOut = (read[0]?.problems.length ?? 0) - first.length + (read[0]?.leftOut ?? 0);
    return new Map(names.map((name, row) => [name, resultOf(name, row, choices, leftOut)]));
  },
});

const binned = ({ problem, cluster, values }: SharedProblem, difficulty: number): BinnedProblem => ({
  ...{ problem, cluster, difficulty, values },
});

function accuracyAt(trials: readonly TrialRow[], budget: number | null): number {
  const right = ({ picks, verdict }: TrialRow) =>
    budget === null ? (verdict === "correct" ? 1 : 0) : valueAt(stepCurve(picks), budget);
  return mean(trials.map(right));
}

/** Of each problem; or why there is none. */
function difficultyOf(rows: ArmsRows, from: string): Map<string, number> | string {
  if (from === "dataset") {
    const own = [...rows.values()]
      .flat()
      .flatMap(({ problem, difficulty }) => (difficulty == null ? [] : [[problem, difficulty] as const]));
    return own.length === 0 ? "the dataset has no difficulty; name an arm under `difficulty`" : new Map(own);
  }
  const trials = rows.get(from);
  if (trials === undefined) return `there is no arm "${from}" to tell the difficulty`;
  return new Map(
    [...groupBy(trials, ({ problem }) => problem)].flatMap(([problem, own]) => {
      const pool = poolOf(own);
      return pool.length === 0 ? [] : [[problem, 1 - rightOf(pool) / pool.length] as const];
    }),
  );
}

interface ChoiceSetting {
  readonly arms: readonly string[];
  readonly bins: readonly number[];
  readonly binCount: number;
  readonly folds: number;
  readonly seed: string;
  readonly budget: number | null;
}

/** At one budget: values of every row on every problem, and which arms were chosen. */
interface Choice extends ChoiceSetting {
  readonly problems: readonly BinnedProblem[];
  readonly single: HeldOut;
  readonly byBin: HeldOut;
}

function choice(problems: readonly BinnedProblem[], setting: ChoiceSetting): Choice {
  const { bins, binCount, folds, seed } = setting;
  // The same folds at every budget.
  const drawn = () => new Random(seed);
  return {
    ...setting,
    problems,
    byBin: chooseHeldOut(problems, bins, { binCount, folds, random: drawn() }),
    single: chooseHeldOut(
      problems,
      bins.map(() => 0),
      { binCount: 1, folds, random: drawn() },
    ),
  };
}

const valueAtRow = ({ problems, single, byBin, arms }: Choice, row: number, i: number): number =>
  (row < arms.length ? problems[i]?.values[row] : (row === arms.length ? single : byBin).values[i]) ?? 0;

const unitsOf = (one: Choice, row: number, test: (bin: number) => boolean): UnitValue[] =>
  one.problems.flatMap(({ problem, cluster }, i) =>
    test(one.bins[i] ?? 0) ? [{ unit: problem, cluster, value: valueAtRow(one, row, i) }] : [],
  );

function resultOf(name: string, row: number, choices: readonly Choice[], leftOut: number): MetricResult {
  const last = choices.at(-1) as Choice;
  const whole = overUnits(
    "share",
    unitsOf(last, row, () => true),
    0,
    leftOut,
  );
  const parts = choices.flatMap((one) =>
    Array.from({ length: one.binCount }, (_, bin) => partOf(one, row, bin)).filter((part) => part.units !== 0),
  );
  const note = name === chosenRow ? chosenWords(last) : undefined;
  return { ...whole, parts, note, against: name === chosenRow ? singleRow : undefined };
}

function partOf(one: Choice, row: number, bin: number): PartResult {
  const { value, interval, units } = overUnits(
    "share",
    unitsOf(one, row, (own) => own === bin),
    0,
    0,
  );
  const panel = binName(one, bin);
  const at = one.budget === null ? "" : ` · ${one.budget.toLocaleString("en-US")} tokens`;
  return { part: `${panel}${at}`, value, interval, units: units.length, panel, x: one.budget ?? undefined };
}

const binName = ({ binCount }: Choice, bin: number): string =>
  `${bin + 1}${bin === 0 ? " (easiest)" : bin === binCount - 1 ? " (hardest)" : ""}`;

/** "bin 1: self-consistency; bin 2: beam-search or mcts". */
const chosenWords = ({ byBin, arms }: Choice): string =>
  byBin.chosen
    .map((folds, bin) => [bin, [...new Set(folds.flatMap((arm) => (arm === null ? [] : [arms[arm] ?? ""])))]] as const)
    .filter(([, names]) => names.length > 0)
    .map(([bin, names]) => `bin ${bin + 1}: ${names.join(" or ")}`)
    .join("; ");
