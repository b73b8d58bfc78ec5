import { InvalidOptionError, RuminateError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { Aggregation } from "../core/score.ts";
import type {
  Child,
  End,
  Expansion,
  ExpansionOutcome,
  ExpansionRequest,
  Pipeline,
  Search,
  Walk,
} from "../core/search.ts";
import { childScore } from "./rewards.ts";
import { restoreState, serialiseState } from "./save.ts";
import { type DecidedWalk, newState, type RoundState } from "./state.ts";

/**
 * The ask/tell machine around a walk. `aggregation` is that of the run, for walks that do not name their own.
 * @throws InvalidOptionError for a window where the walk plans in rounds by nature.
 */
export function rounds<Own>(
  definition: Walk<Own>,
  aggregation: Aggregation = "last",
  pipeline: Pipeline = { window: 0 },
): Search<RoundState<Own>> {
  const walk = { ...definition, aggregation: definition.aggregation ?? aggregation };
  const { window } = pipeline;
  if (window > 0 && walk.pipelined !== true) {
    throw new InvalidOptionError(`${walk.name}: "window"`, "must be 0: this search plans in rounds by nature.");
  }
  return {
    name: walk.name,
    start: (root) => newState(walk, root),
    ask: (state, atMost, random) => {
      if (window > 0) advance(walk, state, random, pipeline);
      else planRound(walk, state, random);
      return handOut(state, atMost);
    },
    tell: (state, { id }, outcome) => {
      hold(walk, state, id, outcome);
      if (window === 0) growRound(walk, state);
    },
    settle: (state) => (window > 0 ? settlePipeline(walk, state, pipeline) : settle(walk, state)),
    done: (state) => state.over && state.queue.length === 0 && state.open.size === 0 && state.inFlight.length === 0,
    finished: (state, from = 0) =>
      state.tree.finished.slice(from).map((end, i) => ({
        ...finishedEnd(walk, state, end),
        copies: state.tree.finishedCopies[from + i] ?? 1,
      })),
    frontier: (state) => frontier(walk, state),
    nodes: ({ tree }, from = 0) =>
      Array.from({ length: Math.max(0, tree.size - from) }, (_, index) => tree.record(from + index)),
    statistics: (state, node) =>
      walk.statistics?.(state, node) ?? { visits: state.tree.copies.at(node), value: state.tree.scoreOf(node) },
    serialise: (state) => serialiseState(walk, state),
    restore: (snapshot) => restoreState(walk, snapshot),
  };
}

function planRound<Own>(walk: DecidedWalk<Own>, state: RoundState<Own>, random: Random): void {
  if (state.queue.length > 0 || state.open.size > 0) return;
  state.queue = planned(walk, state, random);
  state.over = state.queue.length === 0;
}

/** What the walk plans next; empty where there is nothing. */
function planned<Own>(walk: DecidedWalk<Own>, state: RoundState<Own>, random: Random): Expansion[] {
  const requests = merged(state.tree.growable(0) ? walk.plan(state, random.fork(walk.name, state.round)) : []);
  if (requests.length > 0) state.round++;
  return requests.map((request) => expansionOf(walk, state, request));
}

function handOut<Own>(state: RoundState<Own>, atMost: number): Expansion[] {
  const given = state.queue.splice(0, Math.max(0, atMost));
  for (const expansion of given) state.open.set(expansion.id, expansion);
  return given;
}

/**
 * Requests of the same node, kind and model as one with their sum, where the first stood; those of nothing are dropped.
 */
function merged(requests: readonly ExpansionRequest[]): readonly ExpansionRequest[] {
  const byKey = new Map<number | string, ExpansionRequest>();
  for (const request of requests) {
    if (request.count <= 0) continue;
    const { node, kind = "expand", model } = request;
    const key = kind === "expand" && model === undefined ? node : `${kind}/${model ?? ""}/${node}`;
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? request : { ...known, count: known.count + request.count });
  }
  return [...byKey.values()];
}

function expansionOf<Own>(walk: DecidedWalk<Own>, state: RoundState<Own>, request: ExpansionRequest): Expansion {
  const { tree } = state;
  const room = walk.maxSteps - tree.depth.at(request.node);
  const kind = request.kind ?? "expand";
  return {
    ...request,
    id: state.nextId++,
    trajectory: tree.trajectoryOf(request.node),
    kind,
    drawn: countDrawn(state, kind, request),
    score: request.score ?? true,
    ...(kind === "rollout" ? rolloutLength(request.steps ?? room, room) : room === 1 ? { last: true } : {}),
  };
}

const rolloutLength = (steps: number, room: number): Pick<Expansion, "steps" | "toEnd"> =>
  steps < room ? { steps } : { steps: room, toEnd: true };

