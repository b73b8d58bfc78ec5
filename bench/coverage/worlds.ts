import type { Random } from "../../src/core/random.ts";

/** What is simulated: `n` independent clusters of `size` problems with `seeds` trials each. */
export interface World {
  readonly name: string;
  readonly size: number;
  readonly seeds: number;
  /** Intraclass correlation of problems within a cluster, and of trials within a problem. */
  readonly ofCluster: number;
  readonly ofProblem: number;
}

export const worlds: readonly World[] = [
  { name: "1 seed", size: 1, seeds: 1, ofCluster: 0, ofProblem: 0 },
  { name: "2 seeds, correlation 0.3", size: 1, seeds: 2, ofCluster: 0, ofProblem: 0.3 },
  { name: "3 seeds, correlation 0.6", size: 1, seeds: 3, ofCluster: 0, ofProblem: 0.6 },
  { name: "5 seeds, correlation 0", size: 1, seeds: 5, ofCluster: 0, ofProblem: 0 },
  { name: "5 seeds, correlation 0.8", size: 1, seeds: 5, ofCluster: 0, ofProblem: 0.8 },
  { name: "clusters of 4, correlation 0.3", size: 4, seeds: 1, ofCluster: 0.3, ofProblem: 0 },
  { name: "clusters of 4, 3 seeds, both 0.3", size: 4, seeds: 3, ofCluster: 0.3, ofProblem: 0.3 },
];

/** Right trials of each cluster, of `size · seeds`. */
export function drawShares(world: World, n: number, share: number, random: Random): Float64Array {
  return Float64Array.from({ length: n }, () => {
    const ofCluster = around(share, world.size === 1 ? 0 : world.ofCluster, random);
    let right = 0;
    for (let i = 0; i < world.size; i++) {
      const chance = world.seeds === 1 ? ofCluster : around(ofCluster, world.ofProblem, random);
      for (let k = 0; k < world.seeds; k++) if (random.uniform() < chance) right++;
    }
    return right;
  });
}

export interface Sides {
  /** a[c], b[c]: mean over seeds of right trials of a cluster, summed over its problems. */
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/**
 * Problems of mean chance `share` under a; b turns `lift` of a's failures into successes. The true a − b is known.
 */
export interface Truth {
  readonly share: number;
  readonly lift: number;
}

export const trueDifference = ({ share, lift }: Truth): number => -lift * (1 - share);

/** Problems differ in difficulty even with one seed: what makes pairs worth it. */
export function drawSides(world: World, n: number, { share, lift }: Truth, random: Random): Sides {
  const [a, b] = [new Float64Array(n), new Float64Array(n)];
  for (let c = 0; c < n; c++) {
    const ofCluster = around(share, world.size === 1 ? 0 : world.ofCluster, random);
    for (let i = 0; i < world.size; i++) {
      const chance =
        world.size === 1 || world.seeds > 1 ? around(ofCluster, world.ofProblem || 0.3, random) : ofCluster;
      for (let k = 0; k < world.seeds; k++) {
        if (random.uniform() < chance) a[c] = (a[c] ?? 0) + 1 / world.seeds;
        if (random.uniform() < 1 - (1 - chance) * (1 - lift)) b[c] = (b[c] ?? 0) + 1 / world.seeds;
      }
    }
  }
  return { a, b };
}

/** A chance from the Beta distribution of this mean and intraclass correlation. */
function around(mean: number, correlation: number, random: Random): number {
  if (correlation === 0 || mean <= 0 || mean >= 1) return mean;
  const size = (1 - correlation) / correlation;
  return random.beta(mean * size, (1 - mean) * size);
}
