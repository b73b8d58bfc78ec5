import { z } from "zod";
import type { Expanded, SearchState, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { lookAhead, noteAhead } from "./kit/beam.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";

const options = z.strictObject({
  trees: z.int().min(1).default(4).describe("independent subtrees"),
  branching: z.int().min(1).default(4).describe("continuations per subtree and step"),
  lookahead: z.int().min(0).default(0).describe("steps of greedy rollout by which a continuation is judged"),
  offerRollouts: z.boolean().default(false).describe("are rollouts that reach an end candidates?"),
  ...stepOptions,
  maxSteps: z.int().min(1).default(40).describe("steps of a trajectory at most; the last may run to the end"),
});

/** Diverse verifier tree search (Beeching et al. 2024, "Scaling test-time compute with open models"). */
export const dvts = defineStrategy({
  name: "dvts",
  summary: "several independent greedy searches, so that they stay different",
  paper: "Beeching et al. 2024, huggingface.co/spaces/HuggingFaceH4/blogpost-scaling-test-time-compute",
  family: "search",
  how:
    'Diverse verifier tree search (Beeching et al. 2024, "Scaling test-time compute with open models", and their ' +
    "search-and-learn): `trees` (their n / M) independent greedy searches, each of which takes `branching` (M = 4) " +
    "continuations of its node, keeps the best and drops the rest, up to 40 steps. More diverse than one beam at " +
    "large n. With `lookahead` a continuation is judged by the end of a greedy rollout from it. The answer is the " +
    "vote weighted by scores (theirs too)." +
    "\n\n" +
    "A subtree ends at a finished best continuation.",
  costNote: "`trees · branching · (1 + lookahead)` steps a depth; every new step, or its rollout's end, is scored.",
  departures: [
    "All finished siblings are candidates, those of earlier steps too; the published code returns the M siblings of " +
      "a subtree's last step, unfinished ones, which have no answer, among them.",
    "Two subtrees that stand on the same node share one expansion with twice the count and take their continuations " +
      "from it in turn.",
    "Ties: higher log-probability, then the older node.",
  ],
  rewards: {
    outcome: "weighs the votes; without a process verifier it also chooses the continuations",
    process: "chooses the continuation of every subtree, and weighs the votes when there is no outcome verifier",
    none: "the likeliest continuation is kept; the subtrees' answers vote",
  },
  options,
  candidates: (run, given) => run.walk({ walk: dvtsWalk(given), ...stepsOf(given) }),
  select: () => weighted(),
  cost: ({ trees, branching, maxSteps, lookahead, actions }) => {
    const drawn = trees * branching * maxSteps;
    return searchCost({ steps: drawn * (1 + lookahead), completions: lookahead > 0 ? drawn : 0, actions });
  },
});

export interface DvtsState {
  /** The node at which each subtree stands; -1 for one whose step brought nothing. */
  at: number[];
  /** What each subtree's step brought while lookaheads are under way; null for a subtree that has ended. */
  waiting: (readonly number[] | null)[];
  /** Scores seen at the end of lookaheads, by node. */
  readonly ahead: Record<number, number>;
}

export function dvtsWalk(given: z.output<typeof options>): Walk<DvtsState> {
  const { trees, branching, lookahead, maxSteps } = given;
  // Only ends are scored where the ends of lookaheads rank the rest.
  const score = lookahead > 0 ? "terminal" : true;
  return {
    name: "dvts",
    maxSteps,
    begin: () => ({ at: Array.from({ length: trees }, () => 0), waiting: [], ahead: {} }),
    plan({ tree, own }) {
      const waiting = own.waiting.flatMap((nodes) => nodes ?? []);
      if (own.waiting.length > 0) return lookAhead(tree, waiting, given);
      const standing = own.at.filter((node) => node >= 0 && tree.growable(node));
      return standing.map((node) => ({ node, count: branching, score }));
    },
    absorb(state, round) {
      const { tree, own } = state;
      if (own.waiting.length > 0) noteAhead(round, own.ahead);
      else own.waiting = continuations(own.at, round, branching);
      const looked = lookahead === 0 || round.some(({ expansion }) => expansion.kind === "rollout");
      if (looked || !own.waiting.some((nodes) => nodes?.some((node) => tree.growable(node)))) goOn(state);
    },
  };
}

/** What the round brought to the subtrees that stand at these nodes; null for those that did not grow. */
function continuations(at: readonly number[], round: readonly Expanded[], branching: number): (number[] | null)[] {
  const brought = new Map(round.map(({ expansion, nodes }) => [expansion.node, [...nodes]]));
  return at.map((node) => brought.get(node)?.splice(0, branching) ?? null);
}

/** Every subtree moves to its best continuation. */
function goOn({ tree, own }: SearchState<DvtsState>): void {
  const scoreOf = (node: number) => own.ahead[node] ?? tree.score.at(node);
  own.at = own.at.map((node, index) => {
    const nodes = own.waiting[index] ?? null;
    return nodes === null ? node : (tree.ranked([...new Set(nodes)], scoreOf)[0] ?? -1);
  });
  own.waiting = [];
}