/** How many were requested before; counts these. */
function countDrawn<Own>(
  { drawn }: RoundState<Own>,
  kind: Expansion["kind"],
  { node, count, model }: ExpansionRequest,
): number {
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

function hold<Own>(walk: DecidedWalk<Own>, state: RoundState<Own>, id: number, outcome: ExpansionOutcome): void {
  const expansion = state.open.get(id);
  if (expansion === undefined) {
    throw new RuminateError("search-protocol", `${walk.name}: expansion ${id} is not outstanding; tell each once.`);
  }
  state.open.delete(id);
  state.held.set(id, [expansion, outcome]);
}

function growRound<Own>(walk: DecidedWalk<Own>, state: RoundState<Own>): void {
  for (let next = take(state); next !== undefined; next = take(state)) grow(walk, state, ...next);
  if (state.open.size === 0 && state.queue.length === 0) close(walk, state);
}

function take<Own>(state: RoundState<Own>): readonly [Expansion, ExpansionOutcome] | undefined {
  const next = state.held.get(state.nextGrown);
  if (next !== undefined) state.held.delete(state.nextGrown++);
  return next;
}

/** Children become nodes. */
function grow<Own>(
  walk: DecidedWalk<Own>,
  { tree, grown }: RoundState<Own>,
  expansion: Expansion,
  outcome: ExpansionOutcome,
): void {
  const { node, kind, count, offer = true } = expansion;
  const nodes: number[] = [];
  const children = outcome.children.length > count ? outcome.children.slice(0, count) : outcome.children;
  const scores = children.map((child) => childScore(child, walk.aggregation));
  for (const [i, child] of children.entries()) {
    const score = scores[i] ?? null;
    if (kind === "rollout") tree.addRollout(node, child, score, offer);
    else nodes.push(tree.add(node, child, score, completes(walk, child)));
  }
  grown.push({ expansion, nodes, children, scores });
}

const completes = <Own>(walk: Walk<Own>, child: Child): boolean => child.trajectory.terminal || walk.everyNode === true;

/** Ends the round. */
function close<Own>(walk: Walk<Own>, state: RoundState<Own>): void {
  const round = state.grown;
  state.grown = [];
  if (round.length > 0) walk.absorb(state, round);
  state.tree.sealed = state.tree.finished.length;
}

function settle<Own>(walk: DecidedWalk<Own>, state: RoundState<Own>): void {
  state.queue = [];
  state.open.clear();
  for (const id of [...state.held.keys()].sort((a, b) => a - b)) {
    const held = state.held.get(id);
    if (held !== undefined) grow(walk, state, ...held);
  }
  state.held.clear();
  state.nextGrown = state.nextId;
  close(walk, state);
}

/**
 * Plans until the window is full, or the walk has to wait; then absorbs the oldest outcome and plans on. What is done
 * next depends on the state alone: an outcome that is there before it is needed waits.
 */
function advance<Own>(walk: DecidedWalk<Own>, state: RoundState<Own>, random: Random, pipeline: Pipeline): void {
  const { window, hasRoom = () => true } = pipeline;
  while (state.queue.length === 0) {
    if (state.inFlight.length < window && hasRoom()) {
      state.queue = planned(walk, state, random);
      state.over = state.queue.length === 0 && state.inFlight.length === 0;
      state.inFlight.push(...state.queue);
    }
    if (state.queue.length === 0 && !absorbOldest(walk, state, pipeline)) return;
  }
}

/** Absorbs the outcome of the oldest plan in flight; false where it has not come yet. */
function absorbOldest<Own>(walk: DecidedWalk<Own>, state: RoundState<Own>, { absorbed }: Pipeline): boolean {
  const next = take(state);
  if (next === undefined) return false;
  state.inFlight.shift();
  grow(walk, state, ...next);
  close(walk, state);
  absorbed?.(next[0]);
  return true;
}

/** Absorbs what came, in order, and forgets the rest. */
function settlePipeline<Own>(walk: DecidedWalk<Own>, state: RoundState<Own>, pipeline: Pipeline): void {
  state.queue = [];
  state.open.clear();
  for (const { id } of [...state.inFlight]) {
    state.nextGrown = id;
    if (!absorbOldest(walk, state, pipeline)) state.inFlight.shift();
  }
  state.nextGrown = state.nextId;
}

function finishedEnd<Own>(walk: Walk<Own>, state: RoundState<Own>, end: number): End {
  const completion = state.tree.completions[~end];
  if (completion !== undefined) return { ...completion, value: completion.score, copies: 1, rollout: true };
  return endOf(walk, state, end);
}

function endOf<Own>(walk: Walk<Own>, state: RoundState<Own>, node: number): End {
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

function frontier<Own>(walk: Walk<Own>, state: RoundState<Own>): End[] {
  const { tree } = state;
  const ends: number[] = [];
  for (let node = 1; node < tree.size; node++) {
    if (tree.children.at(node) === 0 && tree.terminal.at(node) === 0 && walk.everyNode !== true) ends.push(node);
  }
  return tree.ranked(ends).map((node) => endOf(walk, state, node));
}
