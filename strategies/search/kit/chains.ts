import type { End, Expanded, SearchState, TreeView } from "../../../src/core/search.ts";

/** A solution that is written step by step, beside others. */
export interface Chain {
  /** The node that it has reached. */
  at: number;
  /** Is its next step, which was drawn, to be drawn again? */
  again: boolean;
  /** Did the policy bring nothing further? */
  over: boolean;
}

/** So many chains at their beginning. */
export const newChains = (count: number): Chain[] =>
  Array.from({ length: count }, () => ({ at: 0, again: false, over: false }));

/** Those that grow in this round: the ones whose step is drawn again, else all that go on. */
export function growing<C extends Chain>(tree: TreeView, chains: readonly C[]): C[] {
  const again = chains.filter((chain) => chain.again);
  return again.length > 0 ? again : chains.filter(({ at, over }) => !over && tree.growable(at));
}

/** Takes a step; without one the chain is over. */
export function take(chain: Chain, step: number | undefined): void {
  chain.again = false;
  if (step === undefined) chain.over = true;
  else chain.at = step;
}

/** Hands out what a round brought: each call takes the next `count` nodes below a node, or what is left of them. */
export function handedOut(round: readonly Expanded[]): (node: number, count: number) => readonly number[] {
  const drawn = new Map(round.map(({ expansion, nodes }) => [expansion.node, [...nodes]]));
  return (node, count) => drawn.get(node)?.splice(0, count) ?? [];
}

/** The end of a chain: the highest scored, else that of the answer most of them have, the first of equals. */
export function bestChain(
  { tree, own }: SearchState<{ readonly chains: readonly Chain[] }>,
  ends: readonly End[],
): End | null {
  const reached = own.chains.flatMap(({ at }) => ends.find(({ node }) => node === at) ?? []);
  const votes = (end: End) => (end.answer === null ? 0 : reached.filter(({ answer }) => answer === end.answer).length);
  const value = (end: End) => tree.scoreOf(end.node) ?? -1;
  return reached.sort((a, b) => value(b) - value(a) || votes(b) - votes(a))[0] ?? null;
}
