/** Tokens as the package rouge-score makes them, without stemming: letters a to z and digits, in lower case. */
export const rougeTokens = (text: string): readonly string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

/**
 * ROUGE-L F1 (Lin 2004, Text Summarization Branches Out): twice the longest common subsequence of tokens over the
 * summed lengths. Equal to that of Google's package rouge-score; letters outside a to z separate tokens there too.
 */
export function rougeL(first: string, second: string): number {
  const [a, b] = [rougeTokens(first), rougeTokens(second)];
  let row: number[] = new Array(b.length + 1).fill(0);
  for (const word of a) {
    const next = [0];
    for (const [j, other] of b.entries())
      next.push(word === other ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0));
    row = next;
  }
  const total = a.length + b.length;
  return total === 0 ? 0 : (2 * (row.at(-1) ?? 0)) / total;
}
