/**
 * Cohen's kappa of two judges' verdicts on the same items: (p₀ − pₑ) / (1 − pₑ), p₀ the share on which they agree, pₑ
 * the agreement expected of their own shares by chance (Cohen 1960, Educational and Psychological Measurement 20 (1)).
 * Null without items, or where both always say the same one thing.
 */
export function cohenKappa(first: readonly boolean[], second: readonly boolean[]): number | null {
  const n = Math.min(first.length, second.length);
  if (n === 0) return null;
  const share = (verdicts: readonly boolean[]) => verdicts.slice(0, n).filter(Boolean).length / n;
  const agreed = first.slice(0, n).filter((verdict, i) => verdict === second[i]).length / n;
  const [a, b] = [share(first), share(second)];
  const expected = a * b + (1 - a) * (1 - b);
  return expected === 1 ? null : (agreed - expected) / (1 - expected);
}

/**
 * Fleiss' kappa of any number of judges: rows[i][j] is judge j's verdict on item i, every row of the same length of at
 * least 2 (Fleiss 1971, Psychological Bulletin 76 (5)). Null without items, or where all always say the same one thing.
 */
export function fleissKappa(rows: readonly (readonly boolean[])[]): number | null {
  const judges = rows[0]?.length ?? 0;
  if (rows.length === 0 || judges < 2) return null;
  const yes = rows.map((row) => row.filter(Boolean).length);
  const within = yes.map((k) => (k * (k - 1) + (judges - k) * (judges - k - 1)) / (judges * (judges - 1)));
  const agreed = within.reduce((sum, share) => sum + share, 0) / rows.length;
  const p = yes.reduce((sum, k) => sum + k, 0) / (rows.length * judges);
  const expected = p * p + (1 - p) * (1 - p);
  return expected === 1 ? null : (agreed - expected) / (1 - expected);
}
