import { z } from "zod";
import type { Run } from "../../src/core/run.ts";
import type { Score } from "../../src/core/score.ts";
import type { End, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";

const options = z.strictObject({
  order: z.enum(["breadth", "depth"]).default("breadth"),
  width: z.int().min(1).default(5).describe("states kept a depth (breadth first)"),
  branching: z.int().min(1).max(10).default(5).describe("thoughts per state"),
  prune: z.number().min(0).max(1).default(0).describe("thoughts that score below are dropped"),
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
});
type Options = z.output<typeof options>;

/**
 * Tree of Thoughts (Yao et al. 2023, arXiv:2305.10601, algorithms 1 and 2; their letters: `branching` k, `width` b,
 * `maxSteps` T): thoughts are proposed together or sampled apart, and states are valued or voted on by the policy
 * itself or judged by the verifiers. Breadth first keeps the best states of each depth, depth first follows the best
 * one down and backtracks. The answer is that of the best finished state.
 *
 * Defaults are those of Game of 24: propose, 5 states, 3 value votes each, temperature 0.7; but 8 steps instead of 4,
 * as our problems are longer. Departure: identical thoughts are one node; the published code values the second at 0.
 *
 * Cost: one call an expansion when proposing, `branching` when sampling; `votes` calls a state valued.
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
  options,
  async *candidates(run, given) {
    const verified = run.verifiers.outcome || run.verifiers.process;
    const how = given.judge === "auto" ? (verified ? "verifier" : "value") : given.judge;
    const judge = how === "vote" ? voteThoughts : valueThoughts;
    const setup = {
      ...stepsOf(given),
      judge:
        how === "verifier" ? undefined : (inner: Run, paths: readonly Trajectory[]) => judge(inner, paths, given.votes),
      pick: verified ? undefined : (_: unknown, finished: readonly End[]) => bestEnd(finished),
    };
    if (given.order === "depth") yield* run.walk({ ...setup, walk: depthFirst(given) });
    else yield* run.walk({ ...setup, walk: breadthFirst(given) });
  },
  select: () => walkPickElse(bestOrMajority()),
  cost: ({ order, width, branching, expansions, maxSteps, votes, judge, actions }) => {
    const grown = order === "depth" ? expansions : 1 + width * (maxSteps - 1);
    const steps = grown * branching;
    return searchCost({ steps, others: judge === "verifier" ? 0 : steps * votes, actions });
  },
});

/** The finished solution of highest score; ties: the earlier. Null where nothing finished, or none was judged. */
const bestEnd = (ends: readonly End[]): End | null =>
  ends.reduce<End | null>((best, end) => ((end.score ?? -1) > (best?.score ?? -1) ? end : best), null);

/**
 * Algorithm 1: `branching` thoughts per state, the best `width` states of each depth survive. Finished states stay in
 * competition.
 */
export function breadthFirst({ width, branching, prune, maxSteps }: Options): Walk<{ kept: number[] }> {
  return {
    name: "tree-of-thoughts-bfs",
    maxSteps,
    begin: () => ({ kept: [0] }),
    plan: ({ tree, own }) => own.kept.filter((node) => tree.growable(node)).map((node) => ({ node, count: branching })),
    absorb({ tree, own }, round) {
      const finished = own.kept.filter((node) => tree.terminal.at(node) === 1);
      const pool = [...new Set([...finished, ...round.flatMap(({ nodes }) => nodes)])];
      const rewards = tree.rewards(pool);
      own.kept = tree.ranked(pool.filter((_, index) => (rewards[index] ?? 0) >= prune)).slice(0, width);
    },
  };
}

export interface DepthFirstState {
  expanded: number;
  /** The next state is the last. */
  stack: number[];
}

/**
 * Algorithm 2 (crosswords): follows the best thought down, drops those that score below `prune`, backtracks at dead
 * ends. One expansion a round: each depends on the last. Ties: higher log-probability, then the older node.
 */
export function depthFirst({ branching, prune, expansions, enough, maxSteps }: Options): Walk<DepthFirstState> {
  return {
    name: "tree-of-thoughts-dfs",
    maxSteps,
    begin: () => ({ expanded: 0, stack: [0] }),
    plan({ tree, own }) {
      if (own.expanded >= expansions || tree.finished.length >= enough) return [];
      const node = own.stack.pop();
      if (node === undefined) return [];
      own.expanded++;
      return [{ node, count: branching }];
    },
    absorb({ tree, own }, round) {
      const nodes = [...new Set(round.flatMap((expanded) => expanded.nodes))];
      const rewards = tree.rewards(nodes);
      const open = nodes.filter((node, index) => tree.growable(node) && (rewards[index] ?? 0) >= prune);
      own.stack.push(...tree.ranked(open).reverse());
    },
  };
}

const VALUE_INSTRUCTION =
  'Judge the partial solution: can it still lead to the right answer? Check its last step, then end with one word: "sure" (right so far), "likely" (may be right) or "impossible" (something is wrong). Reply with that word only.';

const voteInstruction = (count: number) =>
  `Which of the ${count} partial solutions is the most promising? Reply with its number only.`;

/** The values of the words (their code for Game of 24): summed over votes, here divided by the most there could be. */
const wordValues: Readonly<Record<string, number>> = { sure: 20, likely: 1, impossible: 0.001 };

/**
 * The policy values each state by itself, `votes` times (section 3, "value"): Σ value / (20 · votes read). Null where
 * no vote can be read. Cost: `votes` calls a state.
 */
async function valueThoughts(run: Run, paths: readonly Trajectory[], votes: number): Promise<Score[]> {
  return await Promise.all(
    paths.map(async (path) => {
      const state = `Problem:\n${run.question.text}\n\nPartial solution:\n${path.text.trim()}`;
      const replies = await judgements(run, `${state}\n\n${VALUE_INSTRUCTION}`, votes, "value");
      const values = replies.flatMap((text) => {
        const word = /\b(sure|likely|impossible)\b/i.exec(text)?.[1]?.toLowerCase();
        return word === undefined ? [] : (wordValues[word] ?? []);
      });
      if (values.length === 0) return { value: null, reason: "no vote could be read" };
      return { value: values.reduce((sum, value) => sum + value, 0) / (20 * values.length) };
    }),
  );
}

/**
 * The policy votes for the most promising of several states, `votes` times (section 3, "vote"): a state's value is its
 * share of the votes. Null for all where no vote can be read. A single state needs no vote and gets 1. Cost: `votes`
 * calls a round.
 */
async function voteThoughts(run: Run, paths: readonly Trajectory[], votes: number): Promise<Score[]> {
  if (paths.length === 1) return [{ value: 1 }];
  const list = paths.map((path, i) => `Partial solution ${i + 1}:\n${path.text.trim()}`).join("\n\n");
  const content = `Problem:\n${run.question.text}\n\n${list}\n\n${voteInstruction(paths.length)}`;
  const chosen = (await judgements(run, content, votes, "vote")).flatMap((text) => {
    const number = Number(/\b(\d+)\b/.exec(text)?.[1] ?? Number.NaN);
    return number >= 1 && number <= paths.length ? [number - 1] : [];
  });
  if (chosen.length === 0) return paths.map(() => ({ value: null, reason: "no vote could be read" }));
  return paths.map((_, i) => ({ value: chosen.filter((vote) => vote === i).length / chosen.length }));
}

async function judgements(run: Run, content: string, n: number, purpose: "value" | "vote"): Promise<string[]> {
  const messages = [{ role: "user" as const, content }];
  const replies = await run.sample({ messages, n, temperature: 0.7, maxTokens: 8, purpose });
  return replies.map(({ text }) => text);
}
