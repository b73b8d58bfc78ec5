import { InvalidOptionError } from "../../core/errors.ts";

/** A cluster of known programs of like cost. */
export interface CostCluster {
  /** Place of its slowest program among the costs given: its representative. */
  readonly slowest: number;
  /** Places of its programs, from the slowest on. */
  readonly members: readonly number[];
  /** Share of all programs in this cluster and the slower ones: what a program of this cost scores. */
  readonly score: number;
}

export interface ClusterOptions {
  /** Relative gap that parts two clusters, where programs cost much. */
  readonly gap?: number;
  /** Cost at which the gap is one larger: cheap programs differ by chance. In the unit of the costs. */
  readonly leastCost?: number;
}

/**
 * Right programs in clusters by what they cost, from the slowest to the fastest (EvalPerf, Liu et al. 2024,
 * arXiv:2408.06450, section 3.2; `adaptive_seg1d` of the authors' code). Sorted by cost, two neighbours part where the
 * faster takes more than `gap` + √(leastCost / slower) less, as a share of the slower.
 *
 * @throws InvalidOptionError for no program, or a cost that is not positive.
 */
export function costClusters(
  costs: readonly number[],
  { gap = 0.1, leastCost = 10_000 }: ClusterOptions = {},
): CostCluster[] {
  const bad = costs.find((cost) => !(cost > 0 && Number.isFinite(cost)));
  if (costs.length === 0 || bad !== undefined)
    throw new InvalidOptionError("costs", `must be positive numbers, at least one, got ${bad ?? "none"}.`);
  const cost = (place: number): number => costs[place] ?? 0;
  const order = costs.map((_, i) => i).sort((a, b) => cost(b) - cost(a) || a - b);
  const groups: number[][] = [];
  order.forEach((place, i) => {
    const slower = cost(order[i - 1] ?? place);
    const parted = i === 0 || (slower - cost(place)) / slower > gap + Math.sqrt(leastCost / slower);
    if (parted) groups.push([place]);
    else groups.at(-1)?.push(place);
  });
  let counted = 0;
  return groups.map((members) => {
    counted += members.length;
    return { slowest: members[0] ?? 0, members, score: counted / costs.length };
  });
}

/** A known program that a cost is compared with. */
export interface CostReference {
  readonly cost: number;
  /** Share of known programs that cost as much or more. */
  readonly score: number;
}

export interface PerformanceScore {
  /** Differential Performance Score, as a share: 1 is as fast as the fastest cluster. */
  readonly dps: number;
  /** The same with every cluster counted once, however many programs are in it. */
  readonly dpsNorm: number;
}

/**
 * Differential Performance Score of a right program: the score of the fastest reference that costs as much or more, 0
 * for one that is slower than all (EvalPerf, section 2.1; `evalperf.py` of the authors' code, in per cent there).
 * `references` go from the slowest to the fastest; `cost` null: cut off, or failed on the costly inputs.
 */
export function performanceScore(cost: number | null, references: readonly CostReference[]): PerformanceScore {
  for (let j = references.length - 1; cost !== null && j >= 0; j--) {
    const reference = references[j];
    if (reference !== undefined && cost <= reference.cost)
      return { dps: reference.score, dpsNorm: (j + 1) / references.length };
  }
  return { dps: 0, dpsNorm: 0 };
}
