import { z } from "zod";
import type { Random } from "../../src/core/random.ts";
import type { Walk } from "../../src/core/search.ts";
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
  withReward,
} from "./kit/adaptive-branching.ts";
import { searchCost, stepsOf, windowNote } from "./kit/options.ts";

const options = z.strictObject({
  belief: z.enum(["gaussian", "beta"]).default("gaussian").describe("what is believed of an arm's rewards"),
  ...branchingOptions,
});
type Options = z.output<typeof options>;

/**
 * AB-MCTS, variant A (Inoue et al. 2025, arXiv:2503.04412, section 3; as in the authors' package treequest 0.3.3): at
 * every node that has children, from the root down, a draw from the GEN arm ("a new child here") meets one from the
 * CONT arm ("go on with one of the children").
 */
export const abMcts = defineStrategy({
  name: "ab-mcts",
  summary: "new attempt or revision, decided by Thompson sampling",
  paper: "Inoue et al. 2025, arXiv:2503.04412",
  family: "search",
  how:
    "AB-MCTS, variant A (Inoue et al. 2025, arXiv:2503.04412, section 3; as in the authors' package treequest 0.3.3): " +
    'at every node that has children, from the root down, a draw from the GEN arm ("a new child here") meets one from ' +
    'the CONT arm ("go on with one of the children"). Where CONT is higher, each child\'s arm is drawn from, and the ' +
    "highest is gone down to. A new node's score goes to the GEN arm that made it, to its own arm and that of every " +
    "node above it, and to the CONT arm of every node from its parent's parent up. Over whole solutions, as " +
    "published, or any other action space." +
    "\n\n" +
    "Several `models` are generators by role name. They share all arms; where a child is to be made, one of them is " +
    "chosen by Thompson sampling or UCB over the rewards of all that each ever made." +
    windowNote,
  costNote: "at most `expansions` calls and as many scores.",
  departures: [
    "Texts that are drawn again are one node with one arm; a child that cannot grow is not gone down to; unjudged " +
      "nodes teach nothing, except that where nothing is judged the share of finished answers that agree with theirs " +
      'is their reward. treequest\'s older way of choosing models ("stack") is left out.',
  ],
  rewards: {
    outcome: "is the reward of every solution, and picks",
    process: "rewards and picks by the aggregate of its step scores",
    none: "a solution's reward is how many others agree with it; the answers vote",
  },
  options,
  candidates: (run, given) => run.walk({ walk: abMctsWalk(given, isJudged(run)), ...stepsOf(given) }),
  select: () => bestOrMajority(),
  cost: ({ expansions, actions }) => searchCost({ steps: expansions, actions }),
});

export interface AbMctsState extends BranchingState {
  /** gen[node]: rewards of the node's children, one for each time a child was made. */
  readonly gen: Record<number, Rewards>;
  /** cont[node]: rewards of what was made below the node's children. */
  readonly cont: Record<number, Rewards>;
}

/** @param judged by a verifier. */
export function abMctsWalk(given: Options, judged = false): Walk<AbMctsState> {
  const draw = draws[given.belief];
  return branchingWalk<AbMctsState>(
    { ...given, judged },
    {
      name: "ab-mcts",
      begin: () => ({ expanded: 0, below: {}, models: [], gen: {}, cont: {} }),
      descend({ own }, node, open, random) {
        const fresh = draw(own.gen[node] ?? noRewards, random);
        const further = draw(own.cont[node] ?? noRewards, random);
        return further > fresh ? highest(open, (child) => draw(own.below[child] ?? noRewards, random)) : null;
      },
      drawModel: (models, random) => highest([...models.keys()], (i) => draw(models[i] ?? noRewards, random)) ?? 0,
      learn({ gen, cont }, tree, _made, parent, reward) {
        gen[parent] = withReward(gen[parent] ?? noRewards, reward);
        for (let node = parent; node > 0; ) {
          node = tree.parent.at(node);
          cont[node] = withReward(cont[node] ?? noRewards, reward);
        }
      },
    },
  );
}

/** A draw of an arm's mean reward from what is believed of it. */
type Draw = (rewards: Rewards, random: Random) => number;

const draws: Readonly<Record<Options["belief"], Draw>> = {
  gaussian: (rewards, random) => drawGaussian(gaussianPosterior(rewards), random),
  beta: (rewards, random) => drawBeta(betaPosterior(rewards), random),
};

/** Parameters of a normal-inverse-gamma belief about a mean: location m, pseudo-counts κ and ν, scale τ². */
export interface Gaussian {
  readonly mean: number;
  readonly kappa: number;
  readonly nu: number;
  readonly tau2: number;
}

/** The prior of the paper's appendix. */
const gaussianPrior: Gaussian = { mean: 0, kappa: 1, nu: 1, tau2: 0.1 };

/** The belief after these rewards. */
export function gaussianPosterior({ n, mean, squares }: Rewards): Gaussian {
  const prior = gaussianPrior;
  const kappa = prior.kappa + n;
  const nu = prior.nu + n;
  const gap = prior.mean - mean;
  return {
    mean: (prior.kappa * prior.mean + n * mean) / kappa,
    kappa,
    nu,
    tau2: (prior.nu * prior.tau2 + squares + (n * prior.kappa * gap * gap) / kappa) / nu,
  };
}

/** σ² from InverseGamma(ν / 2, ν τ² / 2), then μ from Normal(m, σ² / κ). */
export function drawGaussian({ mean, kappa, nu, tau2 }: Gaussian, random: Random): number {
  const variance = (nu * tau2) / 2 / random.gamma(nu / 2);
  return mean + random.normal() * Math.sqrt(variance / kappa);
}

/** Rewards in [0, 1] count as fractional successes on Jeffreys' prior Beta(½, ½): a + Σ r, b + Σ (1 - r). */
export const betaPosterior = ({ n, mean }: Rewards): { readonly a: number; readonly b: number } => ({
  a: 0.5 + n * mean,
  b: 0.5 + n * (1 - mean),
});

export const drawBeta = ({ a, b }: ReturnType<typeof betaPosterior>, random: Random): number => random.beta(a, b);
