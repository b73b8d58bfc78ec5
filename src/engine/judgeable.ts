import type { Budget } from "../core/budget.ts";

/** Texts differ in length: room that is kept beyond the average. */
const margin = { tokens: 1.1, calls: 1, dollars: 1.1 };

/** What a run has spent and may still spend; Infinity where there is no limit. */
export type Amounts = Required<Omit<Budget, "seconds">>;

export interface JudgedRound {
  /** Samples still wanted. */
  readonly wanted: number;
  readonly remaining: Amounts;
  /** By this run so far: drawing and judging together. */
  readonly spent: Amounts;
  /** Samples drawn so far. */
  readonly drawn: number;
  /** What drawing and judging one sample may take, while none has been: a bound, 0 where unknown. */
  readonly guess: Amounts;
}

/**
 * How many samples to draw next so that there is room to judge them too: as many as fit what a drawn and judged sample
 * has cost on average so far. Without this a large `n` spends the whole budget on drawing, and the pick is made blind.
 * 0 when not one more fits.
 *
 * Before the first, the bound decides, and at least one is drawn. Where nothing is limited all are drawn at once.
 */
export function judgeableCount({ wanted, remaining, spent, drawn, guess }: JudgedRound): number {
  const fits = (["tokens", "calls", "dollars"] as const).map((kind) => {
    const each = drawn > 0 ? (margin[kind] * spent[kind]) / drawn : guess[kind];
    return remaining[kind] === Infinity || each === 0 ? Infinity : Math.floor(remaining[kind] / each);
  });
  return Math.min(wanted, Math.max(drawn > 0 ? 0 : 1, Math.min(...fits)));
}
