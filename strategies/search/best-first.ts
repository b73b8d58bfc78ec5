import { z } from "zod";
import type { TreeView, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { pop, push } from "./best-first/heap.ts";
import { searchCost, stepOptions, stepsOf, windowNote, windowOption } from "./kit/options.ts";

const options = z.strictObject({
  expansions: z.int().min(1).default(20).describe("nodes expanded at most"),
  branching: z.int().min(1).default(5).describe("continuations of an expanded node"),
  leaves: z.int().min(1).default(1).describe("nodes expanded together, without seeing each other's outcome"),
  ...windowOption,
  stopAt: z.number().min(0).max(1).optional().describe("stop when a finished solution scores at least this"),
  ...stepOptions,
});

/**
 * Best-first search: always expands the most promising unfinished node of the whole tree, whatever its depth (Koh et
 * al. 2024, arXiv:2407.01476, section 3: expansion budget 20, branching 5).
 */
export const bestFirst = defineStrategy({
  name: "best-first",
  summary: "always grows the most promising node of the whole tree",
  paper: "Koh et al. 2024, arXiv:2407.01476",
  family: "search",
  how:
    "Best-first search: always expands the most promising unfinished node of the whole tree, whatever its depth (Koh " +
    "et al. 2024, arXiv:2407.01476, section 3: expansion budget 20, branching 5). An unjudged node counts as its " +
    "likelihood, exp(log-probability), and as 0 without one. Ties: the deeper node, then the older, so that a search " +
    "without scores goes depth first and finishes something." +
    windowNote,
  costNote: "at most `expansions · branching` steps; every new step is scored once.",
  departures: [],
  rewards: {
    outcome: "picks; without a process verifier it also says which node is the most promising",
    process: "says which node is the most promising, and picks by the aggregate when there is no outcome verifier",
    none: "the likeliest newest step is the most promising; the answers vote",
  },
  options,
  candidates: (run, given) => run.walk({ walk: bestFirstWalk(given), ...stepsOf(given) }),
  select: () => bestOrMajority(),
  cost: ({ expansions, branching, actions }) => searchCost({ steps: expansions * branching, actions }),
});

export interface BestFirstState {
  expanded: number;
  /** A binary heap of nodes, the best at 0. */
  heap: number[];
  /** The best score of a finished trajectory. */
  best: number;
}

export function bestFirstWalk(given: z.output<typeof options>): Walk<BestFirstState> {
  const { expansions, branching, window = 0, stopAt = Number.POSITIVE_INFINITY, maxSteps } = given;
  const leaves = window > 0 ? 1 : given.leaves;
  return {
    name: "best-first",
    maxSteps,
    pipelined: true,
    begin: () => ({ expanded: 0, heap: [0], best: -1 }),
    plan({ tree, own }) {
      if (own.best >= stopAt) return [];
      const most = Math.min(leaves, expansions - own.expanded, own.heap.length);
      own.expanded += most;
      return Array.from({ length: most }, () => ({ node: pop(own.heap, before(tree)), count: branching }));
    },
    absorb({ tree, own }, round) {
      for (const node of new Set(round.flatMap(({ nodes }) => nodes))) {
        if (tree.growable(node)) push(own.heap, node, before(tree));
        else if (tree.terminal.at(node) === 1) own.best = Math.max(own.best, tree.scoreOf(node) ?? -1);
      }
    },
  };
}

/** Is node a to be expanded before node b? */
const before =
  (tree: TreeView) =>
  (a: number, b: number): boolean => {
    const [x, y] = [tree.promise(a) ?? 0, tree.promise(b) ?? 0];
    if (x !== y) return x > y;
    return tree.depth.at(a) === tree.depth.at(b) ? a < b : tree.depth.at(a) > tree.depth.at(b);
  };
