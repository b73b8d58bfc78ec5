import type { Random } from "../../../src/core/random.ts";
import type { Aggregation } from "../../../src/core/score.ts";
import type { Search } from "../../../src/core/search.ts";
import { growable, type Result, rounds, type SearchState, type Wish } from "../../../src/search/rounds.ts";
import {
  type BetaBelief,
  betaPosterior,
  betaPrior,
  drawBeta,
  drawGaussian,
  type Gaussian,
  gaussianPosterior,
  gaussianPrior,
  noRewards,
  type Rewards,
  withReward,
} from "./thompson.ts";

export interface AbMctsOptions {
  /** Nodes made at most. Default 32. */
  readonly expansions?: number;
  /** Deepest node; for refinement trees the longest chain of revisions. Default 16. */
  readonly maxSteps?: number;
  /** Default "last". */
  readonly aggregation?: Aggregation;
  /** Default: Gaussian with the paper's prior. */
  readonly belief?:
    | ({ readonly kind: "gaussian" } & Partial<Gaussian>)
    | ({ readonly kind: "beta" } & Partial<BetaBelief>);
  /** Draws per round; the tree depends on it, as a round does not see its own outcome. Default 1; the paper's code allows 5. */
  readonly leaves?: number;
  /** Generators to choose among; each has its own GEN arm at every node. Default: one, unnamed. */
  readonly models?: readonly string[];
  /** Is every node a whole solution (the paper's refinement trees)? Default true; false for trees of steps. */
  readonly everyNode?: boolean;
}

export interface AbMctsState {
  expanded: number;
  /** gen[node][model]: rewards of what was generated there. */
  readonly gen: Record<number, Rewards[]>;
  /** arm[node]: rewards of what was generated below it. */
  readonly arm: Record<number, Rewards>;
}

type Tree = SearchState<AbMctsState>;
type Draw = (rewards: Rewards, random: Random) => number;

/**
 * AB-MCTS, variant A (Inoue et al. 2025, arXiv:2503.04412): every node has a GEN arm ("a new child here") beside one arm per child. From
 * the root down, each arm's belief is sampled and the largest draw wins, until a GEN arm does: go wider or deeper is one decision. A
 * new node's score goes to the GEN arm that made it and to the arm of every node above it, its own arm starts from the prior.
 *
 * Unjudged nodes teach nothing, except that where nothing is judged the share of finished answers that agree with theirs does.
 * Variant M (a mixed model fitted by MCMC) is left out. Draws are keyed by round and place, so leaves of a round differ without virtual loss.
 */
export function abMcts(options: AbMctsOptions = {}): Search<Tree> {
  const { expansions = 32, maxSteps = 16, aggregation = "last", leaves = 1, everyNode = true } = options;
  const models = options.models === undefined || options.models.length === 0 ? [undefined] : options.models;
  const draw = drawer(options.belief ?? { kind: "gaussian" });
  return rounds<AbMctsState>({
    name: "ab-mcts",
    maxSteps,
    aggregation,
    everyNode,
    begin: () => ({ expanded: 0, gen: {}, arm: {} }),
    plan(state, random): Wish[] {
      const { own } = state;
      const wanted = new Map<string, { node: number; model: number; count: number }>();
      for (let leaf = 0; leaf < leaves && own.expanded < expansions; leaf++) {
        const chosen = descend(state, random.fork(leaf), { draw, models: models.length, maxSteps });
        if (chosen === null) break;
        const key = `${chosen.node}/${chosen.model}`;
        wanted.set(key, { ...chosen, count: (wanted.get(key)?.count ?? 0) + 1 });
        own.expanded++;
      }
      return [...wanted.values()].map(({ node, model, count }) => {
        const name = models[model];
        return { node, count, ...(name === undefined ? {} : { model: name }) };
      });
    },
    absorb: (state, results) => absorb(state, results, models),
    statistics: ({ own, tree }, node) => {
      const below = own.arm[node] ?? noRewards;
      return { visits: below.n + tree.copies.at(node), value: below.n === 0 ? tree.scoreOf(node) : below.mean };
    },
  });
}

function drawer(belief: NonNullable<AbMctsOptions["belief"]>): Draw {
  if (belief.kind === "beta") {
    const prior = { ...betaPrior, ...belief };
    return (rewards, random) => drawBeta(betaPosterior(rewards, prior), random);
  }
  const prior = { ...gaussianPrior, ...belief };
  return (rewards, random) => drawGaussian(gaussianPosterior(rewards, prior), random);
}

interface Descent {
  readonly draw: Draw;
  readonly models: number;
  readonly maxSteps: number;
}

/** Which node shall have a new child, from which generator; null when nothing below the root can grow. */
function descend(
  state: Tree,
  random: Random,
  { draw, models, maxSteps }: Descent,
): { node: number; model: number } | null {
  const { tree, own } = state;
  if (!growable(tree, 0, maxSteps)) return null;
  for (let node = 0; ; ) {
    let best = { node, model: 0, value: Number.NEGATIVE_INFINITY };
    for (let model = 0; model < models; model++) {
      const value = draw(own.gen[node]?.[model] ?? noRewards, random);
      if (value > best.value) best = { node, model, value };
    }
    for (const child of tree.childrenOf(node)) {
      if (!growable(tree, child, maxSteps)) continue;
      const value = draw(own.arm[child] ?? noRewards, random);
      if (value > best.value) best = { node: child, model: -1, value };
    }
    if (best.model >= 0) return best;
    node = best.node;
  }
}

function absorb({ tree, own }: Tree, results: readonly Result[], models: readonly (string | undefined)[]): void {
  for (const { expansion, nodes } of results) {
    const model = Math.max(0, models.indexOf(expansion.model));
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

/** Does this search have a verifier? The first node tells. */
const judged = (tree: Tree["tree"]): boolean => tree.size > 1 && tree.scoreOf(1) !== null;
