import { z } from "zod";
import type { End, Search } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { type WalkSetup, walk } from "../../src/engine/walk.ts";
import { actionSpace, searchCost, stepOptions } from "./kit/search-options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";
import { valueThoughts, voteThoughts } from "./tree-of-thoughts/thought-judging.ts";
import { thoughtsBreadthFirst, thoughtsDepthFirst } from "./tree-of-thoughts/tree-of-thoughts.ts";

/** The finished solution of highest worth; ties: the earlier. Null where nothing finished, or none was judged. */
const bestEnd = (ends: readonly End[]): End | null =>
  ends.reduce<End | null>((best, end) => ((end.score ?? -1) > (best?.score ?? -1) ? end : best), null);

/**
 * Tree of Thoughts: `branching` thoughts per state, proposed together or sampled apart, valued or voted on by the policy itself or judged by the
 * verifiers; breadth first keeps the best `width` states a depth, depth first follows the best and backtracks where thoughts fall below `prune`
 * (Yao et al. 2023, arXiv:2305.10601, algorithms 1 and 2; their letters: branching k, width b, maxSteps T).
 *
 * Defaults are those of Game of 24: propose, 5 states, 3 value votes each, temperature 0.7; but 8 steps instead of 4, as our problems are longer. Cost:
 * one call an expansion when proposing, `branching` when sampling; `votes` calls a state valued. The answer is that of the best finished state.
 */
export const treeOfThoughts = defineStrategy({
  name: "tree-of-thoughts",
  summary: "thoughts proposed and judged by the policy itself, searched by breadth or depth",
  paper: "Yao et al. 2023, arXiv:2305.10601",
  family: "search",
  how:
    "Tree of Thoughts: `branching` thoughts per state, proposed together or sampled apart, valued or voted on by the " +
    "policy itself or judged by the verifiers; breadth first keeps the best `width` states a depth, depth first " +
    "follows the best and backtracks where thoughts fall below `prune` (Yao et al. 2023, arXiv:2305.10601, algorithms " +
    "1 and 2; their letters: branching k, width b, maxSteps T)." +
    "\n\n" +
    "Defaults are those of Game of 24: propose, 5 states, 3 value votes each, temperature 0.7; but 8 steps instead of " +
    "4, as our problems are longer.",
  costNote:
    "one call an expansion when proposing, `branching` when sampling; `votes` calls a state valued. The answer is " +
    "that of the best finished state.",
  departures: [],
  rewards: {
    outcome: "judges states instead of the policy's own votes, and picks",
    process: "judges states instead of the policy's own votes, and picks by the aggregate",
    none: "the policy's own values or votes guide the search and pick",
  },
  options: z.strictObject({
    order: z.enum(["breadth", "depth"]).default("breadth"),
    width: z.int().min(1).default(5).describe("states kept a depth (breadth first)"),
    branching: z.int().min(1).max(10).default(5).describe("thoughts per state"),
    prune: z.number().min(0).max(1).default(0).describe("thoughts worth less are dropped"),
    expansions: z.int().min(1).default(100).describe("states expanded at most (depth first)"),
    enough: z.int().min(1).default(1).describe("finished solutions that end the search (depth first)"),
    judge: z
      .enum(["auto", "value", "vote", "verifier"])
      .default("auto")
      .describe("auto: the verifiers where there are any, else value"),
    votes: z.int().min(1).default(3).describe("of the policy, per state (value) or round (vote)"),
    ...stepOptions,
    actions: stepOptions.actions
      .unwrap()
      .default("proposed-steps")
      .describe("what a thought is; reasoning-steps samples"),
    temperature: z.number().min(0).default(0.7).describe("of the thoughts"),
    maxSteps: z.int().min(1).default(8).describe("thoughts of a trajectory at most; the last may run to the end"),
  }),
  candidates: (run, { order, width, branching, prune, expansions, enough, judge, votes, ...options }) => {
    const { temperature, maxSteps, ...space } = options;
    const aggregation = run.verifiers.aggregation;
    const shared = { branching, prune, maxSteps, aggregation };
    const judged = run.verifiers.outcome || run.verifiers.process;
    const how = judge === "auto" ? (judged ? "verifier" : "value") : judge;
    const ownJudge = how === "vote" ? voteThoughts : valueThoughts;
    const setup = <State>(search: Search<State>): WalkSetup<State> => ({
      search,
      actions: actionSpace(space),
      temperature,
      ...(how === "verifier" ? {} : { judge: (inner, paths) => ownJudge(inner, paths, votes) }),
      ...(judged ? {} : { pick: (state) => bestEnd(search.finished(state)) }),
    });
    return order === "depth"
      ? walk(run, setup(thoughtsDepthFirst({ ...shared, expansions, enough })))
      : walk(run, setup(thoughtsBreadthFirst({ ...shared, width })));
  },
  select: () => walkPickElse(bestOrMajority()),
  cost: ({ order, width, branching, expansions, maxSteps, votes, judge, actions }) => {
    const grown = order === "depth" ? expansions : 1 + width * (maxSteps - 1);
    const steps = grown * branching;
    return searchCost({ steps, others: judge === "verifier" ? 0 : steps * votes, actions });
  },
});
