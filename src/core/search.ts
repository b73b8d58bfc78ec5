import type { NodeRecord } from "./events.ts";
import type { Random } from "./random.ts";
import type { Trajectory } from "./trajectory.ts";

/**
 * What a walk wants grown next. `expand` asks for `count` continuations of one step each of `trajectory`; `rollout`
 * asks that the trajectory be completed `count` times, at most `steps` steps on (to learn its value, or to look ahead).
 * A rollout's steps do not become nodes; one that reaches an end is a finished trajectory all the same.
 *
 * No two expansions of one round ask for the same node, kind and model: draws of the same thing are one expansion with
 * a larger count.
 */
export interface Expansion {
  /** Unique within a search, in order of asking. */
  readonly id: number;
  readonly node: number;
  readonly trajectory: Trajectory;
  readonly kind: "expand" | "rollout";
  readonly count: number;
  /**
   * Continuations of this node, kind and model that were asked for before. Draws numbered from here on are new ones, so
   * a search that was resumed, or that comes back to a node, never gets the same draw twice.
   */
  readonly drawn: number;
  /** Rollouts only: steps at most. */
  readonly steps?: number;
  /**
   * Rollouts only: nothing but the step limit bounds it, so the rest may be written in one go, to the end of the text.
   */
  readonly toEnd?: boolean;
  /** 0 is greedy. Absent: the strategy's temperature. */
  readonly temperature?: number;
  /** Which generator the walk chose, in walks that choose among several. */
  readonly model?: string;
  /** The new step is the last that the walk's step limit allows: it may run to the end of the text. */
  readonly last?: boolean;
  /**
   * Which children need scores: all, only those that are terminal, or none. Walks that do not read them save the
   * verifier's cost.
   */
  readonly score: boolean | "terminal";
}

/** One continuation as the engine brought it back. */
export interface Child {
  readonly trajectory: Trajectory;
  /** Process score of the newest step, outcome value where `terminal`; null when not judged. */
  readonly score: number | null;
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
  /** The walk's own value of it (a node's mean value, a particle's weight); null where nothing judged it. */
  readonly value: number | null;
  /** How often it was sampled: identical siblings are one node. */
  readonly copies: number;
  readonly rollout: boolean;
}

/**
 * A walk over the tree as a pure state machine: it plans, the engine makes the calls.
 *
 * "Pure" is meant as replay needs it, not as a copy at each call: `ask` and `tell` change `state` in place (a million
 * nodes cannot be copied), but what the state becomes depends on nothing else than the walk's options, the key of
 * `random` and the outcomes told. It does not depend on the order of telling, on `atMost`, nor on the moments of
 * asking, so the tree is the same at any concurrency. The price: a walk plans in rounds, and `ask` gives nothing new
 * while a round has expansions out.
 *
 * ```text
 *   ask → [0 1 2]   tell 2, tell 0, tell 1   ask → [3 4]   …   ask → [] : done
 *          one round, in any order            the next round
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
   * Ends the round with what is known so far, forgets the rest: for a budget that ran out. Asking may go on afterwards.
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
  /**
   * How often the walk passed a node and what it thinks of it; visits are samples drawn where a walk keeps no count.
   */
  statistics(state: State, node: number): { readonly visits: number; readonly value: number | null };
  /** A JSON value from which `restore` makes an equal state. */
  serialise(state: State): unknown;
  /** Expansions that were outstanding are asked again, with their ids. */
  restore(snapshot: unknown): State;
}
