import type { SampleStore, StoreEntry } from "./contract.ts";

export interface Copied {
  /** Samples that were read. */
  readonly read: number;
  /** Of those, which the other store did not have. */
  readonly added: number;
}

const batch = 500;

/**
 * Copies all samples into another store, which keeps its own where it has one for the same key and limit. Once more
 * after a stop copies what is missing.
 */
export async function copySamples(
  from: SampleStore,
  to: SampleStore,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (read: number) => void } = {},
): Promise<Copied> {
  const before = await to.count();
  let read = 0;
  let entries: StoreEntry[] = [];
  const put = async () => {
    signal?.throwIfAborted();
    await to.put(entries);
    read += entries.length;
    entries = [];
    onProgress?.(read);
  };
  for await (const entry of from.entries()) {
    entries.push(entry);
    if (entries.length >= batch) await put();
  }
  if (entries.length > 0) await put();
  return { read, added: (await to.count()) - before };
}
