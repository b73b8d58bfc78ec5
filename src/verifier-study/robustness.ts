import { spearman } from "../statistics/correlation.ts";
import { auroc } from "../statistics/rewards/discrimination.ts";
import type { JudgedItem } from "./judging.ts";
import type { Judgement } from "./measures.ts";

/** A judgement of a changed item beside the one of the item itself. */
export interface VariantJudgement {
  readonly original: Judgement;
  readonly judged: JudgedItem;
  /** Place of the changed item's solution i among the item's own; default the same. */
  readonly originalOf?: (index: number, count: number) => number;
}

/**
 * How far a verifier's scores move when something changes that should not matter. On the solutions that were scored
 * both times.
 */
export interface Robustness {
  readonly variant: string;
  readonly summary: string;
  readonly items: number;
  readonly solutions: number;
  /** Scored before, or after, but not both times. */
  readonly unscored: number;
  /** Area under the curve before and after. */
  readonly auc: number | null;
  readonly variantAuc: number | null;
  /** Mean of after less before. */
  readonly shift: number | null;
  /** Mean distance. */
  readonly distance: number | null;
  /** Share that crosses 0.5. */
  readonly flips: number | null;
  /** Spearman's rank correlation of the scores before and after. */
  readonly correlation: number | null;
}

export function robustnessOf(variant: string, summary: string, rows: readonly VariantJudgement[]): Robustness {
  const all = rows.flatMap(({ original: { item, judged: before }, judged: after, originalOf }) =>
    after.outcomes.map((score, i) => {
      const own = originalOf?.(i, after.outcomes.length) ?? i;
      return { correct: item.solutions[own]?.correct ?? false, before: before.outcomes[own] ?? null, after: score };
    }),
  );
  const pairs = all.flatMap(({ correct, before, after }) =>
    before === null || after === null ? [] : [{ correct, before, after }],
  );
  const mean = (of: (pair: (typeof pairs)[number]) => number) =>
    pairs.length === 0 ? null : pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [before, after] = [pairs.map((pair) => pair.before), pairs.map((pair) => pair.after)];
  return {
    variant,
    summary,
    items: rows.length,
    solutions: pairs.length,
    unscored: all.filter((one) => (one.before === null) !== (one.after === null)).length,
    auc: auroc(pairs.map(({ correct, before: score }) => ({ correct, score }))),
    variantAuc: auroc(pairs.map(({ correct, after: score }) => ({ correct, score }))),
    shift: mean((pair) => pair.after - pair.before),
    distance: mean((pair) => Math.abs(pair.after - pair.before)),
    flips: mean((pair) => Number(pair.after >= 0.5 !== pair.before >= 0.5)),
    correlation: pairs.length < 3 ? null : spearman(before, after),
  };
}
