import type { Random } from "../../../../src/core/random.ts";
import type { Expanded, ExpansionRequest, Walk } from "../../../../src/core/search.ts";
import type { MctsRules } from "./rules.ts";
import {
  addVisit,
  endValue,
  knownValue,
  type Mcts,
  type MctsState,
  meanOf,
  newMctsState,
  packOwn,
  rootNoise,
  setPriors,
  unpackOwn,
} from "./statistics.ts";

/** UCT of Kocsis and Szepesvári (2006), leaf by leaf: what a strategy does not change. */
export const plainUct = {
  leaves: 1,
  virtualLoss: 1,
  selection: "uct",
  firstPlay: "first",
  prior: "likelihood",
  rootNoise: 0,
  widest: 0,
  backup: "mean",
} as const;

export type Schedule = "constant" | "linear" | "exponential";

/**
 * Exploration by the constant c throughout, or shrinking with the share s of the simulations that are done: c (1 - 0.9
 * s), or c 0.1^s.
 */
export function exploring(c: number, schedule: Schedule = "constant"): (done: number) => number {
  return (done) => c * { constant: 1, linear: 1 - 0.9 * done, exponential: 0.1 ** done }[schedule];
}

/**
 * Monte-Carlo tree search over steps. A simulation:
 *
 * ```text
 *   select     follow the highest bound from the root to a node without children, or one that is due for widening:
 *                UCT    Q + c √(ln N / n)            (Kocsis and Szepesvári 2006)
 *                PUCT   Q + c P √N / (1 + n)         (Rosin 2011; Silver et al. 2017)
 *              Q is the child's value, n its visits, N its parent's, P its prior
 *   expand     request continuations of that node, which become its children
 *   evaluate   one of the new children: by its score, by completing it, by both, or by growing on to an end
 *   back up    the value to every node of the path
 * ```
 *
 * Visits therefore add up: a node's are its children's plus the simulations that ended at itself, the root's are all of
 * them. A node whose expansion brought nothing is evaluated itself and closed. A simulation that ends at a finished
 * node costs no calls; finished nodes close, and parents close with their last child, so that no simulation ends twice
 * at the same place.
 *
 * Leaves of one round see neither each other's outcome nor each other's node; virtual loss also keeps them in different
 * subtrees. With a window the same holds of simulations in flight, and one leaf is chosen at a time.
 */
export function mctsWalk(rules: MctsRules) {
  const statistics = (state: Mcts, node: number) => {
    const visits = state.own.statistics.visits.at(node);
    return { visits, value: valueAt(state, node, rules) };
  };
  return {
    name: "mcts",
    maxSteps: rules.maxSteps,
    pipelined: true,
    begin: newMctsState,
    plan: (state, random) => (state.own.pending.length > 0 ? goOn(state, rules) : beginRound(state, rules, random)),
    absorb(state, round) {
      for (const expanded of round) {
        if (expanded.expansion.kind === "rollout") finishRollout(state, expanded, rules);
        else finishExpansion(state, expanded, rules);
      }
    },
    statistics,
    pack: packOwn<MctsState>,
    unpack: unpackOwn<MctsState>,
  } satisfies Walk<MctsState>;
}

/** What the selections of one round have in common. */
interface Round {
  readonly rules: MctsRules;
  /** Exploration constant of this round. */
  readonly c: number;
  /** Root noise by child, normalised; null without. */
  readonly noise: ReadonlyMap<number, number> | null;
  /** Nodes that are being expanded or completed. */
  readonly growing: Set<number>;
  /** Nodes with nothing left to choose below them in this round. */
  readonly full: Set<number>;
}

/** Selects the leaves of a round, and backs up at once the simulations that need no calls. */
function beginRound(state: Mcts, rules: MctsRules, random: Random): ExpansionRequest[] {
  const { tree, own } = state;
  const { virtual, requested } = own.statistics;
  const waiting = state.inFlight.map(({ node }) => node);
  const [growing, full] = [new Set(waiting), new Set<number>()];
  for (const node of waiting) addVirtual(state, node, rules.virtualLoss);
  const noise = rules.selection === "puct" && rules.rootNoise > 0 ? rootNoise(state, random) : null;
  const round: Round = {
    rules,
    c: rules.explore(Math.min(1, own.simulations / rules.simulations)),
    noise,
    growing,
    full,
  };
  const requests: ExpansionRequest[] = [];
  const left = () => rules.simulations - own.simulations - waiting.length - requests.length;
  const leaves = (rules.window ?? 0) > 0 ? 1 : rules.leaves;
  while (left() > 0 && requests.length < leaves) {
    const leaf = select(state, round);
    if (leaf === null) break;
    if (!tree.growable(leaf)) {
      backUp(state, leaf, ownValue(state, leaf, rules), rules);
      continue;
    }
    requests.push({ node: leaf, count: Math.max(1, allowance(state, leaf, rules) - requested.at(leaf)) });
    growing.add(leaf);
    addVirtual(state, leaf, rules.virtualLoss);
  }
  for (const leaf of growing) {
    for (let node = leaf; node >= 0; node = tree.parent.at(node)) virtual.set(node, 0);
  }
  return requests;
}

