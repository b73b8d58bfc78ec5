import type { Expanded, SearchState, Walk } from "../../../../src/core/search.ts";
import { puct } from "./simulation.ts";
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
} from "./statistics.ts";

interface ValueLedRules {
  /** Nodes expanded at most. */
  readonly simulations: number;
  readonly branching: (node: number) => number;
  /** c of PUCT on values in [0, 1]. */
  readonly exploration: number;
  readonly maxSteps: number;
}

export interface ValueLedOwn {
  readonly statistics: Statistics;
  simulations: number;
}
export type ValueLedState = SearchState<ValueLedOwn>;

/** An unvisited child's Q: the middle of the scale, where theirs is 0. */
export const middle = 0.5;

/**
 * PUCT led by a value model, as AlphaMath and CPL have it: an iteration goes down by Q + c P √N / (1 + n) to a node
 * without children, expands it, and backs up the value of the expanded node itself, then that of every new child that
 * ended (0 without an answer, or where the step limit cut it).
 */
export function valueLedWalk(name: string, { simulations, branching, exploration, maxSteps }: ValueLedRules) {
  return {
    name,
    maxSteps,
    pipelined: true,
    aggregation: "last",
    begin: () => ({ statistics: new Statistics(), simulations: 0 }),
    plan(state) {
      const node = state.own.simulations + state.inFlight.length < simulations ? select(state, exploration) : -1;
      return node < 0 ? [] : [{ node, count: branching(node) }];
    },
    absorb(state, round) {
      for (const expanded of round) finishExpansion(state, expanded);
    },
    statistics: statisticsOf,
    pack: packOwn<ValueLedOwn>,
    unpack: unpackOwn<ValueLedOwn>,
  } satisfies Walk<ValueLedOwn>;
}

/** The open leaf of the highest bounds; -1 when the whole tree is closed, or waits for what is in flight. */
function select(state: ValueLedState, c: number): number {
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

function finishExpansion({ tree, own }: ValueLedState, { expansion: { node }, nodes }: Expanded): void {
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
