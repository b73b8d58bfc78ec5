import { z } from "zod";
import { readNumber } from "../../src/answer/verdicts/choices.ts";
import type { Reply } from "../../src/answer/verdicts/spoken.ts";
import { readWord } from "../../src/answer/verdicts/words.ts";
import type { Run, WalkSetup } from "../../src/core/run.ts";
import type { Score } from "../../src/core/score.ts";
import type { End, Walk } from "../../src/core/search.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { bestOrMajority, bestValue, majority } from "../../src/engine/picking/selections.ts";
import { sayingUnread, withReadJudgements } from "./kit/judgements.ts";
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
  judgeTokens: z.int().min(1).default(512).describe("length limit of a judgement, which reasons before its verdict"),
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
 * itself or judged by the verifiers.
 */
export const treeOfThoughts = defineStrategy({
  name: "tree-of-thoughts",
  summary: "thoughts proposed and judged by the policy itself, searched by breadth or depth",
  paper: "Yao et al. 2023, arXiv:2305.10601",
  family: "search",
  how:
    "Tree of Thoughts (Yao et al. 2023, arXiv:2305.10601, algorithms 1 and 2; their letters: `branching` k, `width` " +
    "b, `maxSteps` T): thoughts are proposed together or sampled apart, and states are valued or voted on by the " +
    "policy itself or judged by the verifiers. Breadth first keeps the best states of each depth, depth first follows " +
    "the best one down and backtracks. The answer is that of the best finished state." +
    "\n\n" +
    "Defaults are those of Game of 24: propose, 5 states, 3 value votes each, temperature 0.7; but 8 steps instead of " +
    "4, as our problems are longer.",
  costNote:
    "one call an expansion when proposing, `branching` when sampling; `votes` calls a state valued, or a ballot.",
  departures: [
    "Identical thoughts are one node (the published code values the second at 0); a vote that cannot be read is " +
      "left out of a value (there it adds 0), and a verdict is read only on the " +
      "last line; finished states end.",
    "By value they stay in competition; by vote, whose shares mean something within one ballot only, they leave it, " +
      "and a last ballot is held among finished states that were not on the same one.",
  ],
  rewards: {
    outcome: "judges states instead of the policy's own votes, and picks",
    process: "judges states instead of the policy's own votes, and picks by the aggregate",
    none: "the policy's own values or votes guide the search and pick",
  },
  options,
  async *candidates(run, given) {
    const verified = run.verifiers.outcome || run.verifiers.process;
    const how = given.judge === "auto" ? (verified ? "verifier" : "value") : given.judge;
    const pick = verified || how === "vote" ? undefined : (_: unknown, ends: readonly End[]) => bestEnd(ends);
    const setup = { ...stepsOf(given), pick };
    const walked = (judge?: WalkSetup<unknown>["judge"]) =>
      given.order === "depth"
        ? run.walk({ ...setup, judge, walk: depthFirst(given) })
        : run.walk({ ...setup, judge, walk: breadthFirst(given) });
    const judge = how === "vote" ? voteThoughts : valueThoughts;
    if (how === "verifier") yield* walked();
    else yield* withReadJudgements(run, (inner, paths) => judge(inner, paths, given), walked);
  },
  select: (given) => sayingUnread(given.judge === "vote" ? byLastBallot(given) : walkPickElse(bestOrMajority())),
  cost: ({ order, width, branching, expansions, maxSteps, votes, judge, actions }) => {
    const grown = order === "depth" ? expansions : 1 + width * (maxSteps - 1);
    const steps = grown * branching;
    return searchCost({ steps, others: judge === "verifier" ? 0 : (steps + 1) * votes, actions });
  },
});

/** The finished solution of highest score; ties: the earlier. Null where nothing finished, or none was judged. */
const bestEnd = (ends: readonly End[]): End | null =>
  ends.reduce<End | null>((best, end) => ((end.score ?? -1) > (best?.score ?? -1) ? end : best), null);

/**
 * Algorithm 1: `branching` thoughts per state, the best `width` states of each depth survive. Finished states stay in
 * competition, unless states are voted on: then they leave it.
 */
