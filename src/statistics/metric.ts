import {
  type ArmsRows,
  defineMetric,
  type MetricDefinition,
  type MetricNeed,
  type MetricResult,
  type MetricScale,
  type TrialRow,
  type UnitValue,
} from "../core/metric.ts";
import { Random } from "../core/random.ts";
import { clusteredInterval } from "./intervals/mean.ts";
import { shareInterval } from "./intervals/share.ts";
import { groupBy, mean } from "./numeric/arrays.ts";

/** Trials that have a verdict. */
export const judged = (rows: readonly TrialRow[]): TrialRow[] => rows.filter(hasVerdict);

const hasVerdict = ({ verdict }: TrialRow): boolean => verdict !== "undecided" && verdict !== "error";

/** What cluster a row's problem belongs to. */
export const clusterOf = (row: TrialRow): string => row.group ?? row.problem;

interface ProblemMetric<Options> extends Omit<MetricDefinition<Options>, "compute"> {
  /** Which trials enter; default: those with a verdict. */
  readonly keeps?: (row: TrialRow) => boolean;
  /** The value on one problem, from its trials over all seeds; null where undefined. */
  ofProblem(trials: readonly TrialRow[], options: Options, random: Random): number | null;
  /** Why no problem has a value. */
  whyNone?(rows: readonly TrialRow[], options: Options): string;
}

/**
 * A metric that is a mean over problems: each problem's seeds are averaged first (by `ofProblem`), then problems, every
 * problem weighing alike. The interval is clustered by group.
 */
export function defineProblemMetric<Options>(metric: ProblemMetric<Options>): MetricDefinition<Options> {
  const { keeps = hasVerdict, ofProblem, whyNone, ...rest } = metric;
  return defineMetric({
    ...rest,
    compute(rows, options, random) {
      const kept = rows.filter(keeps);
      const units: UnitValue[] = [];
      const problems = groupBy(kept, ({ problem }) => problem);
      for (const [unit, trials] of problems) {
        const value = ofProblem(trials, options, random.fork("problem", unit));
        if (value !== null && trials[0] !== undefined) units.push({ unit, cluster: clusterOf(trials[0]), value });
      }
      const result = overUnits(metric.scale, units, rows.length - kept.length, problems.size - units.length);
      if (units.length > 0) return result;
      if (kept.length === 0) return { ...result, note: "no trial has what it reads" };
      return { ...result, note: whyNone?.(kept, options) ?? result.note };
    },
  });
}

/** Mean over units with its clustered interval: of shares the one of {@link shareInterval}, else Student's. */
export function overUnits(
  scale: MetricScale,
  units: readonly UnitValue[],
  excludedTrials: number,
  undefinedUnits: number,
): MetricResult {
  const rest = { units, excludedTrials, undefinedUnits };
  if (units.length === 0) return { value: null, interval: null, ...rest, note: "undefined on every problem" };
  const values = units.map(({ value }) => value);
  const clusters = units.map(({ cluster }) => cluster);
  const interval = scale === "share" ? shareInterval(values, clusters) : clusteredInterval(values, clusters);
  return { value: mean(values), interval, ...rest };
}

interface Need {
  /** What is missing, and what would give it. */
  readonly words: string;
  readonly met: (rows: readonly TrialRow[]) => boolean;
}

const someCandidate = (rows: readonly TrialRow[], has: (one: TrialRow["candidates"][number]) => boolean): boolean =>
  rows.some(({ candidates }) => candidates.some(has));

const hasVariant = (rows: readonly TrialRow[], test: (variant: string) => boolean): boolean =>
  rows.some(({ variant }) => variant !== null && variant !== undefined && test(variant));

