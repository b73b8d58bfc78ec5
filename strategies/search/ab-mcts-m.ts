import { z } from "zod";
import type { Random } from "../../src/core/random.ts";
import type { TreeView, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import {
  type BranchingState,
  branchingOptions,
  branchingWalk,
  highest,
  isJudged,
  noRewards,
  type Rewards,
} from "./kit/adaptive-branching.ts";
import { searchCost, stepsOf, windowNote } from "./kit/options.ts";

const options = z.strictObject({
  prune: z.boolean().default(true).describe("leave subtrees whose scores are all but equal"),
  pruneFrom: z.int().min(1).default(4).describe("scores in a subtree before it may be left"),
  pruneShare: z.number().gt(0).max(1).default(0.75).describe("share of equal scores, in hundredths, that leaves it"),
  ...branchingOptions,
});
type Options = z.output<typeof options>;

/**
 * AB-MCTS, variant M (Inoue et al. 2025, arXiv:2503.04412, section 3; as in the authors' package treequest 0.3.3): at
 * every node that has children a mixed model is fitted to the scores below them, one group a child.
 */
export const abMctsM = defineStrategy({
  name: "ab-mcts-m",
  summary: "new attempt or revision, decided by a mixed model of the scores",
  paper: "Inoue et al. 2025, arXiv:2503.04412",
  family: "search",
  how:
    "AB-MCTS, variant M (Inoue et al. 2025, arXiv:2503.04412, section 3; as in the authors' package treequest 0.3.3): " +
    "at every node that has children a mixed model is fitted to the scores below them, one group a child. It predicts " +
    "a score for each child and for a new group, a child not made yet; one draw from each prediction, and the highest " +
    "says where to go. A child under which nearly all scores are equal is left for the next best child, even where a " +
    "new one drew more, as in the package. Among several `models` the same mixed model chooses, one group a model " +
    "over all that it ever made, or UCB." +
    windowNote,
  costNote: "at most `expansions` calls and as many scores.",
  departures: [
    "The posterior is integrated over a grid in place of MCMC (see mixedModel), so a decision takes a few " +
      "milliseconds; and those of `ab-mcts`.",
  ],
  rewards: {
    outcome: "is the reward of every solution, and picks",
    process: "rewards and picks by the aggregate of its step scores",
    none: "a solution's reward is how many others agree with it; the answers vote",
  },
  options,
  candidates: (run, given) => run.walk({ walk: abMctsMWalk(given, isJudged(run)), ...stepsOf(given) }),
  select: () => bestOrMajority(),
  cost: ({ expansions, actions }) => searchCost({ steps: expansions, actions }),
});

export interface AbMctsMState extends BranchingState {
  /** hundredths[node][h]: how many scores of the node and below it are h hundredths. */
  readonly hundredths: Record<number, Record<number, number>>;
}

/** @param judged by a verifier. */
export function abMctsMWalk(given: Options, judged = false): Walk<AbMctsMState> {
  return branchingWalk<AbMctsMState>(
    { ...given, judged },
    {
      name: "ab-mcts-m",
      begin: () => ({ expanded: 0, below: {}, models: [], hundredths: {} }),
      descend({ own, tree }, node, open, random) {
        const rewardsOf = (child: number) => own.below[child] ?? noRewards;
        const believed = mixedModel([...tree.childrenOf(node)].map(rewardsOf));
        const drawn = open
          .map((child) => ({ child, value: believed.draw(rewardsOf(child), random) }))
          .sort((a, b) => b.value - a.value);
        const fresh = believed.draw(noRewards, random);
        if (fresh > (drawn[0]?.value ?? Number.NEGATIVE_INFINITY)) return null;
        return drawn.find(({ child }) => !isSettled(own.hundredths[child], given))?.child ?? null;
      },
      drawModel(models, random) {
        if (models.every(({ n }) => n === 0)) return random.integer(models.length);
        const believed = mixedModel(models);
        return highest([...models.keys()], (i) => believed.draw(models[i] ?? noRewards, random)) ?? 0;
      },
      learn({ hundredths, below }, tree, made, parent, reward) {
        const key = inHundredths(reward);
        const path = [...(below[made] === undefined ? [made] : []), ...pathUp(tree, parent)];
        for (const node of path) {
          const counts = hundredths[node] ?? {};
          hundredths[node] = { ...counts, [key]: (counts[key] ?? 0) + 1 };
        }
      },
    },
  );
}

/** The node and those above it, without the root. */
function pathUp(tree: TreeView, from: number): number[] {
  const path: number[] = [];
  for (let node = from; node > 0; node = tree.parent.at(node)) path.push(node);
  return path;
}

/** Halves go to the even neighbour, as in Python. */
function inHundredths(reward: number): number {
  const scaled = reward * 100;
  const below = Math.floor(scaled);
  return scaled - below === 0.5 ? below + (below % 2) : Math.round(scaled);
}

/** Are nearly all scores of a subtree equal? */
export function isSettled(
  counts: Readonly<Record<number, number>> | undefined,
  { prune, pruneFrom, pruneShare }: Pick<Options, "prune" | "pruneFrom" | "pruneShare">,
): boolean {
  const each = Object.values(counts ?? {});
  const all = each.reduce((sum, count) => sum + count, 0);
  return prune && all >= pruneFrom && Math.max(...each) / all >= pruneShare;
}

/** What a mixed model says of groups of rewards. */
export interface MixedModel {
  /** A draw of the next reward of a group; of a new group where it has no rewards. */
  draw(group: Rewards, random: Random): number;
  /** Mean and variance of what is drawn. */
  moments(group: Rewards): { readonly mean: number; readonly variance: number };
}

/** The priors of the package: mean of all groups, deviation between groups, deviation within one. */
const priors = { mean: 0.5, meanDeviation: 0.2, between: 0.2, within: 0.3 };

/** Deviations are summed over at the middles of cells that are equal in the logarithm. */
const cells = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from * (to / from) ** ((i + 0.5) / count));
const betweens = cells(0.0005, 1.2, 24);
const withins = cells(0.0005, 1.8, 112);

