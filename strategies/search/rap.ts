import { z } from "zod";
import type { Run } from "../../src/core/run.ts";
import type { End, Expanded, ExpansionRequest, SearchState, TreeView, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { uct } from "./kit/mcts/simulation.ts";
import { bestOf, highestChild, packOwn, Statistics, unpackOwn } from "./kit/mcts/statistics.ts";
import { lengthOptions, limitsOf, searchCost } from "./kit/options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";
import { SubQuestions } from "./rap/sub-questions.ts";

const { maxSteps: _, ...lengths } = lengthOptions;
const options = z.strictObject({
  simulations: z.int().min(1).default(10).describe("iterations"),
  branching: z.int().min(1).default(4).describe("sub-questions proposed at a state"),
  depth: z.int().min(1).default(5).describe("sub-questions of a solution at most; the last is the problem's own"),
  answers: z.int().min(1).default(8).describe("samples of an answer at most"),
  exploration: z.number().min(0).default(1).describe("c of UCT"),
  alpha: z.number().min(0).max(1).default(0.5).describe("weight of usefulness beside confidence, as exponents"),
  presumed: z.number().min(0).max(1).default(0.8).describe("confidence of a sub-question that was not yet answered"),
  ...lengths,
  topP: z.number().gt(0).max(1).default(0.95).describe("share of probability that may be sampled"),
  topK: z.int().min(1).default(50).describe("likeliest tokens that may be sampled"),
});
type Options = z.output<typeof options>;

/** RAP, reasoning via planning (Hao et al. 2023, arXiv:2305.14992; the mathematics of their llm-reasoners). */
export const rap = defineStrategy({
  name: "rap",
  summary: "tree search over sub-questions, rewarded by usefulness and confidence",
  paper: "Hao et al. 2023, arXiv:2305.14992",
  family: "search",
  how:
    "RAP, reasoning via planning (Hao et al. 2023, arXiv:2305.14992; the mathematics of their llm-reasoners): an " +
    "action is a sub-question, and the policy, as the model of the world, answers it. The reward of a step is " +
    "u^α · c^(1-α): u is the chance that the policy calls the sub-question useful, c the share of its sampled answers " +
    "that agree. Before a sub-question is answered, c is presumed." +
    "\n\n" +
    "An iteration goes down by UCT (an unanswered sub-question counts its presumed reward), answers the one it comes " +
    "to, proposes the next ones and goes on with the highest presumed reward to the end. Every node of the way gets " +
    "the mean reward from itself to the end; its Q is the highest it got. Answers are aggregated by edges: each weighs " +
    "the rewards of all nodes above an end that has it, each node once.",
  costNote:
    "at most `simulations · depth · (2 · branching + answers)` calls: sub-questions, a judgement of each, and the " +
    "answers of those that are visited, two by two until one leads with half of them.",
  departures: [
    "No worked examples; where the policy boxes an answer in a sub-question or before the last one, that is an end.",
    "A sample without an answer is in no class, where theirs makes one of them.",
  ],
  rewards: {
    outcome: "takes the place of confidence at ends, and picks",
    process: "takes the place of confidence in all rewards, which weigh the answers",
    none: "usefulness and confidence, as published; answers are aggregated by edges",
  },
  options,
  candidates: (run, given) => {
    const actions = new SubQuestions(given);
    return run.walk({
      walk: rapWalk(given),
      ...{ actions, limits: limitsOf(given), temperature: given.temperature },
      judge: (inner, paths) => Promise.all(paths.map((path) => actions.judge(inner, path))),
      pick: (state, ends) => (run.verifiers.outcome ? null : aggregated(state, ends, run)),
    });
  },
  select: () => walkPickElse(bestOrMajority()),
  cost: ({ simulations, depth, branching, answers }) =>
    searchCost({ steps: simulations * depth * (branching + answers), others: simulations * depth * branching }),
});

interface Own {
  /** `prior` is a sub-question's reward, presumed until it is answered, `sum` its usefulness, `best` its Q. */
  readonly statistics: Statistics;
  simulations: number;
  /** The iteration in progress: sub-questions from the root down; empty between iterations. */
  path: number[];
}
type State = SearchState<Own>;

export function rapWalk(given: Options) {
  return {
    name: "rap",
    maxSteps: 2 * given.depth,
    aggregation: "last",
    begin: () => ({ statistics: new Statistics(), simulations: 0, path: [] }),
    plan: (state) => plan(state, given),
    absorb(state, round) {
      for (const expanded of round) reward(state, expanded, given);
    },
    statistics: (state: State, node: number) => bestOf(state, node),
    pack: packOwn<Own>,
    unpack: unpackOwn<Own>,
  } satisfies Walk<Own>;
}

/** The root, answered sub-questions, and those that brought an answer of their own. */
const isAnswered = (tree: TreeView, node: number): boolean =>
  node === 0 || tree.terminal.at(node) === 1 || tree.children.at(node) > 0;

/** What an answered sub-question leads to: below it the next ones hang. */
const reached = (tree: TreeView, node: number): number =>
  node === 0 || tree.terminal.at(node) === 1 ? node : tree.firstChild.at(node);

function plan(state: State, { simulations, branching, exploration }: Options): ExpansionRequest[] {
  const { tree, own } = state;
  const { prior, requested } = own.statistics;
  for (;;) {
    if (own.path.length === 0) {
      if (own.simulations >= simulations) return [];
      own.path = select(state, exploration);
    }
    const node = own.path.at(-1) ?? 0;
    const answered = isAnswered(tree, node);
    const at = answered ? reached(tree, node) : node;
    if (tree.growable(at) && requested.at(at) === 0) return [{ node: at, count: answered ? branching : 1 }];
    if (answered && tree.children.at(at) > 0) own.path.push(highestChild(tree, at, (child) => prior.at(child)));
    else backUp(own);
  }
}

function select({ tree, own: { statistics } }: State, exploration: number): number[] {
  const { visits, best, prior } = statistics;
  const path = [0];
  for (let node = 0; isAnswered(tree, node); path.push(node)) {
    const value = (child: number) => (visits.at(child) > 0 ? best : prior).at(child);
    const bound = (child: number) => uct(value(child), visits.at(node), Math.max(1, visits.at(child)), exploration);
    const next = highestChild(tree, reached(tree, node), bound);
    if (next < 0) break;
    node = next;
  }
  return path;
}

/** Sub-questions get their usefulness, an answered one its reward. */
function reward({ tree, own }: State, { expansion: { node, count }, nodes }: Expanded, given: Options): void {
  const { requested, prior, sum } = own.statistics;
  const mixed = (useful: number, confidence: number) => useful ** given.alpha * confidence ** (1 - given.alpha);
  requested.add(node, count);
  const children = [...new Set(nodes)];
  if (tree.depth.at(node) % 2 === 1) {
    for (const child of children) prior.set(node, mixed(sum.at(node), tree.scoreOf(child) ?? given.presumed));
    return;
  }
  const useful = tree.rewards(children);
  for (const [i, child] of children.entries()) {
    sum.set(child, useful[i] ?? 0);
    prior.set(child, mixed(useful[i] ?? 0, given.presumed));
  }
}

function backUp(own: Own): void {
  const { visits, best, prior } = own.statistics;
  let [sum, count] = [0, 0];
  for (const node of own.path.toReversed()) {
    sum += prior.at(node);
    const mean = sum / ++count;
    best.set(node, visits.at(node) === 0 ? mean : Math.max(best.at(node), mean));
    visits.add(node, 1);
  }
  own.simulations++;
  own.path = [];
}

/** Aggregation by edges: the first end that has the answer of most weight; null where no end has one. */
export function aggregated({ tree, own }: State, ends: readonly End[], run: Pick<Run, "classes">): End | null {
  const classes = run.classes(ends.map(({ answer }) => answer));
  const classOf = new Map(ends.map(({ node }, i) => [node, classes[i] ?? -1]));
  const weights = new Map<number, number>();
  const visit = (node: number): Set<number> => {
    if (!isAnswered(tree, node)) return new Set();
    const at = reached(tree, node);
    const ended = tree.terminal.at(at) === 1;
    const below = ended ? [classOf.get(at) ?? -1] : [...tree.childrenOf(at)].flatMap((child) => [...visit(child)]);
    const found = new Set(below.filter((each) => each >= 0));
    for (const each of found) weights.set(each, (weights.get(each) ?? 0) + own.statistics.prior.at(node));
    return found;
  };
  visit(0);
  const heaviest = [...weights].reduce<number | null>(
    (best, [each, weight]) => (best === null || weight > (weights.get(best) ?? 0) ? each : best),
    null,
  );
  return ends.find((_end, i) => classes[i] === heaviest) ?? null;
}
