import { z } from "zod";
import type { Random } from "../../src/core/random.ts";
import type { Expanded, SearchState, TreeView, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";

const options = z.strictObject({
  expansions: z.int().min(1).default(32).describe("solutions (or steps) made at most"),
  belief: z.enum(["gaussian", "beta"]).default("gaussian").describe("what is believed of an arm's rewards"),
  leaves: z.int().min(1).default(1).describe("drawn together, without seeing each other's outcome"),
  models: z.array(z.string()).default([]).describe("roles of the generators; none is the policy alone"),
  ...stepOptions,
  actions: stepOptions.actions.unwrap().default("whole-solutions").describe("what one node adds"),
});
type Options = z.output<typeof options>;

/**
 * AB-MCTS, variant A (Inoue et al. 2025, arXiv:2503.04412, section 3; priors of its appendix): every node has a GEN arm
 * ("a new child here") beside one arm per child. From the root down, each arm's belief is sampled (Thompson sampling)
 * and the largest draw wins, until a GEN arm does: wider or deeper is one decision. A new node's score goes to the GEN
 * arm that made it and to the arm of every node above it; its own arm starts from the prior. Over whole solutions, as
 * published, or any other action space.
 *
 * Unjudged nodes teach nothing, except that where nothing is judged the share of finished answers that agree with
 * theirs does. Variant M (a mixed model fitted by MCMC) is left out. Draws are keyed by round and place, so leaves of a
 * round differ without virtual loss. Several `models` are generators to choose among, by role name: each has its own
 * GEN arm at every node.
 *
 * Cost: at most `expansions` calls and as many scores.
 */
export const abMcts = defineStrategy({
  name: "ab-mcts",
  summary: "new attempt or revision, decided by Thompson sampling",
  paper: "Inoue et al. 2025, arXiv:2503.04412",
  family: "search",
  how:
    "AB-MCTS, variant A: at every node, Thompson sampling decides whether to go wider (a new solution here) or deeper " +
    "(revise one of those below) (Inoue et al. 2025, arXiv:2503.04412, section 3; priors of its appendix). Over whole " +
    "solutions, as published, or any other action space.",
  costNote:
    "at most `expansions` calls and as many scores. Several `models` are generators to choose among, by role name.",
  departures: [],
  rewards: {
    outcome: "is the reward of every solution, and picks",
    process: "rewards and picks by the aggregate of its step scores",
    none: "a solution's reward is how many others agree with it; the answers vote",
  },
  options,
  candidates: (run, given) => run.walk({ walk: abMctsWalk(given), ...stepsOf(given) }),
  select: () => bestOrMajority(),
  cost: ({ expansions, actions }) => searchCost({ steps: expansions, actions }),
});

export interface AbMctsState {
  expanded: number;
  /** gen[node][model]: rewards of what was generated there. */
  readonly gen: Record<number, Rewards[]>;
  /** arm[node]: rewards of what was generated below it. */
  readonly arm: Record<number, Rewards>;
}

export function abMctsWalk({ expansions, belief, leaves, models, maxSteps, actions }: Options): Walk<AbMctsState> {
  const generators = models.length === 0 ? [undefined] : models;
  const draw = draws[belief];
  return {
    name: "ab-mcts",
    maxSteps,
    everyNode: actions === "whole-solutions",
    begin: () => ({ expanded: 0, gen: {}, arm: {} }),
    plan(state, random) {
      const count = Math.min(leaves, expansions - state.own.expanded);
      state.own.expanded += count;
      return Array.from({ length: count }, (_, leaf) => {
        const { node, model } = descend(state, random.fork(leaf), draw, generators.length);
        return { node, count: 1, model: generators[model] };
      });
    },
    absorb: (state, round) => absorb(state, round, generators),
    statistics: ({ own, tree }, node) => {
      const below = own.arm[node] ?? noRewards;
      return { visits: below.n + tree.copies.at(node), value: below.n === 0 ? tree.scoreOf(node) : below.mean };
    },
  };
}

/** Which node shall have a new child, from which generator. The root can grow. */
function descend({ tree, own }: SearchState<AbMctsState>, random: Random, draw: Draw, models: number) {
  for (let node = 0; ; ) {
    let best = { node, model: 0, value: Number.NEGATIVE_INFINITY };
    for (let model = 0; model < models; model++) {
      const value = draw(own.gen[node]?.[model] ?? noRewards, random);
      if (value > best.value) best = { node, model, value };
    }
    for (const child of tree.childrenOf(node)) {
      if (!tree.growable(child)) continue;
      const value = draw(own.arm[child] ?? noRewards, random);
      if (value > best.value) best = { node: child, model: -1, value };
    }
    if (best.model >= 0) return best;
    node = best.node;
  }
}

function absorb(
  { tree, own }: SearchState<AbMctsState>,
  round: readonly Expanded[],
  generators: readonly (string | undefined)[],
): void {
  for (const { expansion, nodes } of round) {
    const model = Math.max(0, generators.indexOf(expansion.model));
    for (const made of nodes) {
      const reward = tree.scoreOf(made) ?? (judged(tree) ? null : tree.agreement(tree.answer[made] ?? null));
      if (reward === null) continue;
      const arms = own.gen[expansion.node] ?? [];
      own.gen[expansion.node] = arms;
      for (let other = arms.length; other <= model; other++) arms.push(noRewards);
      arms[model] = withReward(arms[model] ?? noRewards, reward);
      for (let node = expansion.node; node > 0; node = tree.parent.at(node)) {
        own.arm[node] = withReward(own.arm[node] ?? noRewards, reward);
      }
    }
  }
}

/** Does this search have a verifier? The first node shows it. */
const judged = (tree: TreeView): boolean => tree.size > 1 && tree.scoreOf(1) !== null;

/** Sufficient statistics of an arm's rewards: how many, their mean, their sum of squared deviations from it. */
export interface Rewards {
  readonly n: number;
  readonly mean: number;
  readonly squares: number;
}

export const noRewards: Rewards = { n: 0, mean: 0, squares: 0 };

/** With one reward more (Welford's update). */
export function withReward({ n, mean, squares }: Rewards, reward: number): Rewards {
  const gap = reward - mean;
  const moved = mean + gap / (n + 1);
  return { n: n + 1, mean: moved, squares: squares + gap * (reward - moved) };
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
