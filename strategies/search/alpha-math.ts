import { z } from "zod";
import type { End, Expanded, SearchState, TreeView, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import { puct } from "./kit/mcts/simulation.ts";
import {
  addVisit,
  diluted,
  highestChild,
  inFlightOf,
  knownValue,
  meanOf,
  packOwn,
  pathUp,
  Statistics,
  statisticsOf,
  unpackOwn,
} from "./kit/mcts/statistics.ts";
import { searchCost, stepOptions, stepsOf, virtualNote, windowOption } from "./kit/options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";

const options = z.strictObject({
  simulations: z.int().min(1).default(40).describe("nodes expanded at most"),
  branching: z.int().min(1).default(5).describe("continuations at an expansion"),
  exploration: z.number().min(0).default(0.625).describe("c of PUCT on values in [0, 1]: half of 1.25 on [-1, 1]"),
  ...windowOption,
  ...stepOptions,
  temperature: z.number().min(0).default(0.6).describe("of the steps"),
  maxSteps: z.int().min(1).default(9).describe("steps of a trajectory at most; the last may run to the end"),
});
type Options = z.output<typeof options>;

/**
 * AlphaMath: PUCT over steps, led by a value model (Chen et al. 2024, arXiv:2405.03553; the constants of their
 * inference).
 */
export const alphaMath = defineStrategy({
  name: "alpha-math",
  summary: "tree search by a value model and the policy's likelihood (PUCT)",
  paper: "Chen et al. 2024, arXiv:2405.03553",
  family: "search",
  how:
    "AlphaMath: PUCT over steps, led by a value model (Chen et al. 2024, arXiv:2405.03553; the constants of their " +
    "inference). An iteration goes down by Q + c P √N / (1 + n) to a node without children, where P is the likelihood " +
    "of the step and an unvisited child counts the middle of the scale; expands it; and backs up the value of the " +
    "expanded node itself, then that of every new child that ended. A trajectory that ended without an answer, or " +
    "that the step limit cut, counts 0. The answer is at the end of the way down by the highest Q among subtrees that " +
    "hold an answer." +
    "\n\n" +
    "Their values lie in [-1, 1], ours in [0, 1]: c is half of theirs." +
    virtualNote,
  costNote: "at most `simulations · branching` steps and as many scores.",
  departures: [
    "Where selection meets a node whose children have all ended, their search is over (in 42 of 240 recorded cases, " +
      "with 44 % of the iterations unused), ours selects again; equal bounds go to the older child, theirs to any; " +
      "equal steps are one node; a step is what `actions` says, theirs may be code that is run.",
    "Without a verifier ends are valued by how many others agree and the answers vote.",
  ],
  rewards: {
    outcome: "values finished trajectories; without a process verifier it values prefixes too",
    process: "values every expanded prefix, by its newest step, and finished trajectories",
    none: "ends are valued by how many others agree; the answers vote",
  },
  options,
  candidates: (run, given) => run.walk({ walk: alphaMathWalk(given), ...stepsOf(given), pick: highestWayDown }),
  select: () => walkPickElse(weightedByValue()),
  cost: ({ simulations, branching, actions }) => searchCost({ steps: simulations * branching, actions }),
});

interface Own {
  readonly statistics: Statistics;
  simulations: number;
}
type State = SearchState<Own>;

/** An unvisited child's Q: the middle of the scale, where theirs is 0. */
const middle = 0.5;

export function alphaMathWalk({ simulations, branching, exploration, maxSteps }: Options) {
  return {
    name: "alpha-math",
    maxSteps,
    pipelined: true,
    aggregation: "last",
    begin: () => ({ statistics: new Statistics(), simulations: 0 }),
    plan(state) {
      const node = state.own.simulations + state.inFlight.length < simulations ? select(state, exploration) : -1;
      return node < 0 ? [] : [{ node, count: branching }];
    },
    absorb(state, round) {
      for (const expanded of round) finishExpansion(state, expanded);
    },
    statistics: statisticsOf,
    pack: packOwn<Own>,
    unpack: unpackOwn<Own>,
  } satisfies Walk<Own>;
}

/** The open leaf of the highest bounds; -1 when the whole tree is closed, or waits for what is in flight. */
function select(state: State, c: number): number {
  const { tree } = state;
  const { statistics } = state.own;
  const { closed, visits, prior } = statistics;
  let [node, flight] = [0, inFlightOf(state, closed)];
  while (closed.at(0) === 0 && !flight.full(0) && tree.children.at(node) > 0) {
    const above = visits.at(node) + flight.visits(node);
    const bound = (child: number) => {
      const [seen, virtual] = [visits.at(child), flight.visits(child)];
      const q = diluted(meanOf(statistics, child) ?? middle, seen, virtual);
      return puct(q, prior.at(child), above, seen + virtual, c);
    };
    const best = highestChild(tree, node, bound, (child) => closed.at(child) === 0 && !flight.full(child));
    if (best < 0) {
      closed.set(node, 1);
      flight = inFlightOf(state, closed);
    }
    node = Math.max(0, best);
  }
  return closed.at(0) === 1 || flight.full(0) ? -1 : node;
}

function finishExpansion({ tree, own }: State, { expansion: { node }, nodes }: Expanded): void {
  const { closed, prior } = own.statistics;
  own.simulations++;
  const backUp = (from: number, value: number | null) => {
    for (const at of pathUp(tree, from)) addVisit(own.statistics, at, value);
  };
  const children = [...new Set(nodes)];
  for (const child of children) {
    const likelihood = Math.exp(tree.logprob.at(child));
    prior.set(child, Number.isNaN(likelihood) ? 1 : likelihood);
    if (tree.growable(child)) continue;
    closed.set(child, 1);
    const answered = tree.terminal.at(child) === 1 && tree.answer[child] !== null;
    backUp(child, answered ? knownValue(tree, child) : 0);
  }
  backUp(node, children.length === 0 ? 0 : knownValue(tree, node));
  if (children.length === 0) closed.set(node, 1);
}

/** Where the way down by the highest Q ends, among nodes above an answer; null where nothing was judged. */
export function highestWayDown({ tree, own }: State, ends: readonly End[]): End | null {
  if (ends.every(({ score }) => score === null)) return null;
  const answered = new Map(ends.filter(({ answer }) => answer !== null).map((end) => [end.node, end]));
  const holds = nodesAbove(tree, [...answered.keys()]);
  let node = 0;
  while (node >= 0 && !answered.has(node)) {
    node = highestChild(
      tree,
      node,
      (child) => meanOf(own.statistics, child) ?? middle,
      (child) => holds.has(child),
    );
  }
  return answered.get(node) ?? null;
}

const nodesAbove = (tree: TreeView, nodes: readonly number[]): Set<number> =>
  new Set(nodes.flatMap((node) => [...pathUp(tree, node)]));
