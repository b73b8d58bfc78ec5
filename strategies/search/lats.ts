import { z } from "zod";
import type { Expanded, ExpansionRequest, SearchState, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { actionSpace } from "../../src/search/actions/index.ts";
import { sayingUnread, withReadJudgements } from "./kit/judgements.ts";
import { uct } from "./kit/mcts/simulation.ts";
import { bestOf, highestChild, packOwn, pathUp, Statistics, unpackOwn } from "./kit/mcts/statistics.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";
import { Reflection } from "./lats/reflection.ts";

const options = z.strictObject({
  simulations: z.int().min(1).default(30).describe("iterations"),
  branching: z.int().min(1).default(5).describe("continuations at an expansion, and at a step of a rollout"),
  rolloutDepth: z.int().min(1).default(7).describe("depth at which a rollout that has not ended is cut, and counts -1"),
  exploration: z.number().min(0).default(Math.SQRT2).describe("c of UCT"),
  success: z.number().min(0).max(1).default(0.9).describe("score of an end that ends the search; below it has failed"),
  lessons: z.int().min(0).default(3).describe("failed ends that are reflected on at most"),
  judgeTokens: z.int().min(1).default(512).describe("length limit of a judgement or a lesson"),
  ...stepOptions,
  temperature: z.number().min(0).default(1).describe("of the steps"),
  maxSteps: z.int().min(1).default(7).describe("steps of a trajectory at most; the last may run to the end"),
});
type Options = z.output<typeof options>;

/** LATS, language agent tree search (Zhou et al. 2023, arXiv:2310.04406, and their `hotpot/lats.py`). */
export const lats = defineStrategy({
  name: "lats",
  summary: "tree search whose steps are written in view of lessons from failed ends",
  paper: "Zhou et al. 2023, arXiv:2310.04406",
  family: "search",
  how:
    "LATS, language agent tree search (Zhou et al. 2023, arXiv:2310.04406, and their `hotpot/lats.py`). An iteration " +
    "goes down by UCT among children that are no ends (one without visits counts its judged value alone), expands a " +
    "leaf, judges the children, and rolls the best one out: at each step `branching` continuations are drawn, an end " +
    "among them is taken, else the best judged. All nodes of the way get the score of the end; where the rollout was " +
    "cut -1. A node whose children have all ended is left. The search ends with the first success." +
    "\n\n" +
    "From each failed end with a new answer the policy draws a lesson in words, which stands before the question in all " +
    "that is written and judged afterwards.",
  costNote:
    "at most `simulations · branching · rolloutDepth` steps, without verifiers a judgement of each, and `lessons` " +
    "reflections. Continuations of rollouts are no nodes of the search, but ends among them are candidates.",
  departures: [
    "Whether an end succeeded is what the verifiers, else the policy's own rating, say; the published environments " +
      "know the reference answer.",
    "A node's mean is not divided by its visits once more, and judgements go to the children that were judged: in the " +
      "published file those of open children are dealt out to all children in order.",
    "A success beside the end that a rollout takes ends the search too.",
    "Rollouts may go to the step limit (there to depth 4 of 7). A lesson is drawn once (there all are drawn again with " +
      "each failure) and judged states do not show the attempts themselves. Without verifiers the ends vote.",
  ],
  rewards: {
    outcome: "says which ends failed, guides the search by them, and picks",
    process: "judges steps in place of the policy's own rating, and ends and the pick by the aggregate",
    none: "the policy rates steps and ends; the ends vote",
  },
  options,
  async *candidates(run, given) {
    const reflection = new Reflection(given);
    const { actions: spec, ...setup } = stepsOf(given);
    const actions = actionSpace(spec, (inner) => reflection.messages(inner));
    yield* withReadJudgements(
      run,
      (inner, paths) => reflection.judge(inner, paths),
      (judge) => run.walk({ walk: latsWalk(given), ...setup, actions, judge }),
    );
  },
  select: () => sayingUnread(bestOrMajority()),
  cost: ({ simulations, branching, rolloutDepth, lessons, actions }) => {
    const steps = simulations * branching * rolloutDepth;
    return searchCost({ steps, others: steps + 1 + lessons, actions });
  },
});

interface Own {
  /** `prior` is 1 for nodes of the search, 0 for steps of rollouts; `best` is a node's judged value, later its mean. */
  readonly statistics: Statistics;
  simulations: number;
  /** Where the rollout in progress stands; -1 between rollouts. */
  rolled: number;
  /** Values that it met on its way; 0 stands for its beginning. */
  met: number[];
  over: boolean;
}
type State = SearchState<Own>;

export function latsWalk(given: Options) {
  return {
    name: "lats",
    maxSteps: given.maxSteps,
    aggregation: "last",
    begin: () => ({ statistics: new Statistics(), simulations: 0, rolled: -1, met: [], over: false }),
    plan(state): ExpansionRequest[] {
      const { own } = state;
      if (own.over || own.simulations >= given.simulations) return [];
      const node = own.rolled >= 0 ? own.rolled : select(state, given.exploration);
      return node < 0 ? [] : [{ node, count: given.branching }];
    },
    absorb(state, round) {
      for (const expanded of round) {
        if (state.own.rolled < 0) finishExpansion(state, expanded, given);
        else finishStep(state, expanded, given);
      }
    },
    statistics: (state: State, node: number) => bestOf(state, node),
    pack: packOwn<Own>,
    unpack: unpackOwn<Own>,
  } satisfies Walk<Own>;
}

/** The open leaf of the highest bounds; -1 where there is none. */
function select({ tree, own: { statistics } }: State, exploration: number): number {
  const { visits, best, prior, closed } = statistics;
  const isNode = (child: number) => prior.at(child) === 1 && closed.at(child) === 0;
  for (let node = 0; node >= 0; ) {
    const children = [...tree.childrenOf(node)].filter(isNode);
    if (children.length === 0) return node;
    const bound = (child: number) => {
      const n = visits.at(child);
      return n === 0 ? best.at(child) : uct(best.at(child), visits.at(node), n, exploration);
    };
    const next = highestChild(tree, node, bound, (child) => isNode(child) && tree.growable(child));
    // All children have ended: the node is left.
    if (next < 0) closed.set(node, 1);
    node = next < 0 ? tree.parent.at(node) : next;
  }
  return -1;
}

function finishExpansion(state: State, { expansion: { node }, nodes }: Expanded, given: Options): void {
  const { tree, own } = state;
  const { best, prior, closed } = own.statistics;
  const children = [...new Set(nodes)];
  const values = tree.rewards(children);
  for (const [i, child] of children.entries()) {
    if (prior.at(child) === 1) continue;
    prior.set(child, 1);
    best.set(child, tree.terminal.at(child) === 1 ? 0 : (values[i] ?? 0));
  }
  if (children.length === 0) {
    closed.set(node, 1);
    own.simulations++;
    return;
  }
  own.met = [0];
  rollOn(
    state,
    highestChild(
      tree,
      node,
      (child) => best.at(child),
      (child) => children.includes(child),
    ),
    given,
  );
}

/** The rollout stands at a node: it ends there, or goes on in the next round. */
function rollOn(state: State, node: number, { rolloutDepth, success }: Options): void {
  const { tree, own } = state;
  own.rolled = node;
  if (tree.growable(node) && tree.depth.at(node) < rolloutDepth) return;
  const mean = own.met.reduce((sum, value) => sum + value, 0) / own.met.length;
  backUp(state, node, mean, success);
}

function finishStep(state: State, { nodes }: Expanded, given: Options): void {
  const { tree, own } = state;
  const steps = [...new Set(nodes)];
  const end = steps.find((step) => tree.terminal.at(step) === 1);
  const values = tree.rewards(steps);
  const highest = values.reduce((at, value, i) => (value > (values[at] ?? 0) ? i : at), 0);
  const next = steps[highest];
  if (end !== undefined) backUp(state, end, tree.scoreOf(end) ?? 0, given.success);
  else if (next === undefined) backUp(state, own.rolled, -1, given.success);
  else {
    own.met.push(values[highest] ?? 0);
    if (tree.depth.at(next) >= given.rolloutDepth) own.met = [-1];
    rollOn(state, next, given);
  }
}

function backUp({ tree, own }: State, from: number, value: number, success: number): void {
  const { visits, best } = own.statistics;
  const failed = (node: number) => tree.terminal.at(node) === 1 && (tree.scoreOf(node) ?? 0) < success;
  for (const node of pathUp(tree, from)) {
    visits.add(node, 1);
    const n = visits.at(node);
    best.set(node, (best.at(node) * (n - 1) + (failed(node) ? -1 : value)) / n);
  }
  own.simulations++;
  own.rolled = -1;
  own.over = tree.finished.some((end) => end >= 0 && (tree.scoreOf(end) ?? 0) >= success);
}
