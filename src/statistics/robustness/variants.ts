import { ascending, mean, quantileOfSorted, standardDeviation } from "../numeric/arrays.ts";
import { requireSome } from "../numeric/require.ts";

/**
 * groups[g][v]: was variant v of problem group g answered right? Groups may differ in size; each has at least one
 * variant.
 */
export type VariantGroups = readonly (readonly boolean[])[];

export interface VariantAccuracy {
  /** AAcc: mean over all variants, every variant weighing alike. */
  readonly average: number;
  /** EAcc, also worst-case accuracy: share of groups with every variant right. */
  readonly everyVariant: number;
  readonly anyVariant: number;
  /** Share of groups whose first variant is right (the vanilla figure of CircularEval). */
  readonly firstVariant: number;
  /** Δ = average − every. */
  readonly gap: number;
  /** RE = Δ / every (UGMathBench); null where no group is right throughout. */
  readonly reasoningGapRatio: number | null;
  /** RR = every / average (DynaMath); null where nothing is right. */
  readonly robustness: number | null;
  readonly groups: number;
}

/**
 * Accuracy over groups of variants of one problem (UGMathBench, arXiv:2501.13766; DynaMath, arXiv:2411.00836). With
 * rotations of the options as variants, `everyVariant` is CircularEval (MMBench, arXiv:2307.06281): a hit only if all
 * rotations are right.
 */
export function variantAccuracy(groups: VariantGroups): VariantAccuracy {
  requireSome("variant-accuracy", "groups", groups);
  for (const group of groups) requireSome("variant-accuracy", "variants of a group", group);
  const share = (test: (group: readonly boolean[]) => boolean) => groups.filter(test).length / groups.length;
  const all = groups.flat();
  const average = all.filter(Boolean).length / all.length;
  const everyVariant = share((group) => group.every(Boolean));
  return {
    average,
    everyVariant,
    anyVariant: share((group) => group.some(Boolean)),
    firstVariant: share((group) => group[0] === true),
    gap: average - everyVariant,
    reasoningGapRatio: everyVariant === 0 ? null : (average - everyVariant) / everyVariant,
    robustness: average === 0 ? null : everyVariant / average,
    groups: groups.length,
  };
}

export interface InstanceSpread {
  readonly mean: number;
  readonly standardDeviation: number | null;
  readonly lowest: number;
  readonly highest: number;
  readonly median: number;
  readonly sets: number;
  /** Where the original set falls: the share of instance sets scoring below it, ties ½. Null when it was not given. */
  readonly originalPercentile: number | null;
}

/**
 * GSM-Symbolic's distribution of accuracy over instance sets (Mirzadeh et al. 2024, arXiv:2410.05229): one accuracy for
 * each instance index, and where the accuracy on the original questions falls among them.
 */
export function instanceSpread(accuracies: readonly number[], original: number | null = null): InstanceSpread {
  requireSome("instance-spread", "accuracies", accuracies);
  const sorted = ascending(accuracies);
  const below = (value: number) =>
    accuracies.reduce((sum, one) => sum + (one < value ? 1 : one === value ? 0.5 : 0), 0) / accuracies.length;
  return {
    mean: mean(accuracies),
    standardDeviation: standardDeviation(accuracies),
    lowest: Math.min(...accuracies),
    highest: Math.max(...accuracies),
    median: quantileOfSorted(sorted, 0.5),
    sets: accuracies.length,
    originalPercentile: original === null ? null : below(original),
  };
}

/** GSM-Plus: how much accuracy drops under perturbation, 1 − perturbed / seed. Null where the seed accuracy is 0. */
export const performanceDrop = (seed: number, perturbed: number): number | null =>
  seed === 0 ? null : 1 - perturbed / seed;

/** GSM-Plus's ASP: share of seed and variant pairs with both right. */
export function pairedSolved(pairs: readonly (readonly [boolean, boolean])[]): number {
  requireSome("paired-solved", "pairs", pairs);
  return pairs.filter(([seed, variant]) => seed && variant).length / pairs.length;
}
