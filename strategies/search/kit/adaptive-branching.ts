import { z } from "zod";
import type { Random } from "../../../src/core/random.ts";
import { rolesOption } from "../../../src/core/roles.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Expanded, SearchState, TreeView, Walk } from "../../../src/core/search.ts";
import { stepOptions, windowOption } from "./options.ts";

/** Options of both variants of AB-MCTS. */
export const branchingOptions = {
  expansions: z.int().min(1).default(32).describe("solutions (or steps) made at most"),
  leaves: z.int().min(1).default(1).describe("drawn together, without seeing each other's outcome"),
  ...windowOption,
  models: rolesOption("parts of the models that generate; none is the policy alone"),
  chooseModel: z
    .enum(["thompson", "ucb"])
    .default("thompson")
    .describe("how a generator is chosen, by the rewards of all that it ever made"),
  ...stepOptions,
  actions: stepOptions.actions.unwrap().default("whole-solutions").describe("what one node adds"),
};

export interface BranchingOptions {
  readonly expansions: number;
  readonly leaves: number;
  readonly window?: number;
  readonly models: readonly string[];
  readonly chooseModel: "thompson" | "ucb";
  readonly maxSteps: number;
  readonly actions: string;
  /** Is there a verifier? Without one, a solution's reward is how many others agree with it. Default: no. */
  readonly judged?: boolean;
}

/** Sufficient statistics of some rewards: how many, their mean, their sum of squared deviations from it. */
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

/** What both variants keep. */
export interface BranchingState {
  expanded: number;
  /** below[node]: rewards of the node itself and of all below it. */
  readonly below: Record<number, Rewards>;
  /** models[i]: rewards of all that generator i ever made. */
  readonly models: Rewards[];
}

/** What tells the variants apart. */
export interface BranchingRule<Own extends BranchingState> {
  readonly name: string;
  begin(): Own;
  /** The child to go down to, or null for a new child of this node. `open` are the children that can grow. */
  descend(state: SearchState<Own>, node: number, open: readonly number[], random: Random): number | null;
  /** Which generator makes it, by Thompson sampling. */
  drawModel(models: readonly Rewards[], random: Random): number;
  /** A node was made below `parent`, and this is its reward; called before {@link BranchingState} learns it. */
  learn(own: Own, tree: TreeView, made: number, parent: number, reward: number): void;
}

/**
 * The walk of AB-MCTS: from the root down, a rule says at every node that has children whether to make a new one there
 * or to go down to one of them; a node without children always gets its first. Leaves of a round are drawn with keys of
 * their own, so they differ without virtual loss.
 */
export function branchingWalk<Own extends BranchingState>(
  { expansions, leaves, window = 0, models, chooseModel, maxSteps, actions, judged = false }: BranchingOptions,
  rule: BranchingRule<Own>,
): Walk<Own> {
  const generators = models.length === 0 ? [undefined] : models;
  const modelFor = ({ own, inFlight }: SearchState<Own>, random: Random): number => {
    if (generators.length === 1) return 0;
    const earned = generators.map((_, model) => own.models[model] ?? noRewards);
    if (chooseModel === "thompson") return rule.drawModel(earned, random);
    const waiting = generators.map((name) => inFlight.filter(({ model }) => model === name).length);
    return highestBound(earned, waiting);
  };
  return {
    name: rule.name,
    maxSteps,
    everyNode: actions === "whole-solutions",
    pipelined: true,
    begin: () => rule.begin(),
    plan(state, random) {
      const count = Math.min(window > 0 ? 1 : leaves, expansions - state.own.expanded);
      state.own.expanded += count;
      return Array.from({ length: count }, (_, leaf) => {
        const own = random.fork(leaf);
        return { node: nodeToGrow(state, rule, own), count: 1, model: generators[modelFor(state, own)] };
      });
    },
    absorb: (state, round) => absorb(state, round, rule, { generators, judged }),
    statistics: ({ own, tree }, node) => {
      const below = own.below[node] ?? noRewards;
      return {
        visits: Math.max(below.n, tree.copies.at(node)),
        value: below.n === 0 ? tree.scoreOf(node) : below.mean,
      };
    },
  };
}

/** Which node shall have a new child. The root can grow. */
function nodeToGrow<Own extends BranchingState>(
  state: SearchState<Own>,
  rule: BranchingRule<Own>,
  random: Random,
): number {
  for (let node = 0; ; ) {
    const open = [...state.tree.childrenOf(node)].filter((child) => state.tree.growable(child));
    const next = open.length === 0 ? null : rule.descend(state, node, open, random);
    if (next === null) return node;
    node = next;
  }
}

function absorb<Own extends BranchingState>(
  { tree, own }: SearchState<Own>,
  round: readonly Expanded[],
  rule: BranchingRule<Own>,
  { generators, judged }: { readonly generators: readonly (string | undefined)[]; readonly judged: boolean },
): void {
  for (const { expansion, nodes } of round) {
    const model = Math.max(0, generators.indexOf(expansion.model));
    for (const made of nodes) {
      const reward = tree.scoreOf(made) ?? (judged ? null : tree.agreement(tree.answer[made] ?? null));
      if (reward === null) continue;
      rule.learn(own, tree, made, expansion.node, reward);
      for (let other = own.models.length; other <= model; other++) own.models.push(noRewards);
      own.models[model] = withReward(own.models[model] ?? noRewards, reward);
      // A text that was drawn again is the same node: its own reward is known already.
      own.below[made] ??= withReward(noRewards, reward);
      for (let node = expansion.node; node > 0; node = tree.parent.at(node)) {
        own.below[node] = withReward(own.below[node] ?? noRewards, reward);
      }
    }
  }
}

/**
 * UCB1 with √2 over the generators; one that earned nothing yet comes first, before those that are `waiting` for their
 * first reward. Calls in flight count as calls, not as rewards. Ties: the first.
 */
export function highestBound(models: readonly Rewards[], waiting: readonly number[] = models.map(() => 0)): number {
  const counts = models.map(({ n }, i) => n + (waiting[i] ?? 0));
  const all = counts.reduce((sum, n) => sum + n, 0);
  const bounds = models.map(({ n, mean }, i) => {
    const count = counts[i] ?? 0;
    if (count === 0) return Number.POSITIVE_INFINITY;
    return (n === 0 ? 1 : mean) + Math.SQRT2 * Math.sqrt(Math.log(all) / count);
  });
  return bounds.indexOf(Math.max(...bounds));
}

/** Does a verifier judge what a search of this run makes? */
export const isJudged = ({ verifiers }: Pick<Run, "verifiers">): boolean => verifiers.outcome || verifiers.process;

/** The first item of the highest value. */
export function highest<T>(items: readonly T[], numberOf: (item: T) => number): T | null {
  let [best, most]: [T | null, number] = [null, Number.NEGATIVE_INFINITY];
  for (const item of items) {
    const value = numberOf(item);
    if (best === null || value > most) [best, most] = [item, value];
  }
  return best;
}
