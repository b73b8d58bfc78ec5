import { z } from "zod";
import type { Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";
import { choose, type LiteState, left } from "./lite-search/choosing.ts";

const options = z.strictObject({
  expansion: z
    .enum(["batch", "incremental"])
    .default("batch")
    .describe("a node's whole budget at once, or a child at a time"),
  most: z.int().min(1).default(10).describe("children of a node at most"),
  expected: z.number().gt(0).lt(1).default(0.9).describe("chance that a right child is among a node's"),
  enough: z.number().min(0).max(1).default(0.8).describe("a solution of higher value ends it"),
  ends: z.int().min(1).default(5).describe("finished solutions that end it"),
  iterations: z.int().min(1).default(100).describe("nodes chosen at most"),
  ...stepOptions,
  temperature: z.number().min(0).default(0.6).describe("of a node's steps but the first, which is greedy"),
  split: stepOptions.split.unwrap().default("line").describe("where one reasoning step ends"),
});
type Options = z.output<typeof options>;

/** LiteSearch (Wang et al. 2024, arXiv:2407.00320, and their repository). */
export const liteSearch = defineStrategy({
  name: "lite-search",
  summary: "best-first search that gives nodes of low value more children, and deep ones fewer",
  paper: "Wang et al. 2024, arXiv:2407.00320",
  family: "search",
  how:
    "LiteSearch (Wang et al. 2024, arXiv:2407.00320, and their repository): the node of highest value that has budget " +
    "left is expanded. A node's budget is the least number C of children with 1 - (1 - v)^C above `expected`, divided " +
    "by its depth, at least 2 and at most `most`; v is its value, mixed with that of a greedy solution drawn first, " +
    "which weighs 1 / depth. It ends where a finished solution is the best node, has a value above `enough` and above " +
    "the greedy one's less 0.01, or `ends` have finished; the best of them and the greedy one answers." +
    "\n\n" +
    "Defaults are those of the repository. There, as here, a step that repeats the one before it, or has more than " +
    "1,024 characters, counts 0.",
  costNote: "one greedy solution, and at most `iterations · most` steps; every new step is scored once.",
  departures: [
    "The question is not scored: its value counts as 0.5.",
    "Identical siblings are one node that was sampled more than once.",
    "The paper adds the progress of a node to its value; the repository does not.",
    "Without a verifier the likelihood of steps guides it, and it ends by `ends` alone.",
  ],
  rewards: {
    outcome: "picks, and ends the search; without a process verifier it values prefixes too",
    process: "chooses nodes and their budgets; picks by the aggregate when there is no outcome verifier",
    none: "the policy's likelihood chooses nodes; the answers vote",
  },
  options,
  candidates: (run, given) => run.walk({ walk: liteWalk(given), ...stepsOf(given) }),
  select: () => bestOrMajority(),
  cost: ({ iterations, most, actions }) => searchCost({ steps: iterations * most, completions: 1, actions }),
});

export function liteWalk(given: Options): Walk<LiteState> {
  return {
    name: "lite-search",
    maxSteps: given.maxSteps,
    begin: () => ({ chosen: 0, at: 0, drawn: {} }),
    plan(state) {
      const { own } = state;
      if (own.greedy === undefined) return [{ node: 0, kind: "rollout", count: 1, temperature: 0 }];
      const rest = given.expansion === "batch" && (own.drawn[own.at] ?? 0) > 0 ? left(state, own.at, given) : 0;
      if (rest > 0) return [{ node: own.at, count: rest }];
      const node = own.chosen < given.iterations ? choose(state, given) : null;
      if (node === null) return [];
      own.at = node;
      own.chosen++;
      return [{ node, count: 1, ...((own.drawn[node] ?? 0) === 0 && { temperature: 0 }) }];
    },
    absorb({ own }, round) {
      if (own.greedy === undefined) own.greedy = round[0]?.scores[0] ?? null;
      for (const { expansion } of round) {
        if (expansion.kind === "expand") own.drawn[expansion.node] = expansion.drawn + expansion.count;
      }
    },
  };
}
