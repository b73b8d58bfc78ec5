import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import type { End, Expanded, Expansion, ExpansionRequest, SearchState, TreeView, Walk } from "../../src/core/search.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { uct } from "./kit/mcts/simulation.ts";
import {
  diluted,
  highestChild,
  inFlightOf,
  knownValue,
  packOwn,
  pathUp,
  Statistics,
  unpackOwn,
} from "./kit/mcts/statistics.ts";
import { searchCost, stepOptions, stepsOf, virtualNote, windowOption } from "./kit/options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";

const options = z.strictObject({
  simulations: z.int().min(1).default(16).describe("iterations"),
  branching: z.int().min(1).default(3).describe("continuations at an expansion"),
  rolloutSteps: z.int().min(1).default(3).describe("steps by which a leaf's value is corrected"),
  mix: z.number().min(0).max(1).default(0.5).describe("share of the rollout in a leaf's value"),
  exploration: z.number().min(0).default(0.7).describe("their c, before √2"),
  stopAt: z.number().min(0).default(0.9).describe("a selected leaf of this value ends the search; above 1 none does"),
  stopOn: z.enum(["ends", "leaves"]).default("ends").describe("finished leaves alone, or all, as published"),
  ...windowOption,
  critic: z.boolean().default(true).describe("ask, before an expansion, whether only the answer is missing"),
  ...stepOptions,
  temperature: z.number().min(0).default(0.7).describe("of the steps, those of rollouts included"),
});
type Options = z.output<typeof options>;

/**
 * ReST-MCTS*, value-guided tree search (Zhang et al. 2024, arXiv:2406.03816, section 3.2 and appendix; constants of
 * their code, whose values lie in [0, 1]).
 */
export const restMcts = defineStrategy({
  name: "rest-mcts",
  summary: "tree search by a value that rollouts correct, ended by a self-critic",
  paper: "Zhang et al. 2024, arXiv:2406.03816",
  family: "search",
  how:
    "ReST-MCTS*, value-guided tree search (Zhang et al. 2024, arXiv:2406.03816, section 3.2 and appendix; constants " +
    "of their code, whose values lie in [0, 1]). An iteration goes down by V + c √(2 ln N / n), where an unvisited " +
    "child counts V + 1; expands the leaf by `branching` steps, each with its value V; goes on from the best of them " +
    "by at most `rolloutSteps` steps at the same temperature, whose largest value corrects it: (1 - mix) V + mix · " +
    "max V'; and makes every node above the visit-weighted mean of its children. A selected leaf of value `stopAt` is " +
    "the solution; where none is, the end of highest value." +
    virtualNote,
  costNote:
    "at most `simulations · (branching + rolloutSteps + 1)` calls, the last one for the critic, and a completion.",
  departures: [
    "Only a finished leaf ends the search by its value: theirs says how far a solution is, a process reward how right " +
      "it is so far (`stopOn: leaves` is theirs).",
    "The self-critic is asked before an expansion only, and then allows one step more, the answer (theirs is asked " +
      "at every step of a rollout too, and ends the solution as it stands); a solution without an answer is completed " +
      "once, where theirs is summarised; iterations are 16, theirs 100; equal bounds go to the older child, theirs to " +
      "any.",
    "The steps of a prefix are judged as `last` does, as by a value model.",
    "Without a verifier steps are valued by their likelihood and ends by how many others agree, and the answers " +
      "vote.",
  ],
  rewards: {
    outcome: "values finished solutions and picks; without a process verifier it values prefixes too",
    process: "values prefixes, and picks by the aggregate when there is no outcome verifier",
    none: "leaves are valued by the policy's likelihood; the answers vote",
  },
  options,
  async *candidates(run, given) {
    const critic = new Critic();
    const walk = run.walk({
      ...{ walk: restWalk(given), ...stepsOf(given), pick: solution },
      endsNext: given.critic ? (of, path) => critic.onlyAnswerMissing(of, path) : undefined,
    });
    for await (const batch of walk) yield batch.map((candidate) => critic.note(candidate));
  },
  select: () => sayingSilence(walkPickElse(bestOrMajority())),
  cost: ({ simulations, branching, rolloutSteps, critic, actions }) =>
    searchCost({
      steps: simulations * (branching + rolloutSteps),
      // A rollout with no more room than its steps is written in one go; the solution may be completed once more.
      completions: simulations + 1,
      others: critic ? simulations : 0,
      actions,
    }),
});

