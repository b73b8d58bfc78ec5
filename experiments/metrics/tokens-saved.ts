import { z } from "zod";
import { defineArmsMetric, type MetricResult, type TrialRow } from "../../src/core/metric.ts";
import { bootstrap } from "../../src/statistics/intervals/bootstrap.ts";
import { clusterOf } from "../../src/statistics/metric.ts";
import { groupBy } from "../../src/statistics/numeric/arrays.ts";

interface Pair {
  readonly cluster: string;
  readonly own: TrialRow;
  readonly whole: TrialRow;
}

const counts = {
  policy: ({ policyTokens }: TrialRow) => policyTokens ?? null,
  all: ({ tokens }: TrialRow) => tokens,
};

/** With several policies or budgets an arm is called "label · policy": it is compared with the one of its own. */
function counterpartOf(arms: ReadonlyMap<string, unknown>, arm: string, than: string): string {
  const at = arm.indexOf(" · ");
  const own = at < 0 ? than : `${than}${arm.slice(at)}`;
  return arms.has(than) ? than : own;
}

const keyOf = ({ problem, seed }: TrialRow): string => JSON.stringify([problem, seed]);

/**
 * What an arm does not draw that another one draws on the same problems and seeds: 1 − Σ own / Σ other. It is what
 * early drop, early stops and adaptive budgets are for; negative where the arm draws more.
 */
export const tokensSaved = defineArmsMetric({
  name: "tokens-saved",
  summary: "share of another arm's tokens that an arm saves on the same problems, policy alone and with its verifier",
  paper: "Nath et al. 2024, arXiv:2407.13887",
  scale: "share",
  better: "higher",
  options: z.strictObject({
    than: z.string().describe("label of the arm that drops nothing; of several policies that of the same one"),
    of: z.enum(["policy", "all"]).default("policy").describe("whose tokens: the policy's, or with the verifiers'"),
    replicates: z.int().min(100).default(1_000).describe("bootstrap resamples of the problems"),
  }),
  partsAre: "tokens",
  across(arms, { than, of, replicates }, random) {
    const results = [...arms].map(([arm, rows]): [string, MetricResult] => {
      const counterpart = counterpartOf(arms, arm, than);
      const whole = new Map((arms.get(counterpart) ?? []).map((row) => [keyOf(row), row]));
      const pairs = rows.flatMap((own): Pair[] => {
        const other = whole.get(keyOf(own));
        const known = other !== undefined && [own, other].every((row) => counts.policy(row) !== null);
        return known ? [{ cluster: clusterOf(own), own, whole: other }] : [];
      });
      const rest = { units: [], excludedTrials: rows.length - pairs.length, undefinedUnits: 0 };
      const none = { value: null, interval: null, ...rest };
      if (arm === counterpart)
        return [arm, { ...none, excludedTrials: 0, note: "is what the others are compared with" }];
      const value = saved(pairs, of);
      const others = [...arms.keys()].join(", ");
      const missing = `there is no arm "${than}"; there are: ${others}`;
      if (value === null) return [arm, { ...none, note: arms.has(counterpart) ? "no trial in common" : missing }];
      const clusters = [...groupBy(pairs, ({ cluster }) => cluster).values()].map((members) => sumsOf(members, of));
      const again = (drawn: Float64Array) => savedOf(clusters.map((sums, c) => scaled(sums, drawn[c] ?? 0)));
      const { interval } = bootstrap(clusters.length, again, { seed: `${random.key}/${arm}`, replicates });
      const parts = (["policy", "all"] as const).map((one) => ({
        part: one,
        value: saved(pairs, one),
        interval: null,
      }));
      return [arm, { value, interval, ...rest, parts }];
    });
    return new Map(results);
  },
});

type Sums = Readonly<Record<"own" | "whole", number>>;

const sumsOf = (pairs: readonly Pair[], of: keyof typeof counts): Sums => {
  const sum = (which: "own" | "whole") => pairs.reduce((total, pair) => total + (counts[of](pair[which]) ?? 0), 0);
  return { own: sum("own"), whole: sum("whole") };
};

const scaled = ({ own, whole }: Sums, by: number): Sums => ({ own: by * own, whole: by * whole });

function savedOf(all: readonly Sums[]): number | null {
  const whole = all.reduce((sum, one) => sum + one.whole, 0);
  return whole === 0 ? null : 1 - all.reduce((sum, { own }) => sum + own, 0) / whole;
}

const saved = (pairs: readonly Pair[], of: keyof typeof counts) => savedOf([sumsOf(pairs, of)]);
