/**
 * One judged solution: the index of the earliest wrong step from 0, −1 for none. A null prediction is wrong on either
 * side.
 */
export interface FirstErrorRow {
  readonly label: number;
  readonly prediction: number | null;
}

export interface ProcessBenchScore {
  /** Share of wrong solutions whose first error was found exactly. Null when there are none. */
  readonly errorAccuracy: number | null;
  /** Share of right solutions that were found free of errors. Null when there are none. */
  readonly correctAccuracy: number | null;
  /** Harmonic mean of the two. */
  readonly f1: number | null;
}

/** 2ab / (a + b), and 0 for 0/0 (the reference script yields NaN). */
export const harmonicMean = (a: number, b: number): number => (a + b === 0 ? 0 : (2 * a * b) / (a + b));

/**
 * ProcessBench (Zheng et al. 2024, arXiv:2412.06559, section 3): F1 of finding first errors and of passing right
 * solutions.
 */
export function processBench(rows: readonly FirstErrorRow[]): ProcessBenchScore {
  const share = (part: readonly FirstErrorRow[]) =>
    part.length === 0 ? null : part.filter(({ label, prediction }) => label === prediction).length / part.length;
  const errorAccuracy = share(rows.filter(({ label }) => label >= 0));
  const correctAccuracy = share(rows.filter(({ label }) => label < 0));
  const known = errorAccuracy !== null && correctAccuracy !== null;
  return { errorAccuracy, correctAccuracy, f1: known ? harmonicMean(errorAccuracy, correctAccuracy) : null };
}

/** The first step that scores below the threshold, −1 where none does. A null score is not judged bad. */
export function firstBelow(scores: readonly (number | null)[], threshold = 0.5): number {
  return scores.findIndex((score) => score !== null && score < threshold);
}

/**
 * The threshold with the highest F1 on one subset, to be reused on the others and never tuned on each. Candidates are
 * the scores themselves and one above them all; ties go to the lowest.
 */
export function tuneThreshold(
  rows: readonly { readonly label: number; readonly scores: readonly (number | null)[] }[],
): { readonly threshold: number; readonly f1: number } {
  const scores = rows.flatMap((row) => row.scores.filter((score) => score !== null));
  const candidates = [...new Set([0, ...scores, Math.max(0, ...scores) + 1e-9])].sort((a, b) => a - b);
  let best = { threshold: 0.5, f1: -1 };
  for (const threshold of candidates) {
    const judged = rows.map((row) => ({ label: row.label, prediction: firstBelow(row.scores, threshold) }));
    const f1 = processBench(judged).f1 ?? 0;
    if (f1 > best.f1) best = { threshold, f1 };
  }
  return best;
}