/** How each need is recognised in rows. */
export const needs: Readonly<Record<MetricNeed, Need>> = {
  candidates: {
    words: "graded candidates; no trial has one",
    met: (rows) => someCandidate(rows, ({ correct }) => correct !== null),
  },
  scores: {
    words: "candidates scored by an outcome verifier; none is scored. Name one under verifiers",
    met: (rows) => someCandidate(rows, ({ score, correct }) => score !== null && correct !== null),
  },
  picks: {
    words: "the pick after each candidate; no trial has one",
    met: (rows) => rows.some(({ picks }) => picks.length > 0),
  },
  groups: {
    words: "problems in groups of variants; every problem stands alone. Ask the dataset for perturbations",
    met: (rows) => new Set(rows.map(clusterOf)).size < new Set(rows.map(({ problem }) => problem)).size,
  },
  originals: {
    words: "unperturbed originals beside their variants; the dataset marks none",
    met: (rows) =>
      hasVariant(rows, (variant) => variant === "original") && hasVariant(rows, (variant) => variant !== "original"),
  },
  "instance-sets": {
    words: "two or more instance sets of the same templates; the dataset has none",
    met: (rows) => {
      const sets = rows.flatMap(({ variant }) => (variant == null || variant === "original" ? [] : [variant]));
      return new Set(sets).size > 1;
    },
  },
  judgements: {
    words: "judgements of a model that grades; there are none. Name a judge under grade",
    met: (rows) => rows.some(({ judged }) => judged !== undefined),
  },
  steps: {
    words: "counted steps of Python programs; none were counted. Set efficiency: true",
    met: (rows) => someCandidate(rows, ({ efficiency }) => efficiency !== null && efficiency !== undefined),
  },
  "cost-references": {
    words: "programs beside references of other speeds; there are none. See ruminate datasets costs, efficiency",
    met: (rows) => someCandidate(rows, ({ dps }) => dps !== undefined),
  },
  prices: {
    words: "prices of the model; none are known. Put them into prices.json",
    met: (rows) => rows.some(({ dollars }) => dollars !== null && dollars !== undefined),
  },
};

/**
 * Runs a metric on the rows of every arm: each alone, or together where the metric sets arms side by side. Arms that
 * lack what it needs are undefined and say so.
 */
export function computeArms<Options>(
  metric: MetricDefinition<Options>,
  arms: ArmsRows,
  options: Options,
  seed: string | number,
): Map<string, MetricResult> {
  if (metric.across === undefined) {
    return new Map([...arms].map(([arm, rows]) => [arm, computeMetric(metric, rows, options, seed)]));
  }
  const able = new Map([...arms].filter(([, rows]) => lacks(metric, rows) === undefined));
  const found = metric.across(able, options, new Random(`metric/${metric.name}/${seed}`));
  const rest = [...arms].filter(([arm]) => !able.has(arm));
  const unable = rest.map(([arm, rows]) => [arm, lacking(lacks(metric, rows) ?? "candidates", rows)] as const);
  const results = new Map([...found, ...unable]);
  return new Map(
    [...arms.keys(), ...found.keys()].flatMap((arm) =>
      results.has(arm) ? [[arm, results.get(arm) as MetricResult]] : [],
    ),
  );
}

const lacks = ({ needs: wanted = [] }: Pick<MetricDefinition, "needs">, rows: readonly TrialRow[]) =>
  wanted.find((need) => !needs[need].met(rows));

function lacking(need: MetricNeed, rows: readonly TrialRow[]): MetricResult {
  const note = `needs ${needs[need].words}`;
  return { value: null, interval: null, units: [], excludedTrials: rows.length, undefinedUnits: 0, note };
}

/**
 * Runs a metric on the rows of one arm with options already parsed. Where the rows lack what the metric needs, the
 * value is null and the note says what is missing: unknown is not zero.
 */
export function computeMetric<Options>(
  metric: MetricDefinition<Options>,
  rows: readonly TrialRow[],
  options: Options,
  seed: string | number,
): MetricResult {
  const missing = lacks(metric, rows);
  if (missing !== undefined) return lacking(missing, rows);
  return metric.compute(rows, options, new Random(`metric/${metric.name}/${seed}`));
}
