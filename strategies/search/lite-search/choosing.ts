import type { SearchState, TreeView } from "../../../src/core/search.ts";

export interface LiteState {
  /** Value of the greedy solution; undefined before it was drawn, null where it was not judged. */
  greedy?: number | null;
  chosen: number;
  /** The node chosen last, and how many children each node was given. */
  at: number;
  drawn: Record<number, number>;
}
type State = SearchState<LiteState>;

/** The limits of the search, as its options describe them. */
export interface Limits {
  readonly most: number;
  readonly expected: number;
  readonly enough: number;
  readonly ends: number;
}

/** Value of what nothing judged. */
const unknown = 0.5;

/**
 * The node of highest value with budget left; null where the search is over. Ties: the older of scored ones, else the
 * newer.
 */
export function choose(state: State, given: Limits): number | null {
  const { tree, own } = state;
  let [best, bestValue, finished] = [-1, Number.NEGATIVE_INFINITY, 0];
  for (let node = 0; node < tree.size; node++) {
    const value = valueAt(state, node);
    const end = tree.terminal.at(node) === 1;
    if (end) finished += tree.copies.at(node);
    const judged = tree.scoreOf(node) !== null;
    if (end && judged && value > Math.max(given.enough, (own.greedy ?? 0) - 0.01)) return null;
    const able = end ? judged : tree.growable(node) && left(state, node, given) > 0;
    if (able && (value > bestValue || (value === bestValue && !judged))) [best, bestValue] = [node, value];
  }
  const over = best < 0 || finished >= given.ends || tree.terminal.at(best) === 1 || (best > 0 && bestValue < 0.01);
  return over ? null : best;
}

function valueAt({ tree }: State, node: number): number {
  if (node === 0) return unknown;
  return isPoor(tree, node) ? 0 : (tree.promise(node) ?? unknown);
}

/** Does its step repeat the one before it, or go on and on? */
function isPoor(tree: TreeView, node: number): boolean {
  const text = tree.trajectoryOf(node).step?.text ?? "";
  const before = tree.trajectoryOf(tree.parent.at(node)).step?.text;
  return text.length > 1024 || text.trim() === before?.trim();
}

/** Children that a node may still be given. */
export function left(state: State, node: number, { most, expected }: Pick<Limits, "most" | "expected">): number {
  const { tree, own } = state;
  const depth = tree.depth.at(node) + 1;
  const value = node === 0 ? unknown : (tree.promise(node) ?? unknown);
  return budgetOf(value, depth, own.greedy ?? null, { most, expected }) - (own.drawn[node] ?? 0);
}

/** Children of a node of this value; `depth` is 1 at the question. */
export function budgetOf(
  value: number,
  depth: number,
  greedy: number | null,
  { most, expected }: Pick<Limits, "most" | "expected">,
): number {
  if (value <= 0) return 0;
  const mixed = greedy === null ? value : (value + greedy / depth) / (1 + 1 / depth);
  let count = 1;
  while (count < most && 1 - (1 - mixed) ** count <= expected) count++;
  const share = count / depth;
  // Halves to the even neighbour, as there.
  const rounded = share % 1 === 0.5 ? 2 * Math.round(share / 2) : Math.round(share);
  return Math.min(Math.max(rounded, 2), most);
}
