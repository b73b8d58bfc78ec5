import { z } from "zod";
import type { Random } from "../../src/core/random.ts";
import { roleOption } from "../../src/core/roles.ts";
import type { ExpansionRequest, SearchState, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weightedByValue } from "../../src/engine/picking/selections.ts";
import { solutionMessages } from "../../src/engine/sampling.ts";
import { turnsAfter } from "../../src/search/actions/human-actions.ts";
import { exploring, uct } from "./kit/mcts/simulation.ts";
import {
  addVisit,
  diluted,
  highestChild,
  knownValue,
  meanOf,
  packOwn,
  Statistics,
  statisticsOf,
  unpackOwn,
} from "./kit/mcts/statistics.ts";
import { lengthOptions, limitsOf, searchCost, virtualNote, windowOption } from "./kit/options.ts";
import { mutualConsistency } from "./rstar/mutual-consistency.ts";

const solutionsTried = 32;

const options = z.strictObject({
  simulations: z.int().min(1).default(16).describe("rollouts"),
  thoughts: z
    .int()
    .min(1)
    .default(3)
    .describe("single thoughts at an expansion; finish, reanswer and rephrase come once"),
  subquestions: z.int().min(1).default(3).describe("sub-questions at an expansion"),
  votes: z.int().min(1).default(10).describe("samples of a sub-question's answer, of which the commonest stands"),
  lastVotes: z.int().min(1).default(32).describe("samples of a finish"),
  exploration: z.number().min(0).default(2),
  schedule: z.enum(["constant", "linear", "exponential"]).default("constant").describe("of the exploration"),
  ...windowOption,
  discriminator: roleOption("discriminator", "part of the second model"),
  prefixes: z.int().min(1).default(4).describe("beginnings of a solution that the second model completes"),
  ...lengthOptions,
  topP: z.number().gt(0).max(1).default(0.95).describe("share of probability that may be sampled"),
  topK: z.int().min(1).default(40).describe("likeliest tokens that may be sampled"),
  maxSteps: z.int().min(1).default(5).describe("actions of a trajectory at most; the last finishes"),
});
type Options = z.output<typeof options>;

/**
 * rStar: MCTS over five human-like actions, then mutual consistency: a solution must be reached again by a second
 * model that is shown only its beginning (Qi et al. 2024, arXiv:2408.06195; depth 5, exploration 2, 16 rollouts in
 * their script, 32 in the paper).
 */
export const rstar = defineStrategy({
  name: "rstar",
  summary: "tree search over human-like actions, solutions checked by a second model",
  paper: "Qi et al. 2024, arXiv:2408.06195",
  family: "search",
  how:
    "rStar: MCTS over five human-like actions, then mutual consistency: a solution must be reached again by a second " +
    "model that is shown only its beginning (Qi et al. 2024, arXiv:2408.06195; depth 5, exploration 2, 16 rollouts in " +
    "their script, 32 in the paper). A rollout goes down by UCT, at a node with children that no rollout has passed " +
    "to one of those at random, and from there at random to an end, whose value goes to every node of its path. Ends " +
    "are not closed: a rollout may end where one ended before, at no cost. The second model is the one named " +
    '"discriminator", else the policy itself.' +
    "\n\n" +
    "An expansion takes the allowed actions as often as in their script: 3 single thoughts, 3 sub-questions, and each " +
    "of the others once. 10 samples vote on the answer of a sub-question and 32 on a finish; the commonest answer " +
    "stands. Without verifiers an end's value is its share of those votes, as published." +
    virtualNote,
  costNote:
    "at most `simulations · maxSteps` expansions of `thoughts + lastVotes + (subquestions + 1) · votes` samples, and " +
    "`prefixes` completions for each of 32 solutions.",
  departures: [
    "a score of verifiers takes its place where there are any; the published discriminator reads the reference " +
      "answer, this one cannot; a solution weighs as often as it was sampled, theirs once more for every rollout that " +
      "ends at it.",
  ],
  rewards: {
    outcome: "is the reward of finished solutions instead of their share of the vote",
    process: "the same, aggregated over steps",
    none: "an end's value is its share of the votes on it (as published); mutual consistency decides",
  },
  options,
  candidates: (run, given) =>
    run.walk({
      walk: rstarWalk(given),
      window: given.window,
      limits: limitsOf(given),
      actions: { kind: "human-actions", stepTokens: given.stepTokens, counts: given },
      temperature: given.temperature,
    }),
  select: ({ prefixes, discriminator }) =>
    mutualConsistency({
      messages: (run) => solutionMessages(run.question),
      prefixes,
      discriminator,
      most: solutionsTried,
      interim: weightedByValue(),
    }),
  cost: ({ simulations, thoughts, subquestions, votes, lastVotes, maxSteps, prefixes }) =>
    searchCost({
      steps: simulations * maxSteps * (thoughts + lastVotes + subquestions * votes + Math.max(1, votes)),
      others: solutionsTried * prefixes,
    }),
});

