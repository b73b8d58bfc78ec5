import { z } from "zod";
import type { End, TreeView } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import { highestChild, meanOf, pathUp } from "./kit/mcts/statistics.ts";
import { middle, type ValueLedState, valueLedWalk } from "./kit/mcts/value-led.ts";
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

export const alphaMathWalk = (given: Options) =>
  valueLedWalk("alpha-math", { ...given, branching: () => given.branching });

/** Where the way down by the highest Q ends, among nodes above an answer; null where nothing was judged. */
export function highestWayDown({ tree, own }: ValueLedState, ends: readonly End[]): End | null {
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
