import type { NodeRecord } from "./events.ts";
import type { Random } from "./random.ts";
import type { Aggregation } from "./score.ts";
import type { Trajectory } from "./trajectory.ts";

/**
 * What a walk requests. `expand` requests `count` continuations of one step each of `trajectory`; `rollout` requests
 * that the trajectory be completed `count` times, at most `steps` steps on (to estimate its value, or to look ahead). A
 * rollout's steps do not become nodes; one that reaches an end is a finished trajectory all the same.
 *
 * No two expansions of one round have the same node, kind and model: draws of the same thing are one expansion with a
 * larger count.
 */
export interface Expansion {
  /** Unique within a search, in order of requesting. */
  readonly id: number;
  readonly node: number;
  readonly trajectory: Trajectory;
  readonly kind: "expand" | "rollout";
  readonly count: number;
  /**
   * Continuations of this node, kind and model that were requested before. Draws numbered from here on are new ones, so
   * a search that was resumed, or that comes back to a node, never gets the same draw twice.
   */
  readonly drawn: number;
  /** Rollouts only: steps at most. */
  readonly steps?: number;
  /**
   * Rollouts only: nothing but the step limit bounds it, so the rest may be written in one go, to the end of the text.
   */
  readonly toEnd?: boolean;
  /** Rollouts only: false where those that reach an end only judge the node, and are no candidates. Default true. */
  readonly offer?: boolean;
  /** 0 is greedy. Absent: the strategy's temperature. */
  readonly temperature?: number;
  /** Which generator the walk chose, in walks that choose among several. */
  readonly model?: string;
  /** The new step is the last that the walk's step limit allows: it may run to the end of the text. */
  readonly last?: boolean;
  /**
   * Which children need scores: all, only terminal ones, or none. Walks that do not read them save the verifier's cost.
   */
  readonly score: boolean | "terminal";
}

/** One continuation as the engine brought it back. */
export interface Child {
  readonly trajectory: Trajectory;
  /** Process score of the newest step, outcome value where `terminal`; null when not judged. */
  readonly score: number | null;
  /** Is `score` an outcome verifier's, of the whole of a terminal trajectory? Default false: it is that of a step. */
  readonly outcome?: boolean;
  /** Scores of all steps, oldest first, where a process verifier judged them. */
  readonly stepScores: readonly (number | null)[];
  /** Length-normalised policy log-probability of the newest step, where the policy gives it. */
  readonly logprob: number | null;
  /** Tokens that it took. */
  readonly tokens: number;
  /** Canonical answer of a terminal trajectory, null when it has none. */
  readonly answer: string | null;
}

/** What came of an expansion; an empty list (a failed call, an empty continuation) is a dead end, not an error. */
export interface ExpansionOutcome {
  readonly children: readonly Child[];
}

/** Where a trajectory ended, or stands. */
export interface End {
  /** Its node; for a rollout the node that was rolled out. */
  readonly node: number;
  readonly trajectory: Trajectory;
  readonly answer: string | null;
  /** What the walk ranks it by: its outcome value, or the aggregate of its step scores; null when not judged. */
  readonly score: number | null;
  /** The walk's own estimate (a node's mean value, a particle's weight); null where nothing judged it. */
  readonly value: number | null;
  /** How often it was sampled: identical siblings are one node. */
  readonly copies: number;
  readonly rollout: boolean;
}

/** How often a walk passed a node and what it estimates its value at. */
export interface NodeStatistics {
  readonly visits: number;
  readonly value: number | null;
}

/** One number for each node. */
export interface NodeColumn {
  at(node: number): number;
}

/**
 * The tree as a walk reads it: node 0 is the root, and a child's number is larger than its parent's. Siblings that say
 * the same are one node. Numbers that are not known are NaN in columns and null elsewhere.
 */