export interface RestState {
  /** `best` is V, with `valued` 1 where it is known; `closed` are leaves that nothing may follow. */
  readonly statistics: Statistics;
  iterations: number;
  /** Children that a rollout is to correct. */
  rolled: number[];
  /** The leaf that ended the search; -1 before. */
  solution: number;
  completed: boolean;
}
type State = SearchState<RestState>;

export function restWalk(given: Options) {
  return {
    name: "rest-mcts",
    maxSteps: given.maxSteps,
    pipelined: true,
    aggregation: "last",
    begin: () => ({ statistics: new Statistics(), iterations: 0, rolled: [], solution: -1, completed: false }),
    plan: (state) => plan(state, given),
    absorb(state, round) {
      for (const expanded of round) {
        if (expanded.expansion.kind === "expand") finishExpansion(state, expanded);
        else if (completes(expanded.expansion)) state.own.completed = true;
        else finishRollout(state, expanded, given.mix);
      }
    },
    statistics: ({ own: { statistics } }, node) => ({
      visits: statistics.visits.at(node),
      value: statistics.valued.at(node) === 1 ? statistics.best.at(node) : null,
    }),
    pack: packOwn<RestState>,
    unpack: unpackOwn<RestState>,
  } satisfies Walk<RestState>;
}

function plan(
  state: State,
  { simulations, branching, rolloutSteps, exploration, stopAt, stopOn }: Options,
): ExpansionRequest[] {
  const { tree, own, inFlight } = state;
  const rollout = { kind: "rollout", count: 1 } as const;
  while (own.solution < 0) {
    const rolled = own.rolled.shift();
    if (rolled !== undefined) return [{ node: rolled, ...rollout, steps: rolloutSteps, offer: false }];
    const leaf = own.iterations + inFlight.length < simulations ? select(state, exploration) : -1;
    if (leaf < 0) break;
    const may = leaf > 0 && (stopOn === "leaves" || tree.terminal.at(leaf) === 1);
    if (may && own.statistics.valued.at(leaf) === 1 && own.statistics.best.at(leaf) >= stopAt) own.solution = leaf;
    else if (own.statistics.closed.at(leaf) === 0) return [{ node: leaf, count: branching }];
    else backUp(state, leaf);
  }
  const open = own.solution >= 0 && tree.growable(own.solution) && !own.completed && !inFlight.some(completes);
  return open ? [{ node: own.solution, ...rollout, temperature: 0 }] : [];
}

/** Does it write the solution to its end, rather than correct a value? */
const completes = ({ kind, offer }: Expansion): boolean => kind === "rollout" && offer !== false;

/** The leaf of the highest bounds; -1 where all wait for what is in flight. */
function select(state: State, exploration: number): number {
  const { tree } = state;
  const { statistics } = state.own;
  const { visits } = statistics;
  const flight = inFlightOf(state, noneClosed);
  if (flight.full(0)) return -1;
  let node = 0;
  while (tree.children.at(node) > 0) {
    const above = visits.at(node) + flight.visits(node);
    const bound = (child: number) => {
      const [value, seen, virtual] = [valueAt(tree, statistics, child), visits.at(child), flight.visits(child)];
      if (seen + virtual === 0) return value + 1;
      return uct(diluted(value, seen, virtual), above, seen + virtual, exploration * Math.SQRT2);
    };
    node = highestChild(tree, node, bound, (child) => !flight.full(child));
  }
  return node;
}

/** Closed leaves are selected too: such an iteration costs nothing, and ends the search where the value is high. */
const noneClosed = { at: () => 0 };

/** V, or where it is not known the likelihood of the step, at last the middle of the scale. */
const valueAt = (tree: TreeView, { best, valued }: Statistics, node: number): number =>
  valued.at(node) === 1 ? best.at(node) : (tree.promise(node) ?? 0.5);

function finishExpansion(state: State, { expansion: { node }, nodes }: Expanded): void {
  const { tree, own } = state;
  const { best, valued, closed } = own.statistics;
  const children = new Set(nodes);
  for (const child of children) {
    const value = knownValue(tree, child);
    if (value !== null) best.set(child, value);
    valued.set(child, value === null ? 0 : 1);
    if (!tree.growable(child)) closed.set(child, 1);
  }
  if (children.size === 0) closed.set(node, 1);
  const first = highestChild(tree, node, (child) => valueAt(tree, own.statistics, child));
  if (first >= 0 && closed.at(first) === 0) own.rolled.push(first);
  else {
    if (first >= 0) own.statistics.visits.add(first, 1);
    backUp(state, node);
  }
}

