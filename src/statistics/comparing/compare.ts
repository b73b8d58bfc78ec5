import type { UnitValue } from "../../core/metric.ts";
import { defaultLevel } from "../intervals/interval.ts";
import type { Comparison, ComparisonOptions, PairVerdict } from "./comparison.ts";
import { holm } from "./corrections.ts";
import { mcnemar } from "./mcnemar.ts";
import { clusterDifferences, clustersOf, pairedDifference, pairUp, unseenShare } from "./paired.ts";
import { pairedPermutation } from "./permutation.ts";
import { minimumDetectable, problemsNeeded } from "./power.ts";
import { describe } from "./words.ts";

/** A strategy's value on each problem. */
export interface StrategyValues {
  readonly strategy: string;
  readonly units: readonly UnitValue[];
}

/** Two sides, and the family that their comparison belongs to. */
export interface FamilyPair {
  readonly a: StrategyValues;
  readonly b: StrategyValues;
  readonly family: string;
}

/** Compares the pairs of each family as {@link compareFamily} does; results stand in the order given. */
export function compareFamilies(pairs: readonly FamilyPair[], options: ComparisonOptions = {}): Comparison[] {
  const found = new Map<FamilyPair, Comparison>();
  for (const [scope, members] of Map.groupBy(pairs, ({ family }) => family)) {
    const compared = compareFamily(
      members.map(({ a, b }) => [a, b] as const),
      { ...options, scope },
    );
    members.forEach((pair, i) => {
      const one = compared[i];
      if (one !== undefined) found.set(pair, one);
    });
  }
  return pairs.flatMap((pair) => found.get(pair) ?? []);
}

/** Compares many pairs as one family: p values are adjusted by Holm, and verdicts follow the adjusted ones. */
export function compareFamily(
  pairs: readonly (readonly [StrategyValues, StrategyValues])[],
  options: ComparisonOptions = {},
): Comparison[] {
  return settle(
    pairs.map(([a, b]) => measure(a, b, options)),
    options,
  );
}

type Measured = Omit<Comparison, "adjustedP" | "family" | "scope" | "verdict" | "words">;

function measure(a: StrategyValues, b: StrategyValues, options: ComparisonOptions): Measured {
  const { level = defaultLevel, power, seed = 0, scale = "share" } = options;
  const { pairs, onlyA, onlyB } = pairUp(a.units, b.units);
  const clusters = new Set(clustersOf(pairs)).size;
  const shared = { a: a.strategy, b: b.strategy, n: pairs.length, clusters, onlyA, onlyB };
  if (clusters < 2) return { ...shared, ...nothing };
  const paired = pairedDifference(pairs, { level, bounded: scale === "share" });
  const permutation = pairedPermutation(clusterDifferences(pairs), { seed });
  const binary = clusters === pairs.length && pairs.every((pair) => isVerdict(pair.a) && isVerdict(pair.b));
  const error = paired.standardError ?? 0;
  const powered = power === undefined ? { alpha: 1 - level } : { alpha: 1 - level, power };
  const deviation = error * Math.sqrt(pairs.length);
  return {
    ...shared,
    meanA: pairs.reduce((sum, pair) => sum + pair.a, 0) / pairs.length,
    meanB: pairs.reduce((sum, pair) => sum + pair.b, 0) / pairs.length,
    difference: paired.difference,
    interval: paired.interval,
    pValue: permutation.pValue,
    test: `paired permutation, ${permutation.method}`,
    mcnemarExact: binary
      ? mcnemar(pairs.filter((p) => p.a > p.b).length, pairs.filter((p) => p.a < p.b).length).exact
      : null,
    minimumDetectable:
      error > 0 ? minimumDetectable(error, powered) : scale === "share" ? unseenShare(clusters, level) : null,
    problemsToSettle:
      error > 0 && Math.abs(paired.difference) > 1e-12 ? problemsNeeded(paired.difference, deviation, powered) : null,
  };
}

const isVerdict = (value: number): boolean => value === 0 || value === 1;

const nothing = {
  meanA: null,
  meanB: null,
  difference: null,
  interval: null,
  pValue: null,
  test: "none",
  mcnemarExact: null,
  minimumDetectable: null,
  problemsToSettle: null,
};

/** Adjusts the family's p values and gives the verdicts. Pairs without a p value are no members of the family. */
function settle(measured: readonly Measured[], options: ComparisonOptions): Comparison[] {
  const known = measured.map(({ pValue }) => pValue).filter((p) => p !== null);
  const adjusted = holm(known);
  let next = 0;
  return measured.map((one) => {
    const adjustedP = one.pValue === null ? null : (adjusted[next++] ?? null);
    const verdict = verdictOf(one, adjustedP, options);
    const comparison = { ...one, adjustedP, family: known.length, scope: options.scope, verdict };
    return { ...comparison, words: describe(comparison, options) };
  });
}

function verdictOf(one: Measured, adjustedP: number | null, options: ComparisonOptions): PairVerdict {
  if (adjustedP === null || one.difference === null) return "too few problems";
  if (adjustedP > 1 - (options.level ?? defaultLevel) || one.difference === 0) return "no significant difference";
  return one.difference > 0 === (options.better !== "lower") ? "better" : "worse";
}
