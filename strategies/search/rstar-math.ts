import { z } from "zod";
import type { Expanded, SearchState, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import { uct } from "./kit/mcts/simulation.ts";
import {
  addVisit,
  diluted,
  highestChild,
  type InFlight,
  inFlightOf,
  knownValue,
  meanOf,
  packOwn,
  pathUp,
  Statistics,
  statisticsOf,
  unpackOwn,
} from "./kit/mcts/statistics.ts";
import { lengthOptions, limitsOf, searchCost, virtualNote, windowOption } from "./kit/options.ts";
import { bestValueElseMajority } from "./kit/walk-picks.ts";

const options = z.strictObject({
  simulations: z.int().min(1).default(8).describe("rollouts"),
  branching: z.int().min(1).default(16).describe("candidate steps at an expansion"),
  exploration: z.number().min(0).default(1).describe("c of UCT on values in [0, 1]: half of 2 on [-1, 1]"),
  ...windowOption,
  pick: z.enum(["best", "weighted"]).default("best").describe("the end of highest value, or a vote weighted by values"),
  ...lengthOptions,
  temperature: z.number().min(0).default(1).describe("of the steps"),
});
type Options = z.output<typeof options>;

/**
 * rStar-Math: MCTS over steps of commented code, each run in the sandbox with all steps before it and kept only if it
 * runs (Guan et al. 2025, arXiv:2501.04519, section 3; 16 steps, 16 candidates × 8 rollouts as their repository
 * advises for test time).
 */
export const rstarMath = defineStrategy({
  name: "rstar-math",
  summary: "tree search over steps of code that must run",
  paper: "Guan et al. 2025, arXiv:2501.04519",
  family: "search",
  how:
    "rStar-Math: MCTS over steps of commented code, each run in the sandbox with all steps before it and kept only if " +
    "it runs (Guan et al. 2025, arXiv:2501.04519, section 3; 16 steps, 16 candidates × 8 rollouts as their repository " +
    "advises for test time). A rollout goes down from the root by Q + c √(ln N / n), expanding every node without " +
    "children that it comes to, until it meets one whose children have all ended. The process verifier's prediction " +
    "(their PPM) is a new node's first visit, counted at that node alone; the value of every new end goes to all " +
    "nodes above it. An end without an answer counts 0, at itself alone. The end of highest value answers." +
    "\n\n" +
    "Their values lie in [-1, 1], ours in [0, 1]: c is half of theirs, an unvisited node counts 0.5 without " +
    "exploration." +
    virtualNote,
  costNote: "at most `simulations · branching · maxSteps` calls and sandbox runs.",
  departures: [
    "Where an expansion brings a finished candidate, their sampler throws all others away (on recorded trees 2,670 " +
      "expansions are made so for 8,523, and the best end found has value 0.73 for 0.98); here all are kept, since " +
      "they were paid for.",
    "Their 17th step is a failure; here the last step of `maxSteps` finishes.",
    "Without a process verifier only ends are counted, and without any the answers vote.",
  ],
  rewards: {
    outcome: "is the value of an end, backed up to every step of its path, and picks",
    process: "is the first visit of a step and the value of an end (as their PPM), and picks",
    none: "an end's value is its share of the vote; executed answers vote",
  },
  options,
  candidates: (run, given) =>
    run.walk({
      walk: rstarMathWalk(given),
      window: given.window,
      limits: limitsOf(given),
      actions: { kind: "code-steps", stepTokens: given.stepTokens },
      temperature: given.temperature,
    }),
  select: ({ pick }) => (pick === "weighted" ? weightedByValue() : bestValueElseMajority()),
  cost: ({ simulations, branching, maxSteps }) =>
    searchCost({ steps: simulations * branching * maxSteps, actions: "code-steps" }),
});

interface Own {
  readonly statistics: Statistics;
  rollouts: number;
  /** Where rollouts stand: the nodes that they expanded last. One at a time, without a window. */
  at: number[];
}
type State = SearchState<Own>;

const middle = 0.5;

export function rstarMathWalk({ simulations, branching, exploration, maxSteps }: Options) {
  return {
    name: "rstar-math",
    maxSteps,
    pipelined: true,
    aggregation: "last",
    begin: () => ({ statistics: new Statistics(), rollouts: 0, at: [] }),
    plan(state) {
      const { own, inFlight } = state;
      while (own.statistics.closed.at(0) === 0) {
        const flight = inFlightOf(state, own.statistics.closed);
        const from = own.at.find((node) => !flight.full(node));
        if (from === undefined && own.rollouts + own.at.length + inFlight.length >= simulations) return [];
        if (from === undefined && flight.full(0)) return [];
        if (from !== undefined) own.at.splice(own.at.indexOf(from), 1);
        const node = goDown(state, from, flight, exploration);
        if (node >= 0) return [{ node, count: branching }];
        own.rollouts++;
      }
      return [];
    },
    absorb(state, round) {
      for (const expanded of round) finishExpansion(state, expanded);
    },
    statistics: statisticsOf,
    pack: packOwn<Own>,
    unpack: unpackOwn<Own>,
  } satisfies Walk<Own>;
}

/**
 * The next node that a rollout expands which stands at `from`, or begins; -1 at its end: at a node whose children have
 * all ended, which is closed.
 */
function goDown({ tree, own }: State, from: number | undefined, flight: InFlight, c: number): number {
  const { closed, visits } = own.statistics;
  let node = from ?? 0;
  if (from === undefined && tree.children.at(node) === 0) return node;
  for (;;) {
    const above = visits.at(node) + flight.visits(node);
    const bound = (child: number) => {
      const [seen, virtual] = [visits.at(child), flight.visits(child)];
      const q = diluted(meanOf(own.statistics, child) ?? middle, seen, virtual);
      return above === 0 || seen + virtual === 0 ? q : uct(q, above, seen + virtual, c);
    };
    const best = highestChild(tree, node, bound, (child) => closed.at(child) === 0 && !flight.full(child));
    if (best < 0) {
      closed.set(node, 1);
      return -1;
    }
    if (tree.children.at(best) === 0) return best;
    node = best;
  }
}

function finishExpansion({ tree, own }: State, { expansion: { node }, nodes }: Expanded): void {
  const { statistics } = own;
  own.at.push(node);
  for (const child of new Set(nodes)) {
    if (tree.growable(child)) {
      const predicted = tree.scoreOf(child);
      if (predicted !== null) addVisit(statistics, child, predicted);
      continue;
    }
    statistics.closed.set(child, 1);
    const answered = tree.terminal.at(child) === 1 && tree.answer[child] !== null;
    if (!answered) addVisit(statistics, child, 0);
    else for (const at of pathUp(tree, child)) addVisit(statistics, at, knownValue(tree, child));
  }
}