/** What a group is like where both deviations are known: the overall mean is normal, and so is all that follows. */
interface Cell {
  readonly between: number;
  readonly within: number;
  readonly mean: number;
  readonly precision: number;
}

/**
 * The posterior of r ~ N(α_j, σ_y²), α_j ~ N(μ, σ_α²), μ ~ N(0.5, 0.2²), σ_α ~ HalfNormal(0.2), σ_y ~ HalfNormal(0.3)
 * and its predictions. Given both deviations everything else is normal and integrated exactly; the deviations are
 * summed over a grid. Where all rewards of a group are equal the likelihood has no bound as σ_y falls to 0: the grid
 * ends at 0.0005, which is where "equal" ends.
 */
export function mixedModel(all: readonly Rewards[]): MixedModel {
  const groups = all.filter(({ n }) => n > 0);
  const logs: number[] = [];
  const grid: Cell[] = [];
  for (const between of betweens) {
    for (const within of withins) {
      const { log, ...cell } = weigh(groups, between, within);
      logs.push(log);
      grid.push(cell);
    }
  }
  const most = Math.max(...logs);
  let sum = 0;
  const upTo = logs.map((log) => {
    sum += Math.exp(log - most);
    return sum;
  });
  return {
    draw(group, random) {
      const cell = grid[firstAbove(upTo, random.uniform() * sum)] as Cell;
      const { mean, variance } = predict(cell, group);
      return mean + random.normal() * Math.sqrt(variance);
    },
    moments(group) {
      let [mean, square] = [0, 0];
      for (const [i, cell] of grid.entries()) {
        const share = ((upTo[i] ?? 0) - (upTo[i - 1] ?? 0)) / sum;
        const predicted = predict(cell, group);
        mean += share * predicted.mean;
        square += share * (predicted.variance + predicted.mean ** 2);
      }
      return { mean, variance: square - mean ** 2 };
    },
  };
}

/** The unnormalised log-weight of a cell, and the posterior of the overall mean there. */
function weigh(groups: readonly Rewards[], between: number, within: number): Cell & { readonly log: number } {
  const [between2, within2] = [between ** 2, within ** 2];
  let precision = 1 / priors.meanDeviation ** 2;
  let weighted = priors.mean * precision;
  let squares = priors.mean ** 2 * precision;
  // Half-normal priors, and the width of a cell that is equal in the logarithm.
  let log = -between2 / (2 * priors.between ** 2) - within2 / (2 * priors.within ** 2) + Math.log(between * within);
  for (const { n, mean, squares: inside } of groups) {
    const variance = between2 + within2 / n;
    precision += 1 / variance;
    weighted += mean / variance;
    squares += mean ** 2 / variance;
    log -= Math.log(variance) / 2 + (n - 1) * Math.log(within) + inside / (2 * within2);
  }
  const mean = weighted / precision;
  log -= Math.log(precision) / 2 + (squares - precision * mean ** 2) / 2;
  return { between, within, mean, precision, log };
}

/** The next reward of a group, given the deviations. */
function predict({ between, within, mean, precision }: Cell, group: Rewards) {
  const [between2, within2] = [between ** 2, within ** 2];
  const shrunk = group.n === 0 ? 0 : between2 / (between2 + within2 / group.n);
  return {
    mean: shrunk * group.mean + (1 - shrunk) * mean,
    variance: between2 * (1 - shrunk) + (1 - shrunk) ** 2 / precision + within2,
  };
}

/** The first place whose running sum is above `value`. */
function firstAbove(upTo: readonly number[], value: number): number {
  let [low, high] = [0, upTo.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((upTo[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