interface Own {
  /** `requested` counts continuations: a node that got none has no children and is an end. */
  readonly statistics: Statistics;
  rollouts: number;
  /** Rollouts in progress, from the root: one at most, without a window. */
  paths: number[][];
}
type State = SearchState<Own>;

export function rstarWalk(given: Options) {
  return {
    name: "rstar",
    maxSteps: given.maxSteps,
    pipelined: true,
    begin: () => ({ statistics: new Statistics(), rollouts: 0, paths: [] }),
    plan: (state, random) => plan(state, random, given),
    absorb(state, round) {
      for (const { expansion } of round) state.own.statistics.requested.add(expansion.node, expansion.count);
    },
    statistics: statisticsOf,
    pack: packOwn<Own>,
    unpack: unpackOwn<Own>,
  } satisfies Walk<Own>;
}

/** Ends rollouts until one comes to a node that has no children so far, and none in flight. */
function plan(state: State, random: Random, given: Options): ExpansionRequest[] {
  const { tree, own, inFlight } = state;
  const waiting = new Set(inFlight.map(({ node }) => node));
  const lastOf = (path: readonly number[]) => path.at(-1) ?? 0;
  for (;;) {
    let path = own.paths.find((each) => !waiting.has(lastOf(each)));
    if (path === undefined) {
      if (own.rollouts + own.paths.length >= given.simulations) return [];
      path = select(state, random, given);
      if (waiting.has(lastOf(path))) return [];
      own.paths.push(path);
    }
    const grows = goOn(state, path, random);
    if (waiting.has(lastOf(path))) continue;
    const last = lastOf(path);
    if (grows) return [{ node: last, count: turnsAfter(tree.trajectoryOf(last).step?.kind, given).length }];
    finishRollout(state, path);
  }
}

/** Goes down at random to a node without children; may it be expanded? */
function goOn({ tree, own }: State, path: number[], random: Random): boolean {
  let last = path.at(-1) ?? 0;
  while (tree.children.at(last) > 0) {
    last = random.choice([...tree.childrenOf(last)]);
    path.push(last);
  }
  return tree.growable(last) && own.statistics.requested.at(last) === 0;
}

/** The path to a leaf, or to a child that no rollout has passed. */
function select(state: State, random: Random, { simulations, exploration, schedule }: Options): number[] {
  const { tree } = state;
  const { statistics, rollouts, paths } = state.own;
  const under = new Map<number, number>();
  for (const node of paths.flat()) under.set(node, (under.get(node) ?? 0) + 1);
  const virtual = (node: number) => under.get(node) ?? 0;
  const visits = (node: number) => statistics.visits.at(node) + virtual(node);
  const c = exploring(exploration, schedule)(rollouts / simulations);
  const path = [0];
  for (let node = 0; tree.children.at(node) > 0; ) {
    const fresh = [...tree.childrenOf(node)].filter((child) => visits(child) === 0);
    if (fresh.length > 0) return [...path, random.choice(fresh)];
    const above = visits(node);
    const meanBelow = (child: number) =>
      diluted(meanOf(statistics, child) ?? 0, statistics.visits.at(child), virtual(child));
    node = highestChild(tree, node, (child) => uct(meanBelow(child), above, visits(child), c));
    path.push(node);
  }
  return path;
}

/** The value of the end goes to the whole path; an end that is no solution counts 0. */
function finishRollout({ tree, own }: State, path: readonly number[]): void {
  const end = path.at(-1) ?? 0;
  const voted = tree.trajectoryOf(end).step?.support ?? null;
  const value = tree.terminal.at(end) === 1 ? (tree.scoreOf(end) ?? voted ?? knownValue(tree, end)) : 0;
  for (const node of path) addVisit(own.statistics, node, value);
  own.paths = own.paths.filter((each) => each !== path);
  own.rollouts++;
}
