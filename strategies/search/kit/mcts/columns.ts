import type { TreeView } from "../../../../src/core/search.ts";
import type { Statistics } from "./statistics.ts";

/** What a tree search whose rules are its own keeps: the columns of {@link Statistics} and its own few numbers. */
export interface HasStatistics {
  readonly statistics: Statistics;
}

/** Counts a visit; a value that is not known leaves the mean as it is. */
export function addVisit({ visits, valued, sum }: Statistics, node: number, value: number | null): void {
  visits.add(node, 1);
  if (value === null) return;
  valued.add(node, 1);
  sum.add(node, value);
}

/** The mean of a node's known values, null before there is any. */
export function meanOf({ valued, sum }: Statistics, node: number): number | null {
  const count = valued.at(node);
  return count > 0 ? sum.at(node) / count : null;
}

/** The node, its parent, and so on to the root. */
export function* pathUp(tree: TreeView, from: number): Generator<number> {
  for (let node = from; node >= 0; node = tree.parent.at(node)) yield node;
}

/** The child of the highest bound among those that are open, the first of equals; -1 when none is. */
export function highestChild(
  tree: TreeView,
  parent: number,
  bound: (child: number) => number,
  open: (child: number) => boolean = () => true,
): number {
  let [best, highest] = [-1, Number.NEGATIVE_INFINITY];
  for (let child = tree.firstChild.at(parent); child >= 0; child = tree.nextSibling.at(child)) {
    if (!open(child)) continue;
    const value = bound(child);
    if (best < 0 || value > highest) [best, highest] = [child, value];
  }
  return best;
}

/**
 * What is known of a node by itself: its score; without one, a finished node's share of the finished answers (0 without
 * an answer where others have one). Null for all else: a likelihood is no value.
 */
export function knownValue(tree: TreeView, node: number): number | null {
  const score = tree.scoreOf(node);
  if (score !== null || tree.terminal.at(node) === 0 || tree.votes.size === 0) return score;
  return tree.agreement(tree.answer[node] ?? null) ?? 0;
}

/** Visits and mean value of a node, for events and rankings. */
export const statisticsOf = ({ own: { statistics } }: { readonly own: HasStatistics }, node: number) => ({
  visits: statistics.visits.at(node),
  value: meanOf(statistics, node),
});