function addVirtual({ tree, own }: Mcts, leaf: number, loss: number): void {
  for (let node = leaf; node >= 0; node = tree.parent.at(node)) own.statistics.virtual.add(node, loss);
}

// Select

/** The node at which the next simulation expands or ends; null when nothing is left to choose in this round. */
function select(state: Mcts, round: Round): number | null {
  const { tree, own } = state;
  const { growing, full } = round;
  if (own.statistics.closed.at(0) === 1) return null;
  const blocked = (node: number) =>
    full.has(node) || (growing.size > 0 && growing.has(node) && tree.children.at(node) === 0);
  for (let node = 0; !blocked(node); ) {
    if (!tree.growable(node) || tree.children.at(node) === 0) return node;
    const best = bestChild(state, node, round, blocked);
    if (!growing.has(node) && isDue(state, node, best, round)) return node;
    if (best >= 0) {
      node = best;
      continue;
    }
    if (node === 0) return null;
    full.add(node);
    node = 0;
  }
  return null;
}

/**
 * The child to follow, -1 when every one is closed or blocked. Ties (all unvisited children under "first" are ties) go
 * to the higher score or likelihood, then to the older node.
 */
function bestChild(state: Mcts, parent: number, round: Round, blocked: (child: number) => boolean): number {
  const { tree, own } = state;
  const { closed } = own.statistics;
  let [best, highest, promise] = [-1, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let child = tree.firstChild.at(parent); child >= 0; child = tree.nextSibling.at(child)) {
    if (closed.at(child) === 1 || blocked(child)) continue;
    const bound = boundOf(state, parent, child, round);
    if (bound < highest) continue;
    const tie = tree.promise(child) ?? 0;
    if (bound === highest && tie <= promise) continue;
    [best, highest, promise] = [child, bound, tie];
  }
  return best;
}

/** Upper confidence bound of a child, virtual visits (each of value 0) included. */
export function boundOf(
  state: Mcts,
  parent: number,
  child: number,
  { rules, c, noise }: Pick<Round, "rules" | "c" | "noise">,
): number {
  const { visits, virtual, prior } = state.own.statistics;
  const real = visits.at(child);
  const seen = real + virtual.at(child);
  if (seen === 0 && rules.firstPlay === "first") return Number.POSITIVE_INFINITY;
  const above = visits.at(parent) + virtual.at(parent);
  const diluted = virtual.at(child) === 0 ? 1 : Math.max(1, real) / (Math.max(1, real) + virtual.at(child));
  const value = diluted * exploited(state, parent, child, rules);
  if (rules.selection === "uct") return uct(value, above, Math.max(1, seen), c);
  const mixed = noise !== null && parent === 0 ? rules.rootNoise : 0;
  return puct(value, (1 - mixed) * prior.at(child) + mixed * (noise?.get(child) ?? 0), above, seen, c);
}

/** Q + c √(ln N / n). */
export const uct = (value: number, parentVisits: number, visits: number, c: number): number =>
  value + c * Math.sqrt(Math.log(Math.max(1, parentVisits)) / visits);

/** Q + c P √N / (1 + n). */
export const puct = (value: number, prior: number, parentVisits: number, visits: number, c: number): number =>
  value + (c * prior * Math.sqrt(parentVisits)) / (1 + visits);

/** Q: the child's value so far; of one without, its own score, where it may count, or its parent's value. */
function exploited(state: Mcts, parent: number, child: number, rules: MctsRules): number {
  const known = valueAt(state, child, rules);
  if (known !== null) return known;
  const own = rules.firstPlay === "score" ? state.tree.promise(child) : null;
  return own ?? valueAt(state, parent, rules) ?? unknown;
}

/** Where nothing at all is known. */
const unknown = 0.5;

/** A node's value for its ancestors and for selection, without virtual visits; null while none is known. */
function valueAt({ own: { statistics } }: Mcts, node: number, { backup }: MctsRules): number | null {
  if (backup === "max") return statistics.valued.at(node) > 0 ? statistics.best.at(node) : null;
  return meanOf(statistics, node);
}

// Expand

/**
 * Is it time for more children of an expanded node? Where every child is closed or being expanded (`best` is -1),
 * always.
 */
function isDue(state: Mcts, node: number, best: number, { rules }: Round): boolean {
  const requested = state.own.statistics.requested.at(node);
  if (requested >= rules.widest) return false;
  return best < 0 || requested < allowance(state, node, rules);
}

/**
 * How many continuations a node may have requested by now: as at first, or more as it is visited (progressive
 * widening).
 */
function allowance({ own }: Mcts, node: number, { branching, widest }: MctsRules): number {
  const first = branching(node);
  if (widest === 0) return first;
  return Math.min(Math.max(widest, first), Math.max(first, Math.floor(own.statistics.visits.at(node) ** 0.5)));
}