export interface TreeView {
  /** Nodes, the root included. */
  readonly size: number;
  /** -1 for the root. */
  readonly parent: NodeColumn;
  /** Steps below the root. */
  readonly depth: NodeColumn;
  /** 1 where nothing may follow. */
  readonly terminal: NodeColumn;
  /** How many children. */
  readonly children: NodeColumn;
  /**
   * The first child, and the next child of the same parent; -1 for none. For hot loops: {@link childrenOf} is the same,
   * and slower.
   */
  readonly firstChild: NodeColumn;
  readonly nextSibling: NodeColumn;
  /** How often the node was sampled. */
  readonly copies: NodeColumn;
  /**
   * What the walk ranks by: the newest step's score, the aggregate of all, or a finished trajectory's outcome value.
   */
  readonly score: NodeColumn;
  readonly logprob: NodeColumn;
  readonly answer: readonly (string | null)[];
  /**
   * What finished, in order: `n` is node n (again where a later round sampled it again), `~i` is the `i`th rollout that
   * reached an end.
   */
  readonly finished: readonly number[];
  /** How often each answer was finished with, copies counted. */
  readonly votes: ReadonlyMap<string, number>;
  /** Tokens of all nodes and rollouts. */
  readonly spent: number;
  trajectoryOf(node: number): Trajectory;
  childrenOf(node: number): Generator<number>;
  /** The score, null when not judged. */
  scoreOf(node: number): number | null;
  /** Is there room for a further step below this node: neither terminal nor at the step limit? */
  growable(node: number): boolean;
  /**
   * What a node seems good for before anything below it was seen: its score, else exp(log-probability) of its newest
   * step, else null.
   */
  promise(node: number): number | null;
  /**
   * How far the finished trajectories agree with this answer, in [0, 1): those that have it / (those that have any +
   * 1), so that the first answer does not look certain. Null for no answer, and where nothing finished with one.
   */
  agreement(answer: string | null): number | null;
  /**
   * One comparable number in [0, 1] for each of these nodes, none of them null: a judged node's score; where some are
   * judged, an unjudged one takes their mean (unknown is neither good nor bad); where none is, the policy's likelihood
   * of the newest step, exp(log-probability); and with no likelihoods either, 0.5 for all. `score` overrides what
   * counts as a node's score (NaN: not judged).
   */
  rewards(nodes: readonly number[], score?: (node: number) => number): number[];
  /** Best first: higher reward, then higher log-probability of the newest step, then the older node. */
  ranked(nodes: readonly number[], score?: (node: number) => number): number[];
}

/** A search in progress, as its walk sees it. */
export interface SearchState<Own> {
  readonly tree: TreeView;
  /** What the walk keeps for itself. */
  own: Own;
  /** Planned and without an outcome, in order: always empty in a walk by rounds. */
  readonly inFlight: readonly Expansion[];
}

/** What a walk requests in its next round. `kind` is "expand" and `score` true unless it says otherwise. */
export type ExpansionRequest = Pick<Expansion, "node" | "count"> &
  Partial<Pick<Expansion, "kind" | "steps" | "offer" | "temperature" | "model" | "score">>;

/**
 * What came of one expansion of a round: `nodes[i]` is the node of `children[i]` (rollouts make none), `scores[i]` what
 * it ranks by.
 */
export interface Expanded {
  readonly expansion: Expansion;
  readonly nodes: readonly number[];
  readonly children: readonly Child[];
  readonly scores: readonly (number | null)[];
}

/**
 * A walk over the tree, by rounds: `plan` says what to grow next, `absorb` folds in what a round brought. Both are
 * functions of the state alone; the engine makes the calls, and numbers, saves and restores the tree. `Own` must
 * survive JSON, or `pack` and `unpack` make it so.
 *
 * A walk that is `pipelined` may also be given a window: then `plan` is called while its earlier expansions are in
 * flight, and returns the next one, or nothing while it has to wait for them; `absorb` gets one outcome at a time.
 */