/** The largest value of the rollout's own steps corrects the value of the node that it started from. */
function finishRollout(state: State, { expansion: { node }, children, scores }: Expanded, mix: number): void {
  const { tree, own } = state;
  const { best, valued, visits } = own.statistics;
  const ahead = children.flatMap(({ stepScores, answer }, i) => {
    const steps = [...stepScores.slice(tree.depth.at(node)), scores[i] ?? tree.agreement(answer)];
    return steps.filter((value) => value !== null && value !== undefined);
  });
  if (ahead.length > 0 && valued.at(node) === 1) {
    best.set(node, (1 - mix) * best.at(node) + mix * Math.max(...ahead));
  }
  visits.add(node, 1);
  backUp(state, tree.parent.at(node));
}

/** Ends an iteration: a visit for all nodes above, each of which becomes the visit-weighted mean of its children. */
function backUp({ tree, own }: State, from: number): void {
  const { best, valued, visits } = own.statistics;
  own.iterations++;
  for (const node of pathUp(tree, from)) {
    visits.add(node, 1);
    let [seen, sum] = [0, 0];
    for (const child of tree.childrenOf(node)) {
      if (valued.at(child) === 0) continue;
      seen += visits.at(child);
      sum += visits.at(child) * best.at(child);
    }
    if (seen === 0) continue;
    best.set(node, sum / seen);
    valued.set(node, 1);
  }
}

/** The leaf that ended the search, else the end of highest value (ties: the later); null where nothing was judged. */
function solution({ own }: State, ends: readonly End[]): End | null {
  if (ends.every(({ score }) => score === null)) return null;
  const stopped = ends.findLast(({ node, rollout }) => node === own.solution && rollout === own.completed);
  const answered = ends.filter(({ answer, score }) => answer !== null && score !== null);
  return stopped ?? answered.reduce<End | null>((a, b) => ((b.score ?? 0) >= (a?.score ?? 0) ? b : a), null);
}

const END_INSTRUCTION =
  'Does the solution so far already solve the problem, so that only the final answer has to be stated? Give at most one sentence of reason, then "solved" or "unsolved".';

/** The self-critic: one call an expansion below the root, of the length that theirs has. */
class Critic {
  #asked = 0;
  #unread = 0;

  /** Anything but a clear yes is a no; what is neither is counted. */
  async onlyAnswerMissing(run: Run, path: Trajectory): Promise<boolean> {
    if (path.depth === 0) return false;
    const content = `Problem:\n${run.question.text}\n\nSolution so far:\n${path.text.trim()}\n\n${END_INSTRUCTION}`;
    const messages = [{ role: "user" as const, content }];
    const [reply] = await run.sample({ messages, temperature: 0, maxTokens: 128, purpose: "end-test" });
    const verdict = readVerdict(reply?.text ?? "");
    this.#asked++;
    if (verdict === null) this.#unread++;
    return verdict ?? false;
  }

  /** Leaves a note on a candidate where none of the critic's replies could be read so far. */
  note(candidate: Candidate): Candidate {
    if (this.#asked === 0 || this.#unread < this.#asked) return candidate;
    return { ...candidate, notes: { ...candidate.notes, criticSilent: this.#asked } };
  }
}

/** "unsolved" or "no" is a no, "solved" or "yes" a yes; null where neither was said. */
export function readVerdict(text: string): boolean | null {
  if (/\bunsolved\b|\bnot (yet )?solved\b/i.test(text)) return false;
  if (/\bsolved\b/i.test(text)) return true;
  if (/^\W*no\b/i.test(text)) return false;
  return /^\W*yes\b/i.test(text) ? true : null;
}

/** Says in the reason when not one of the critic's replies could be read. */
function sayingSilence(inner: Selection): Selection {
  return {
    ...inner,
    pick: async (candidates, run) => {
      const picked = await inner.pick(candidates, run);
      const asked = candidates.at(-1)?.notes?.criticSilent;
      if (picked === null || asked === undefined) return picked;
      return { ...picked, reason: `${picked.reason}; none of the critic's ${asked} replies could be read` };
    },
  };
}
