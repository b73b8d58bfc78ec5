import { at, groupBy, mean, midRanks } from "../numeric/arrays.ts";

/** A score beside the truth that it should predict. `score` null means unscored: left out and counted by the caller. */
export interface Labelled {
  readonly score: number;
  readonly correct: boolean;
}

/**
 * Area under the ROC curve: the chance that a right item scores above a wrong one, ties ½. By mid-ranks,
 * (R₊ − n₊(n₊ + 1)/2) / (n₊ n₋). Null with only one class.
 */
export function auroc(items: readonly Labelled[]): number | null {
  const right = items.filter(({ correct }) => correct).length;
  const wrong = items.length - right;
  if (right === 0 || wrong === 0) return null;
  const ranks = midRanks(items.map(({ score }) => score));
  const rankSum = items.reduce((sum, { correct }, i) => (correct ? sum + at(ranks, i) : sum), 0);
  return (rankSum - (right * (right + 1)) / 2) / (right * wrong);
}

/**
 * AUROC within problems, averaged over the problems that have both classes. It predicts best-of-n; the pooled one does
 * not, since it rewards telling easy problems from hard ones. Null when no problem has both classes.
 */
export function withinProblemAuroc(items: readonly (Labelled & { readonly problem: string })[]): {
  readonly value: number | null;
  readonly problems: number;
  readonly skipped: number;
} {
  const areas = [...groupBy(items, ({ problem }) => problem).values()].map(auroc);
  const known = areas.filter((area) => area !== null);
  return {
    value: known.length === 0 ? null : mean(known),
    problems: known.length,
    skipped: areas.length - known.length,
  };
}

/**
 * Average precision: Σ (recall gained at a threshold) × precision there, tied scores one threshold. Null with no right
 * item.
 */
export function averagePrecision(items: readonly Labelled[]): number | null {
  const right = items.filter(({ correct }) => correct).length;
  if (right === 0) return null;
  const blocks = [...groupBy(items, ({ score }) => String(score)).values()].sort(
    (a, b) => (b[0]?.score ?? 0) - (a[0]?.score ?? 0),
  );
  let seen = 0;
  let hits = 0;
  let area = 0;
  for (const block of blocks) {
    const gained = block.filter(({ correct }) => correct).length;
    seen += block.length;
    hits += gained;
    area += (gained / right) * (hits / seen);
  }
  return area;
}
