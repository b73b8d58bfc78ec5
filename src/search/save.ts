import { Int32Column } from "./columns.ts";
import type { SearchState, Walk } from "./rounds.ts";
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
  /** Asked for and not told, handed out or not. */
  readonly wanted: readonly PackedExpansion[];
  readonly told: readonly (readonly [PackedExpansion, readonly PackedChild[]])[];
  readonly results: readonly (readonly [PackedExpansion, readonly number[], readonly PackedChild[]])[];
}

export function serialiseState<Own>(walk: Walk<Own>, state: SearchState<Own>): unknown {
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
    wanted: [...state.open.values(), ...state.queue].sort(byId).map(packExpansion),
    told: [...state.told.values()]
      .sort(([a], [b]) => byId(a, b))
      .map(([expansion, outcome]) => [packExpansion(expansion), packOutcome(outcome, expansion.trajectory)]),
    results: state.results.map(({ expansion, nodes, children }) => [
      packExpansion(expansion),
      nodes,
      packOutcome({ children }, expansion.trajectory),
    ]),
  };
  return saved;
}

export function restoreState<Own>(walk: Walk<Own>, snapshot: unknown): SearchState<Own> {
  checkSnapshot(walk.name, snapshot);
  const saved = snapshot as Saved;
  const tree = unpackTree(saved.tree);
  const drawn = { expand: new Int32Column(), rollout: new Int32Column(), named: new Map(saved.drawn.named) };
  drawn.expand.unpack(saved.drawn.expand);
  drawn.rollout.unpack(saved.drawn.rollout);
  return {
    tree,
    own: walk.unpack === undefined ? (structuredClone(saved.own) as Own) : walk.unpack(saved.own),
    round: saved.round,
    drawn,
    nextId: saved.nextId,
    nextGrown: saved.nextGrown,
    over: saved.over,
    queue: saved.wanted.map((wanted) => unpackExpansion(wanted, tree)),
    open: new Map(),
    told: new Map(
      saved.told.map(([packed, children]) => {
        const expansion = unpackExpansion(packed, tree);
        return [expansion.id, [expansion, unpackOutcome(children, expansion.trajectory)] as const];
      }),
    ),
    results: saved.results.map(([packed, nodes, children]) => {
      const expansion = unpackExpansion(packed, tree);
      return { expansion, nodes, ...unpackOutcome(children, expansion.trajectory) };
    }),
  };
}
