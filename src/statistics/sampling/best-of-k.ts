import { missShare } from "../numeric/binomial.ts";
import { requireInteger } from "../numeric/require.ts";

/** Groups of samples with equal scores, best first, unscored last: how many and what share of them is right. */
export function tiedBlocks(
  samples: readonly { readonly score: number | null; readonly correct: boolean }[],
): { readonly size: number; readonly right: number }[] {
  const blocks = new Map<number, { size: number; right: number }>();
  for (const { score, correct } of samples) {
    const key = score ?? -Infinity;
    const block = blocks.get(key) ?? { size: 0, right: 0 };
    blocks.set(key, { size: block.size + 1, right: block.right + (correct ? 1 : 0) });
  }
  return [...blocks].sort(([a], [b]) => b - a).map(([, block]) => block);
}

/** Samples with equal scores: how many, and how many of them are right. */
export type TiedBlocks = ReturnType<typeof tiedBlocks>;

/**
 * best-of-k (RM@k) exactly: expected correctness of the highest-scored of k samples drawn without replacement. A tied
 * block of size m after s better ones contributes [C(n−s, k) − C(n−s−m, k)] / C(n, k) times the mean label of the
 * block, that is, ties are split uniformly; unscored samples rank last. A constant score gives pass@1, a perfect one
 * pass@k.
 */
export function bestOfK(
  samples: readonly { readonly score: number | null; readonly correct: boolean }[],
  k: number,
): number {
  requireInteger("best-of-k", "k", k, 1, samples.length);
  return bestOfBlocks(tiedBlocks(samples), samples.length, k);
}

/** The same of `n` samples that are grouped already. */
export function bestOfBlocks(blocks: TiedBlocks, n: number, k: number): number {
  let better = 0;
  let expected = 0;
  for (const { size, right } of blocks) {
    const top = missShare(n, better, k) - missShare(n, better + size, k);
    expected += (top * right) / size;
    better += size;
  }
  return expected;
}
