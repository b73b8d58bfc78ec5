import { RuminateError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { Aggregation } from "../core/score.ts";
import type { Child, End, Expansion, ExpansionOutcome, Search } from "../core/search.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { Int32Column } from "./columns.ts";
import { ranked, worth } from "./rewards.ts";
import { restoreState, serialiseState } from "./save.ts";
import { Tree } from "./tree.ts";

/** What a walk wants in its next round. `kind` is "expand" and `score` true unless it says otherwise. */
export type Wish = Pick<Expansion, "node" | "count"> &
  Partial<Pick<Expansion, "kind" | "steps" | "temperature" | "model" | "score">>;

/** One expansion's outcome as the walk reads it: `nodes[i]` is the node of `children[i]`; rollouts make no nodes. */
export interface Result {
  readonly expansion: Expansion;
  readonly nodes: readonly number[];
  readonly children: readonly Child[];
}

/**
 * A walk by rounds: all that is its own. The machine around it ({@link rounds}) hands out, collects, numbers, saves and restores.
 * `Own` must survive JSON, or `pack` and `unpack` must make it so.
 */
export interface Walk<Own> {
  readonly name: string;
  /** Steps below the root at most. */
  readonly maxSteps: number;
  readonly aggregation: Aggregation;
  /** Is every node a whole solution (refinement trees)? Otherwise only terminal nodes finish. */
  readonly everyNode?: boolean;
  begin(): Own;
  /** Folds in what a round brought, in the order of asking; expansions that were never told are missing. */
  absorb(state: SearchState<Own>, results: readonly Result[]): void;
  /** The next round; empty when there is nothing left to do, and then nothing may have changed. */
  plan(state: SearchState<Own>, random: Random): readonly Wish[];
  /** The worth of a finished node; default its score. */
  value?(state: SearchState<Own>, node: number): number | null;
  statistics?(state: SearchState<Own>, node: number): { readonly visits: number; readonly value: number | null };
  pack?(own: Own, size: number): unknown;
  unpack?(packed: unknown): Own;
}

/** A search in progress. Read `tree` and `own`; the rest belongs to the machine. */
export interface SearchState<Own> {
  readonly tree: Tree;
  own: Own;
  round: number;
  /** Planned and not handed out, in order. */
  queue: Expansion[];
  /** Handed out and not told. */
  readonly open: Map<number, Expansion>;
  /** Told before an earlier expansion of the round was: held back so that nodes are numbered in order of asking. */
  readonly told: Map<number, readonly [Expansion, ExpansionOutcome]>;
  results: Result[];
  /** Continuations asked for so far, by node; those of a named model by "kind/model/node". */
  readonly drawn: { readonly expand: Int32Column; readonly rollout: Int32Column; readonly named: Map<string, number> };
  nextId: number;
  /** The expansion whose children are to be numbered next. */
  nextGrown: number;
  over: boolean;
}

/** Is there room for a further step below this node? */
export const growable = (tree: Tree, node: number, maxSteps: number): boolean =>
  tree.terminal.at(node) === 0 && tree.depth.at(node) < maxSteps;

/** The ask/tell machine around a walk. */
export function rounds<Own>(walk: Walk<Own>): Search<SearchState<Own>> {
  return {
    name: walk.name,
    start: (root) => newState(walk, root),
    ask: (state, atMost, random) => ask(walk, state, atMost, random),
    tell: (state, { id }, outcome) => tell(walk, state, id, outcome),
    settle: (state) => settle(walk, state),
    done: (state) => state.over && state.queue.length === 0 && state.open.size === 0,
    finished: (state, from = 0) => state.tree.finished.slice(from).map((end) => finishedEnd(walk, state, end)),
    frontier: (state) => frontier(walk, state),
    nodes: ({ tree }, from = 0) =>
      Array.from({ length: Math.max(0, tree.size - from) }, (_, index) => tree.record(from + index)),
    statistics: (state, node) =>
      walk.statistics?.(state, node) ?? { visits: state.tree.copies.at(node), value: state.tree.scoreOf(node) },
    serialise: (state) => serialiseState(walk, state),
    restore: (snapshot) => restoreState(walk, snapshot),
  };
}

function newState<Own>(walk: Walk<Own>, root: Trajectory): SearchState<Own> {
  return {
    tree: new Tree(root),
    own: walk.begin(),
    round: 0,
    queue: [],
    open: new Map(),
    told: new Map(),
    results: [],
    drawn: { expand: new Int32Column(), rollout: new Int32Column(), named: new Map() },
    nextId: 0,
    nextGrown: 0,
    over: false,
  };
}

function ask<Own>(walk: Walk<Own>, state: SearchState<Own>, atMost: number, random: Random): Expansion[] {
  if (state.queue.length === 0 && state.open.size === 0) {
    const stuck = !growable(state.tree, 0, walk.maxSteps);
    const wishes = stuck ? [] : walk.plan(state, random.fork(walk.name, state.round));
    state.over = wishes.length === 0;
    if (!state.over) state.round++;
    state.queue = wishes.map((wish) => expansionOf(walk, state, wish));
  }
  const given = state.queue.splice(0, Math.max(0, atMost));
  for (const expansion of given) state.open.set(expansion.id, expansion);
  return given;
}

function expansionOf<Own>(walk: Walk<Own>, state: SearchState<Own>, wish: Wish): Expansion {
  const { tree } = state;
  const room = walk.maxSteps - tree.depth.at(wish.node);
  const kind = wish.kind ?? "expand";
  return {
    ...wish,
    id: state.nextId++,
    trajectory: tree.trajectoryOf(wish.node),
    kind,
    drawn: countDrawn(state, kind, wish),
    score: wish.score ?? true,
    ...(kind === "rollout" ? rolloutLength(wish.steps ?? room, room) : room === 1 ? { last: true } : {}),
  };
}

const rolloutLength = (steps: number, room: number): Pick<Expansion, "steps" | "toEnd"> =>
  steps < room ? { steps } : { steps: room, toEnd: true };

/** How many were asked for before; counts these. */
function countDrawn<Own>({ drawn }: SearchState<Own>, kind: Expansion["kind"], { node, count, model }: Wish): number {
  if (model !== undefined) {
    const key = `${kind}/${model}/${node}`;
    const before = drawn.named.get(key) ?? 0;
    drawn.named.set(key, before + count);
    return before;
  }
  const before = drawn[kind].at(node);
  drawn[kind].set(node, before + count);
  return before;
}

function tell<Own>(walk: Walk<Own>, state: SearchState<Own>, id: number, outcome: ExpansionOutcome): void {
  const expansion = state.open.get(id);
  if (expansion === undefined) {
    throw new RuminateError("search-protocol", `${walk.name}: expansion ${id} is not outstanding; tell each once.`);
  }
  state.open.delete(id);
  state.told.set(id, [expansion, outcome]);
  for (let next = take(state); next !== undefined; next = take(state)) grow(walk, state, ...next);
  if (state.open.size === 0 && state.queue.length === 0) close(walk, state);
}

function take<Own>(state: SearchState<Own>): readonly [Expansion, ExpansionOutcome] | undefined {
  const next = state.told.get(state.nextGrown);
  if (next !== undefined) state.told.delete(state.nextGrown++);
  return next;
}

function grow<Own>(walk: Walk<Own>, { tree, results }: SearchState<Own>, expansion: Expansion, told: ExpansionOutcome) {
  const nodes: number[] = [];
  const children = told.children.length > expansion.count ? told.children.slice(0, expansion.count) : told.children;
  for (const child of children) {
    const score = worth(child, walk.aggregation);
    if (expansion.kind === "rollout") tree.addRollout(expansion.node, child, score);
    else nodes.push(tree.add(expansion.node, child, score, completes(walk, child)));
  }
  results.push({ expansion, nodes, children });
}

const completes = <Own>(walk: Walk<Own>, child: Child): boolean => child.trajectory.terminal || walk.everyNode === true;

function close<Own>(walk: Walk<Own>, state: SearchState<Own>): void {
  const results = state.results;
  state.results = [];
  if (results.length > 0) walk.absorb(state, results);
}

function settle<Own>(walk: Walk<Own>, state: SearchState<Own>): void {
  state.queue = [];
  state.open.clear();
  for (const id of [...state.told.keys()].sort((a, b) => a - b)) {
    const held = state.told.get(id);
    if (held !== undefined) grow(walk, state, ...held);
  }
  state.told.clear();
  state.nextGrown = state.nextId;
  close(walk, state);
}

function finishedEnd<Own>(walk: Walk<Own>, state: SearchState<Own>, end: number): End {
  const completion = state.tree.completions[~end];
  if (completion !== undefined) return { ...completion, value: completion.score, copies: 1, rollout: true };
  return endOf(walk, state, end);
}

function endOf<Own>(walk: Walk<Own>, state: SearchState<Own>, node: number): End {
  const { tree } = state;
  return {
    node,
    trajectory: tree.trajectoryOf(node),
    answer: tree.answer[node] ?? null,
    score: tree.scoreOf(node),
    value: walk.value === undefined ? tree.scoreOf(node) : walk.value(state, node),
    copies: tree.copies.at(node),
    rollout: false,
  };
}

function frontier<Own>(walk: Walk<Own>, state: SearchState<Own>): End[] {
  const { tree } = state;
  const ends: number[] = [];
  for (let node = 1; node < tree.size; node++) {
    if (tree.children.at(node) === 0 && tree.terminal.at(node) === 0 && walk.everyNode !== true) ends.push(node);
  }
  return ranked(tree, ends).map((node) => endOf(walk, state, node));
}