export function breadthFirst({ width, branching, prune, judge, maxSteps }: Options): Walk<{ kept: number[] }> {
  return {
    name: "tree-of-thoughts-bfs",
    maxSteps,
    begin: () => ({ kept: [0] }),
    plan: ({ tree, own }) => own.kept.filter((node) => tree.growable(node)).map((node) => ({ node, count: branching })),
    absorb({ tree, own }, round) {
      const finished = own.kept.filter((node) => tree.terminal.at(node) === 1);
      const all = [...new Set([...finished, ...round.flatMap(({ nodes }) => nodes)])];
      const pool = judge === "vote" ? all.filter((node) => tree.terminal.at(node) === 0) : all;
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
  'Judge the partial solution: can it still lead to the right answer? Check its last step briefly. Then write on a last line one word alone: "sure" (right so far), "likely" (may be right) or "impossible" (something is wrong).';

const voteInstruction = (count: number) =>
  `Which of the ${count} partial solutions is the most promising? Compare them briefly. Then write on a last line: The best is number N.`;

/** The values of the words (their code for Game of 24): summed over votes, here divided by the most there could be. */
const wordValues: Readonly<Record<string, number>> = { sure: 20, likely: 1, impossible: 0.001 };

type Judging = Pick<Options, "votes" | "judgeTokens">;

/**
 * The policy values each state by itself, `votes` times (section 3, "value"): Σ value / (20 · votes read). Null where
 * no vote can be read. Cost: `votes` calls a state.
 */
async function valueThoughts(run: Run, paths: readonly Trajectory[], given: Judging): Promise<Score[]> {
  return await Promise.all(
    paths.map(async (path) => {
      const state = `Problem:\n${run.question.text}\n\nPartial solution:\n${path.text.trim()}`;
      const replies = await judgements(run, `${state}\n\n${VALUE_INSTRUCTION}`, given, "value");
      return valueFrom(replies);
    }),
  );
}

/** The value of a state from the replies about it: the verdict is one of the three words, on the last line. */
export function valueFrom(replies: readonly Reply[]): Score {
  const words = replies.flatMap((reply) => readWord(reply, ["sure", "likely", "impossible"], "last")?.word ?? []);
  if (words.length === 0) return { value: null, reason: "no vote could be read" };
  // Word by word, so that the same votes in another order sum to the same.
  const values = Object.entries(wordValues).map(
    ([word, value]) => value * words.filter((each) => each === word).length,
  );
  return { value: values.reduce((sum, value) => sum + value, 0) / (20 * words.length) };
}

/**
 * The policy votes for the most promising of several states, `votes` times (section 3, "vote"): a state's value is its
 * share of the votes. Null for all where no vote can be read. A single state needs no vote and gets 1. Cost: `votes`
 * calls a round.
 */
async function voteThoughts(run: Run, paths: readonly Trajectory[], given: Judging): Promise<Score[]> {
  const texts = paths.map(({ text }) => text);
  const shares = await ballot(run, texts, given);
  // Thoughts that say the same stand on the ballot as often as they were drawn, and are one state.
  return texts.map((text, i) => {
    const copies = shares.filter((_, j) => texts[j] === text).flatMap(({ value }) => value ?? []);
    return copies.length < 2
      ? (shares[i] ?? { value: null })
      : { value: copies.reduce((sum, share) => sum + share, 0) };
  });
}

async function ballot(run: Run, texts: readonly string[], given: Judging): Promise<Score[]> {
  if (texts.length === 1) return [{ value: 1 }];
  const list = texts.map((text, i) => `Partial solution ${i + 1}:\n${text.trim()}`).join("\n\n");
  const content = `Problem:\n${run.question.text}\n\n${list}\n\n${voteInstruction(texts.length)}`;
  return sharesFrom(await judgements(run, content, given, "vote"), texts.length);
}

/** "The best is number 3", "The best choice is 2", "Number 2 is the most promising". */
const votes = [
  /\bbest(?:\s+(?:partial\s+)?(?:solution|choice|one|option))?(?:\s+is|\s*:)\W*(?:(?:partial\s+)?solution|number|no\.?)?\W*(\d+)/i,
  /\b(?:solution|number)\W*(\d+)\W+is\s+the\s+(?:best|most\s+promising)\b/i,
];

/** Each choice's share of the votes. The vote is the number that the reply calls the best, else its last line. */
export function sharesFrom(replies: readonly Reply[], count: number): Score[] {
  const chosen = replies.flatMap((reply) => {
    const number = readNumber(reply, { first: 1, count, forms: votes });
    return number === null ? [] : [number - 1];
  });
  const share = (i: number) => chosen.filter((vote) => vote === i).length / chosen.length;
  return Array.from({ length: count }, (_, i) =>
    chosen.length === 0 ? { value: null, reason: "no vote could be read" } : { value: share(i) },
  );
}

async function judgements(run: Run, content: string, given: Judging, purpose: "value" | "vote") {
  const messages = [{ role: "user" as const, content }];
  const { votes: n, judgeTokens: maxTokens } = given;
  return await run.sample({ messages, n, temperature: 0.7, maxTokens, purpose });
}

/**
 * By votes: the finished state of the largest share where all were on one ballot, else that of a last ballot among them
 * (the majority where no vote can be read). Where there is a verifier, it picks.
 */
function byLastBallot(given: Options): Selection {
  return {
    name: "last-ballot",
    usesScores: true,
    interim: bestOrMajority(),
    pick: async (candidates, run) => {
      if (run.verifiers.outcome || run.verifiers.process) return await bestOrMajority().pick(candidates, run);
      const answered = candidates.filter(({ answer }) => answer !== null);
      const ballots = new Set(
        answered.map(({ trajectory: { depth, parent } }) => (given.order === "depth" ? parent : depth)),
      );
      if (ballots.size < 2 || new Set(run.classes(answered.map(({ answer }) => answer?.text ?? null))).size < 2) {
        return await bestValue().pick(candidates, run);
      }
      const voters = answered.filter(({ text }, i) => answered.findIndex((other) => other.text === text) === i);
      const shares = await ballot(
        run,
        voters.map(({ text }) => text),
        given,
      );
      const elected = voters.map((voter, i) => ({ ...voter, value: shares[i]?.value ?? undefined }));
      const read = elected.some(({ value }) => value !== undefined);
      return await (read ? bestValue() : majority()).pick(elected, run);
    },
  };
}
