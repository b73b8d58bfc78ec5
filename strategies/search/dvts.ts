import { z } from "zod";
import type { Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";

const options = z.strictObject({
  trees: z.int().min(1).default(4).describe("independent subtrees"),
  branching: z.int().min(1).default(4).describe("continuations per subtree and step"),
  ...stepOptions,
  maxSteps: z.int().min(1).default(40).describe("steps of a trajectory at most; the last may run to the end"),
});

/**
 * Diverse verifier tree search (Beeching et al. 2024, "Scaling test-time compute with open models", and their
 * search-and-learn): `trees` (their n / M) independent greedy searches, each of which takes `branching` (M = 4)
 * continuations of its node, keeps the best and drops the rest, up to 40 steps. More diverse than one beam at large n.
 * The answer is the vote weighted by scores (theirs too).
 *
 * A subtree ends at a finished best continuation. Finished siblings that were not the best are candidates all the same
 * (the published code returns all M siblings of a subtree's last step, finished or not). Two subtrees that stand on the
 * same node share one expansion with twice the count and take their continuations from it in turn. Ties: higher
 * log-probability, then the older node.
 *
 * Cost: `trees · branching` steps a depth; every new step is scored once.
 */
export const dvts = defineStrategy({
  name: "dvts",
  summary: "several independent greedy searches, so that they stay different",
  paper: "Beeching et al. 2024, huggingface.co/spaces/HuggingFaceH4/blogpost-scaling-test-time-compute",
  family: "search",
  how:
    "Diverse verifier tree search: `trees` independent greedy searches, each of which keeps the best of `branching` " +
    'continuations at every step (Beeching et al. 2024, "Scaling test-time compute with open models"; trees is their ' +
    "n / M, branching their M = 4, up to 40 steps).",
  costNote:
    "`trees · branching` steps a depth; every new step is scored once. The answer is the vote weighted by scores " +
    "(theirs too).",
  departures: [],
  rewards: {
    outcome: "weighs the votes; without a process verifier it also chooses the continuations",
    process: "chooses the continuation of every subtree, and weighs the votes when there is no outcome verifier",
    none: "the likeliest continuation is kept; the subtrees' answers vote",
  },
  options,
  candidates: (run, given) => run.walk({ walk: dvtsWalk(given), ...stepsOf(given) }),
  select: () => weighted(),
  cost: ({ trees, branching, maxSteps, actions }) => searchCost({ steps: trees * branching * maxSteps, actions }),
});

/** The node at which each subtree stands; -1 for one whose step brought nothing. */
export interface DvtsState {
  at: number[];
}

export function dvtsWalk({ trees, branching, maxSteps }: z.output<typeof options>): Walk<DvtsState> {
  return {
    name: "dvts",
    maxSteps,
    begin: () => ({ at: Array.from({ length: trees }, () => 0) }),
    plan: ({ tree, own }) =>
      own.at.filter((node) => node >= 0 && tree.growable(node)).map((node) => ({ node, count: branching })),
    absorb({ tree, own }, round) {
      const brought = new Map(round.map(({ expansion, nodes }) => [expansion.node, [...nodes]]));
      own.at = own.at.map((node) => {
        const nodes = brought.get(node);
        if (nodes === undefined) return node;
        return tree.ranked([...new Set(nodes.splice(0, branching))])[0] ?? -1;
      });
    },
  };
}
