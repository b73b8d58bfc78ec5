import { growable } from "../../../../src/search/rounds.ts";
import type { MctsSettings } from "./mcts-options.ts";
import { type Mcts, promiseOf, valueAt } from "./mcts-select.ts";

/**
 * What a finished or unfinished node is worth by itself: its score; without one, a finished node's share of the finished answers that
 * agree with it (0 when it has no answer but others do), any other node's likelihood; at last its parent's value or 0.5. Where
 * simulations grow on to an end ("descend"), one that was cut off or found no continuation is worth 0.
 */
export function worthOf(state: Mcts, node: number, settings: MctsSettings): number {
  const { tree } = state;
  if (settings.evaluation === "descend" && tree.terminal.at(node) === 0) return 0;
  const score = tree.scoreOf(node);
  if (score !== null) return score;
  if (tree.terminal.at(node) === 1 && tree.votes.size > 0) return tree.agreement(tree.answer[node] ?? null) ?? 0;
  const parent = tree.parent.at(node);
  const known = parent >= 0 && state.own.statistics.visits.at(parent) > 0 ? valueAt(state, parent, settings) : 0.5;
  return promiseOf(tree, node) ?? known;
}

/** Ends a simulation at a node: counts it and its value on the whole path, then closes what needs no further visit. */
export function backUp(state: Mcts, end: number, value: number, settings: MctsSettings): void {
  const { tree, own } = state;
  const { visits, ends, sum, best, depths } = own.statistics;
  const decay = settings.backup === "discounted" ? settings.discount : 1;
  const depth = tree.depth.at(end);
  ends.add(end, 1);
  own.simulations++;
  let worth = value;
  for (let node = end; node >= 0; node = tree.parent.at(node)) {
    best.set(node, visits.at(node) === 0 ? worth : Math.max(best.at(node), worth));
    visits.add(node, 1);
    sum.add(node, worth);
    depths.add(node, depth);
    worth *= decay;
  }
  if (tree.terminal.at(end) === 1) noteAnswer(state, end, value);
  if (!settings.revisit && !growable(tree, end, settings.maxSteps)) close(state, end, settings);
}

function noteAnswer({ tree, own }: Mcts, end: number, value: number): void {
  own.answers++;
  own.answerDepths += tree.depth.at(end);
  own.bestAnswer = Math.max(own.bestAnswer, value);
}

/** Closes a node, and every ancestor all of whose children are closed and that may not be widened. */
export function close(state: Mcts, node: number, settings: MctsSettings): void {
  const { tree, own } = state;
  const { closed, asked } = own.statistics;
  closed.set(node, 1);
  for (let parent = tree.parent.at(node); parent >= 0; parent = tree.parent.at(parent)) {
    if (settings.widening !== null && asked.at(parent) < settings.widening.most) return;
    for (const child of tree.childrenOf(parent)) if (closed.at(child) === 0) return;
    closed.set(parent, 1);
  }
}
