import { sigmoid } from "../core/score.ts";
import { type Bins, binned, binsOf, missingBin } from "./bins.ts";

/**
 * A split of one node: rows whose `feature` is at most `threshold` go left, missing ones (NaN) left where
 * `missingLeft`. A node without a split is a leaf. Children of node i are 2 i + 1 and 2 i + 2.
 */
export interface TreeNode {
  readonly feature: number;
  readonly threshold: number;
  readonly missingLeft: boolean;
}

/** A tree of depth d: 2^d − 1 inner nodes (null: both children are as the node itself) and 2^d leaves. */
export interface Tree {
  readonly nodes: readonly (TreeNode | null)[];
  readonly leaves: readonly number[];
}

/** A sum of trees in log-odds. */
export interface BoostedTrees {
  readonly start: number;
  readonly trees: readonly Tree[];
}

export interface BoostingOptions {
  readonly rounds: number;
  readonly depth: number;
  /** Share of each tree's step that is taken. */
  readonly rate: number;
  /** Penalty ½ λ Σ w² on the leaves. */
  readonly ridge: number;
  /** Least sum of p (1 − p) on each side of a split. */
  readonly leastWeight: number;
}

export const boostingDefaults: BoostingOptions = { rounds: 300, depth: 3, rate: 0.1, ridge: 5, leastWeight: 2 };

/** The log-odds that trees give to features; a missing one is NaN. */
export function logOddsOf({ start, trees }: BoostedTrees, features: ArrayLike<number>): number {
  let sum = start;
  for (const tree of trees) sum += tree.leaves[leafOf(tree, (feature) => features[feature] ?? Number.NaN)] ?? 0;
  return sum;
}

export const predictTrees = (trees: BoostedTrees, features: ArrayLike<number>): number =>
  sigmoid(logOddsOf(trees, features));

function leafOf({ nodes }: Tree, read: (feature: number) => number): number {
  let node = 0;
  while (node < nodes.length) {
    const split = nodes[node];
    const value = split ? read(split.feature) : Number.NaN;
    const left = split ? (Number.isNaN(value) ? split.missingLeft : value <= split.threshold) : true;
    node = 2 * node + (left ? 1 : 2);
  }
  return node - nodes.length;
}

/**
 * Gradient-boosted trees on the logistic loss by second-order steps (Friedman 2001, Annals of Statistics 29 (5),
 * algorithm 5; the gain and the leaf weights of Chen and Guestrin 2016, arXiv:1603.02754, equations 5 and 7), on
 * features cut into at most 32 bins of about equal size. The side of missing values is learned for each split (there,
 * section 3.4). All trees have one depth; of equal gains the first feature and the lowest threshold wins, so equal rows
 * give equal trees.
 *
 * `watch` is given the model's log-odds of further rows after each round and says whether to go on (early stopping).
 */
export function fitTrees(
  rows: readonly ArrayLike<number>[],
  targets: readonly (number | boolean)[],
  options: Partial<BoostingOptions> = {},
  watch?: { readonly rows: readonly ArrayLike<number>[]; readonly goOn: (logOdds: Float64Array) => boolean },
): BoostedTrees {
  const settings = { ...boostingDefaults, ...options };
  const right = targets.reduce<number>((sum, target) => sum + Number(target), 0);
  const start = Math.log((right + 0.5) / (targets.length - right + 0.5));
  const grower = new Grower(rows, Float64Array.from(targets, Number), start, settings);
  const watched = Float64Array.from(watch?.rows ?? [], () => start);
  const trees: Tree[] = [];
  for (let round = 0; round < settings.rounds; round++) {
    const tree = grower.grow();
    trees.push(tree);
    if (watch === undefined) continue;
    for (const [i, row] of watch.rows.entries())
      watched[i] = (watched[i] ?? 0) + (tree.leaves[leafOf(tree, (feature) => row[feature] ?? Number.NaN)] ?? 0);
    if (!watch.goOn(watched)) break;
  }
  return { start, trees };
}

interface Split extends TreeNode {
  readonly bin: number;
  readonly gain: number;
}

/** Grows one tree after another on the same rows. */
class Grower {
  readonly #bins: Bins;
  /** columns[j][i]: bin of feature j in row i, the last bin where it is missing. */
  readonly #columns: readonly Uint8Array[];
  readonly #targets: Float64Array;
  readonly #logOdds: Float64Array;
  readonly #gradients: Float64Array;
  readonly #weights: Float64Array;
  readonly #settings: BoostingOptions;
  /** Sums over the bins of one feature in one node. */
  readonly #binGradients = new Float64Array(missingBin + 1);
  readonly #binWeights = new Float64Array(missingBin + 1);