export interface Walk<Own> {
  readonly name: string;
  /** Steps below the root at most. */
  readonly maxSteps: number;
  /** How step scores become one. Absent: as the run says. */
  readonly aggregation?: Aggregation;
  /** Is every node a whole solution (refinement trees)? Otherwise only terminal nodes finish. */
  readonly everyNode?: boolean;
  /** Can it plan one expansion at a time, mindful of those in flight? */
  readonly pipelined?: boolean;
  begin(): Own;
  /**
   * The next round (with a window: the next expansion); empty when there is nothing left to do, and then again whenever
   * it is called again.
   */
  plan(state: SearchState<Own>, random: Random): readonly ExpansionRequest[];
  /** Folds in what a round brought, in the order of requesting; expansions that brought no outcome are missing. */
  absorb(state: SearchState<Own>, round: readonly Expanded[]): void;
  /** The walk's estimate of a finished node; default its score. */
  value?(state: SearchState<Own>, node: number): number | null;
  statistics?(state: SearchState<Own>, node: number): NodeStatistics;
  /** `own` as JSON; `size` is the number of nodes. */
  pack?(own: Own, size: number): unknown;
  unpack?(packed: unknown): Own;
}

/**
 * How far a walk plans ahead of its outcomes. Plan t may use those of the plans up to t - window, which are absorbed in
 * order and not before they are needed, whenever they come: results depend on the window and never on timing.
 */
export interface Pipeline {
  /** Plans without an outcome at most; 0 plans in rounds. */
  readonly window: number;
  /** May one more be planned now? Must depend on what was absorbed, and on nothing else. Default: always. */
  readonly hasRoom?: () => boolean;
  /** Called when the outcome of an expansion has been absorbed. */
  readonly absorbed?: (expansion: Expansion) => void;
}

/**
 * A walk as an ask/tell machine: it plans, the engine makes the calls.
 *
 * "Pure" is meant as replay needs it, not as a copy at each call: `ask` and `tell` change `state` in place (a million
 * nodes cannot be copied), but what the state becomes depends on nothing else than the walk, the key of `random` and
 * the outcomes. It does not depend on their order, on `atMost`, nor on the moments of asking, so the tree is the same
 * at any concurrency. The price: a walk plans in rounds, and `ask` gives nothing new while a round has expansions out.
 *
 * ```text
 *   ask → [0 1 2]   tell 2, tell 0, tell 1   ask → [3 4]   …   ask → [] : done
 *          one round, in any order            the next round
 * ```
 *
 * With a window ({@link Pipeline}) a plan needs no more than the plans before the window:
 *
 * ```text
 *   window 3:   ask → [0 1 2]   tell 1: waits for 0   tell 0   ask → [3]   ask → [4]   …
 * ```
 */
export interface Search<State = unknown> {
  readonly name: string;
  start(root: Trajectory): State;
  /**
   * What to grow next, at most so many. An empty list means: tell what is outstanding first, or, when nothing is, there
   * is nothing left to do ({@link done}). `random` must have the same key at every call; it is forked, never advanced.
   */
  ask(state: State, atMost: number, random: Random): readonly Expansion[];
  /**
   * In any order, once each. Only the id of the expansion is read.
   * @throws RuminateError "search-protocol" for an expansion that is not outstanding.
   */
  tell(state: State, expansion: Pick<Expansion, "id">, outcome: ExpansionOutcome): void;
  /**
   * Ends the round with the outcomes so far, forgets the rest: for a budget that ran out. Asking may go on afterwards.
   */
  settle(state: State): void;
  done(state: State): boolean;
  /**
   * Finished trajectories in the order in which they finished, from the `from`th on. The order does not depend on
   * timing.
   */
  finished(state: State, from?: number): readonly End[];
  /** Unfinished ends, the most promising first: to be offered only when nothing finished. */
  frontier(state: State): readonly End[];
  /** Nodes in order of their numbers, from number `from` on (0 is the root). Numbers do not depend on timing. */
  nodes(state: State, from?: number): readonly NodeRecord[];
  /** Visits are samples drawn where a walk keeps no count. */
  statistics(state: State, node: number): NodeStatistics;
  /** A JSON value from which `restore` makes an equal state. */
  serialise(state: State): unknown;
  /** Expansions that were outstanding are given out again, with their ids. */
  restore(snapshot: unknown): State;
}
