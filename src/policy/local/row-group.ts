import type { NativeModel } from "./native.ts";
import { type NativeContext, openContext, type Run } from "./native-context.ts";

/** Rows of the batch that smaller ones are held against: every kernel for many rows has its turn in it. */
const manyRows = 16;
const triedGroups = [1, 2, 4, 8] as const;

/**
 * Rows come in groups of so many if their bits are to be the same in every batch. llama.cpp has matrix kernels for
 * several rows at a time; the rows that are left over are computed by another, which on some processors adds in another
 * order (with AVX-512 and Q4_K weights: groups of 4). Found by computing the same tokens in batches of several sizes.
 * 1 where a row's bits depend on no other, null where no group tried here makes them equal.
 */
export async function rowGroupOf(model: NativeModel, threads: number): Promise<number | null> {
  const context = await openContext(model, { sequences: 1, sequenceTokens: 256, batchTokens: manyRows, threads });
  try {
    const many = await bitsOf(context, manyRows);
    for (const group of triedGroups) {
      const few = await bitsOf(context, group);
      if (few.every((row, i) => row.equals(many[i] as Buffer))) return group;
    }
    return null;
  } finally {
    context.dispose();
  }
}

/** The logits after each of so many tokens, as bytes. */
async function bitsOf(context: NativeContext, count: number): Promise<Buffer[]> {
  context.trim(0, 0);
  const places = Array.from({ length: count }, (_, i) => i);
  const [rows = []] = await context.decode(
    [{ sequence: 0, position: 0, tokens: places.map((i) => 100 + i), outputs: places }],
    false,
  );
  return rows.map((row) => {
    const { buffer, byteOffset, byteLength } = context.logits(row);
    return Buffer.from(Buffer.from(buffer, byteOffset, byteLength));
  });
}

export const roundedUp = (count: number, group: number): number => Math.ceil(count / group) * group;

/**
 * This run with further tokens behind it, in whole groups: no token sees one behind it, and they are to be forgotten
 * again. The outputs, which the last layer computes alone, come in whole groups too, the run's own first.
 */
export function inWholeGroups(run: Run, group: number): Run {
  const length = roundedUp(run.tokens.length, group);
  const tokens = Array.from({ length }, (_, i) => run.tokens[i] ?? run.tokens[0] ?? 0);
  const wanted = new Set(run.outputs);
  const others = tokens.map((_, i) => i).filter((i) => !wanted.has(i));
  const missing = roundedUp(run.outputs.length, group) - run.outputs.length;
  return { ...run, tokens, outputs: [...run.outputs, ...others.slice(0, missing)] };
}