function finishExpansion(state: Mcts, { expansion, nodes }: Expanded, rules: MctsRules): void {
  const { tree, own } = state;
  const { node, count } = expansion;
  own.statistics.requested.add(node, count);
  if (tree.children.at(node) === 0) {
    backUp(state, node, ownValue(state, node, rules), rules);
    close(state, node, rules);
    return;
  }
  if (rules.selection === "puct") setPriors(state, node, rules.prior);
  evaluate(state, mostPromising(state, node, nodes), rules);
}

// Evaluate

/**
 * The new child that the simulation ends at: unvisited before others, open before closed, then by promise, then the
 * older.
 */
function mostPromising({ tree, own }: Mcts, node: number, nodes: readonly number[]): number {
  const { visits, closed } = own.statistics;
  const pool = nodes.length > 0 ? [...new Set(nodes)] : [...tree.childrenOf(node)];
  const rank = (child: number) =>
    (visits.at(child) === 0 ? 4 : 0) + (closed.at(child) === 0 ? 2 : 0) + (tree.promise(child) ?? 0);
  return pool.reduce((best, child) => (rank(child) > rank(best) ? child : best));
}

/** Backs the child's value up at once, or leaves it to the next round, which completes it or grows it on. */
function evaluate(state: Mcts, child: number, rules: MctsRules): void {
  const { tree, own } = state;
  if (rules.evaluation.by === "score" || !tree.growable(child)) {
    backUp(state, child, ownValue(state, child, rules), rules);
  } else if (own.statistics.visits.at(child) > 0) {
    backUp(state, child, valueAt(state, child, rules), rules);
  } else if (own.pending.includes(child) || state.inFlight.some(({ node }) => node === child)) {
    backUp(state, child, valueAt(state, tree.parent.at(child), rules), rules);
  } else {
    own.pending.push(child);
  }
}

/** The round in which evaluation goes on. */
function goOn({ own }: Mcts, { evaluation, branching }: MctsRules): ExpansionRequest[] {
  const { pending } = own;
  own.pending = [];
  if (evaluation.by !== "rollout") return pending.map((node) => ({ node, count: branching(node) }));
  const { count, steps, temperature } = evaluation;
  return pending.map((node) => ({ node, kind: "rollout", count, steps, temperature }));
}

function finishRollout(state: Mcts, { expansion, children, scores }: Expanded, rules: MctsRules): void {
  const ends = children.flatMap(
    (child, i) => scores[i] ?? endValue(state.tree, child.trajectory.terminal, child.answer) ?? [],
  );
  const own = ownValue(state, expansion.node, rules);
  const ahead = ends.length === 0 ? own : ends.reduce((a, b) => a + b, 0) / ends.length;
  const known = rules.evaluation.by === "rollout" && own !== null && ahead !== null;
  backUp(state, expansion.node, known ? rules.evaluation.value(own, ahead) : ahead, rules);
}

/**
 * A node's value by itself: its score; without one, a finished node's share of the finished answers that agree with it
 * (0 when it has no answer but others do), any other node's likelihood; at last its parent's value, else null. Where
 * simulations grow on to an end, one that was cut off or found no continuation has value 0.
 */
function ownValue(state: Mcts, node: number, rules: MctsRules): number | null {
  const { tree } = state;
  const ended = tree.terminal.at(node) === 1;
  if (rules.evaluation.by === "descent" && !ended) return 0;
  const known = knownValue(tree, node) ?? tree.promise(node);
  if (known !== null) return known;
  const parent = tree.parent.at(node);
  return parent >= 0 ? valueAt(state, parent, rules) : null;
}

// Back up

/**
 * Ends a simulation at a node: counts it, and its value where there is one, on the whole path, then closes what needs
 * no further visit.
 */
function backUp(state: Mcts, end: number, value: number | null, rules: MctsRules): void {
  const { tree, own } = state;
  const { valued, ends, best } = own.statistics;
  const decay = rules.backup === "discounted" ? 0.95 : 1;
  ends.add(end, 1);
  own.simulations++;
  let passed = value;
  for (let node = end; node >= 0; node = tree.parent.at(node)) {
    if (passed !== null) best.set(node, valued.at(node) === 0 ? passed : Math.max(best.at(node), passed));
    addVisit(own.statistics, node, passed);
    if (passed !== null) passed *= decay;
  }
  if (!tree.growable(end)) close(state, end, rules);
}

/** Closes a node, and every ancestor all of whose children are closed and that may not be widened. */
function close({ tree, own }: Mcts, node: number, { widest }: MctsRules): void {
  const { closed, requested } = own.statistics;
  closed.set(node, 1);
  for (let parent = tree.parent.at(node); parent >= 0; parent = tree.parent.at(parent)) {
    if (requested.at(parent) < widest) return;
    for (const child of tree.childrenOf(parent)) if (closed.at(child) === 0) return;
    closed.set(parent, 1);
  }
}