  constructor(rows: readonly ArrayLike<number>[], targets: Float64Array, start: number, settings: BoostingOptions) {
    this.#bins = binsOf(rows);
    this.#columns = binned(rows, this.#bins);
    this.#targets = targets;
    this.#logOdds = new Float64Array(rows.length).fill(start);
    this.#gradients = new Float64Array(rows.length);
    this.#weights = new Float64Array(rows.length);
    this.#settings = settings;
  }

  grow(): Tree {
    const { depth } = this.#settings;
    for (let i = 0; i < this.#logOdds.length; i++) {
      const p = sigmoid(this.#logOdds[i] as number);
      this.#gradients[i] = p - (this.#targets[i] as number);
      this.#weights[i] = p * (1 - p);
    }
    const inner = 2 ** depth - 1;
    const nodes: (TreeNode | null)[] = Array.from({ length: inner }, () => null);
    const leaves = Array.from({ length: inner + 1 }, () => 0);
    let level: Uint32Array[] = [Uint32Array.from(this.#targets, (_, i) => i)];
    for (let first = 0; first < inner; first = 2 * first + 1) {
      level = level.flatMap((members, i) => {
        const split = this.#bestSplit(members);
        if (split === null) return [members, new Uint32Array(0)];
        const { bin, gain: _, ...node } = split;
        nodes[first + i] = node;
        return this.#divide(members, split.feature, bin, node.missingLeft);
      });
    }
    for (const [leaf, members] of level.entries()) {
      leaves[leaf] = this.#leafValue(members);
      for (const i of members) this.#logOdds[i] = (this.#logOdds[i] as number) + (leaves[leaf] ?? 0);
    }
    return { nodes, leaves };
  }

  #leafValue(members: Uint32Array): number {
    if (members.length === 0) return 0;
    let [gradient, weight] = [0, 0];
    for (const i of members) {
      gradient += this.#gradients[i] as number;
      weight += this.#weights[i] as number;
    }
    return (-this.#settings.rate * gradient) / (weight + this.#settings.ridge);
  }

  #divide(members: Uint32Array, feature: number, bin: number, missingLeft: boolean): [Uint32Array, Uint32Array] {
    const column = this.#columns[feature] as Uint8Array;
    const goesLeft = (i: number) => (column[i] === missingBin ? missingLeft : (column[i] as number) <= bin);
    return [members.filter(goesLeft), members.filter((i) => !goesLeft(i))];
  }

  #bestSplit(members: Uint32Array): Split | null {
    let best: Split | null = null;
    for (let feature = 0; feature < this.#columns.length; feature++) {
      const found = this.#splitOf(members, feature);
      if (found !== null && found.gain > (best?.gain ?? 1e-6)) best = found;
    }
    return best;
  }

  #splitOf(members: Uint32Array, feature: number): Split | null {
    const thresholds = this.#bins[feature] ?? [];
    if (thresholds.length === 0) return null;
    const column = this.#columns[feature] as Uint8Array;
    const [gradients, weights] = [this.#binGradients.fill(0), this.#binWeights.fill(0)];
    let gradient = 0;
    let weight = 0;
    const [rowGradients, rowWeights] = [this.#gradients, this.#weights];
    for (let m = 0; m < members.length; m++) {
      const i = members[m] as number;
      const bin = column[i] as number;
      const g = rowGradients[i] as number;
      const h = rowWeights[i] as number;
      gradients[bin] = (gradients[bin] as number) + g;
      weights[bin] = (weights[bin] as number) + h;
      gradient += g;
      weight += h;
    }
    const { ridge, leastWeight } = this.#settings;
    const scoreOf = (g: number, h: number) => (g * g) / (h + ridge);
    const whole = scoreOf(gradient, weight);
    const missing = { g: gradients[missingBin] as number, h: weights[missingBin] as number };
    const sides = missing.h > 0 ? [false, true] : [false];
    let best: Split | null = null;
    let [leftG, leftH] = [0, 0];
    for (let bin = 0; bin < thresholds.length; bin++) {
      leftG += gradients[bin] as number;
      leftH += weights[bin] as number;
      for (const missingLeft of sides) {
        const g = leftG + (missingLeft ? missing.g : 0);
        const h = leftH + (missingLeft ? missing.h : 0);
        if (h < leastWeight || weight - h < leastWeight) continue;
        const gain = scoreOf(g, h) + scoreOf(gradient - g, weight - h) - whole;
        if (gain > (best?.gain ?? 0)) best = { feature, bin, threshold: thresholds[bin] as number, missingLeft, gain };
      }
    }
    return best;
  }
}
