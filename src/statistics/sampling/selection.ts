/**
 * Share of the gap between a random pick (pass@1) and the oracle (coverage) that a pick closes:
 * (pick − pass@1) / (coverage − pass@1). Null where there is no gap. May be negative: the pick is worse than chance.
 */
export function selectionEfficiency(pick: number, passAt1: number, coverage: number): number | null {
  const gap = coverage - passAt1;
  return gap <= 1e-12 ? null : (pick - passAt1) / gap;
}

/** What the oracle could still win over the pick. */
export const selectionGap = (pick: number, coverage: number): number => coverage - pick;

/** Verdicts of two strategies on the same problems, counted by pair. */
export interface TransitionMatrix {
  readonly bothRight: number;
  /** Right under the first, wrong under the second. */
  readonly lost: number;
  /** Wrong under the first, right under the second. */
  readonly gained: number;
  readonly bothWrong: number;
  /** Pairs left out because a verdict was missing on either side. */
  readonly unjudged: number;
}

/** Counts how verdicts move from one strategy (or turn) to another; null is an unjudged item, counted apart. */
export function transitionMatrix(pairs: readonly (readonly [boolean | null, boolean | null])[]): TransitionMatrix {
  const count = (from: boolean, to: boolean) => pairs.filter(([a, b]) => a === from && b === to).length;
  return {
    bothRight: count(true, true),
    lost: count(true, false),
    gained: count(false, true),
    bothWrong: count(false, false),
    unjudged: pairs.filter(([a, b]) => a === null || b === null).length,
  };
}
