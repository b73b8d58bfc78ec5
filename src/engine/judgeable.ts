import type { Budget } from "../core/budget.ts";

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
  /** What drawing and judging one sample may take, by the limits of its length; 0 where unknown. */
  readonly bound: Amounts;
}

/**
 * How many samples to draw next so that there is room to judge them too: as many as fit by the bound, or by what a
 * drawn and judged sample has cost on average so far where that is more. Where the bound does not fit once, one is
 * drawn as long as the average fits; 0 when it does not. So one draws and judges the same samples as if they were asked
 * for one by one, however many are wanted at a time. Without this a large `n` spends the whole budget on drawing, and
 * the pick is made blind.
 *
 * Before the first, at least one is drawn. Where nothing is limited all are drawn at once.
 */
export function judgeableCount({ wanted, remaining, spent, drawn, bound }: JudgedRound): number {
  const fits = (["tokens", "calls", "dollars"] as const).map((kind) => {
    const average = drawn > 0 ? spent[kind] / drawn : 0;
    if (remaining[kind] < average) return 0;
    const most = Math.max(bound[kind], average);
    return remaining[kind] === Infinity || most === 0 ? Infinity : Math.max(1, Math.floor(remaining[kind] / most));
  });
  return Math.min(wanted, Math.max(drawn > 0 ? 0 : 1, Math.min(...fits)));
}
