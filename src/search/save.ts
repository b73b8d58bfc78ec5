import { Int32Column } from "./columns.ts";
import { childScore } from "./rewards.ts";
import {
  checkSnapshot,
  type PackedChild,
  type PackedExpansion,
  type PackedTree,
  packExpansion,
  packOutcome,
  packTree,
  type Snapshot,
  unpackExpansion,
  unpackOutcome,
  unpackTree,
} from "./snapshot.ts";
import type { DecidedWalk, RoundState } from "./state.ts";

interface Saved extends Snapshot {
  readonly tree: PackedTree;
  readonly own: unknown;
  readonly round: number;
  readonly drawn: {
    readonly expand: readonly (number | string)[];
    readonly rollout: readonly (number | string)[];
    readonly named: readonly (readonly [string, number])[];
  };
  readonly nextId: number;
  readonly nextGrown: number;
  readonly over: boolean;
  readonly inFlight: readonly PackedExpansion[];
  /** Requested and without an outcome, handed out or not. */
  readonly requested: readonly PackedExpansion[];
  readonly held: readonly (readonly [PackedExpansion, readonly PackedChild[]])[];
  readonly grown: readonly (readonly [PackedExpansion, readonly number[], readonly PackedChild[]])[];
}

export function serialiseState<Own>(walk: DecidedWalk<Own>, state: RoundState<Own>): unknown {
  const { tree, own, round, nextId, nextGrown, over } = state;
  const byId = (a: { id: number }, b: { id: number }) => a.id - b.id;
  const saved: Saved = {
    version: 1,
    walk: walk.name,
    tree: packTree(tree),
    own: walk.pack === undefined ? structuredClone(own) : walk.pack(own, tree.size),
    round,
    drawn: {
      expand: state.drawn.expand.pack(tree.size),
      rollout: state.drawn.rollout.pack(tree.size),
      named: [...state.drawn.named],
    },
    nextId,
    nextGrown,
    over,
    inFlight: state.inFlight.map(packExpansion),
    requested: [...state.open.values(), ...state.queue].sort(byId).map(packExpansion),
    held: [...state.held.values()]
      .sort(([a], [b]) => byId(a, b))
      .map(([expansion, outcome]) => [packExpansion(expansion), packOutcome(outcome, expansion.trajectory)]),
    grown: state.grown.map(({ expansion, nodes, children }) => [
      packExpansion(expansion),
      nodes,
      packOutcome({ children }, expansion.trajectory),
    ]),
  };
  return saved;
}

export function restoreState<Own>(walk: DecidedWalk<Own>, snapshot: unknown): RoundState<Own> {
  checkSnapshot(walk.name, snapshot);
  const saved = snapshot as Saved;
  const tree = unpackTree(saved.tree, walk.maxSteps);
  const drawn = { expand: new Int32Column(), rollout: new Int32Column(), named: new Map(saved.drawn.named) };
  drawn.expand.unpack(saved.drawn.expand);
  drawn.rollout.unpack(saved.drawn.rollout);
  return {
    tree,
    own: walk.unpack === undefined ? (structuredClone(saved.own) as Own) : walk.unpack(saved.own),
    inFlight: saved.inFlight.map((packed) => unpackExpansion(packed, tree)),
    round: saved.round,
    drawn,
    nextId: saved.nextId,
    nextGrown: saved.nextGrown,
    over: saved.over,
    queue: saved.requested.map((request) => unpackExpansion(request, tree)),
    open: new Map(),
    held: new Map(
      saved.held.map(([packed, children]) => {
        const expansion = unpackExpansion(packed, tree);
        return [expansion.id, [expansion, unpackOutcome(children, expansion.trajectory)] as const];
      }),
    ),
    grown: saved.grown.map(([packed, nodes, packedChildren]) => {
      const expansion = unpackExpansion(packed, tree);
      const { children } = unpackOutcome(packedChildren, expansion.trajectory);
      return { expansion, nodes, children, scores: children.map((child) => childScore(child, walk.aggregation)) };
    }),
  };
}
