import type { Aggregation } from "../core/score.ts";
import type { Expanded, Expansion, ExpansionOutcome, SearchState, Walk } from "../core/search.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { Int32Column } from "./columns.ts";
import { Tree } from "./tree.ts";

/** A walk whose aggregation is decided. */
export type DecidedWalk<Own> = Walk<Own> & { readonly aggregation: Aggregation };

/** How many continuations were requested so far: by node, those of a named model by "kind/model/node". */
export interface Drawn {
  readonly expand: Int32Column;
  readonly rollout: Int32Column;
  readonly named: Map<string, number>;
}

/** A search by rounds in progress: what its walk sees, and what the machine keeps beside it. */
export interface RoundState<Own> extends SearchState<Own> {
  readonly tree: Tree;
  /** With a window only. */
  readonly inFlight: Expansion[];
  round: number;
  /** Planned and not handed out, in order. */
  queue: Expansion[];
  /** Handed out, without an outcome so far. */
  readonly open: Map<number, Expansion>;
  /**
   * Outcomes that came before those of earlier expansions: held back so that nodes are numbered in the order of
   * requesting.
   */
  readonly held: Map<number, readonly [Expansion, ExpansionOutcome]>;
  /** Outcomes of this round whose children are nodes already. */
  grown: Expanded[];
  readonly drawn: Drawn;
  nextId: number;
  /** The expansion whose children are to be numbered next. */
  nextGrown: number;
  over: boolean;
}

export function newState<Own>(walk: DecidedWalk<Own>, root: Trajectory): RoundState<Own> {
  return {
    tree: new Tree(root, walk.maxSteps),
    own: walk.begin(),
    inFlight: [],
    round: 0,
    queue: [],
    open: new Map(),
    held: new Map(),
    grown: [],
    drawn: { expand: new Int32Column(), rollout: new Int32Column(), named: new Map() },
    nextId: 0,
    nextGrown: 0,
    over: false,
  };
}
