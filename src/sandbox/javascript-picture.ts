import type { JavascriptMachine } from "./javascript-machine.ts";

/** A machine's memory between two calls, in pieces by their place. */
export type MemoryPicture = readonly { readonly at: number; readonly bytes: Uint8Array }[];

const blockBytes = 64 * 1024;
/** The stack, which is empty between calls, is that long a stretch of zeros. */
const gapBlocks = 16;

/**
 * A copy of what is in use. Written back, the machine is where it was: what lies above, or in a long stretch of zeros,
 * belongs to nobody then.
 */
export function takeMemory({ quickjs }: JavascriptMachine): MemoryPicture {
  const all = new Uint8Array(quickjs.getWasmMemory().buffer);
  const zeros = new Uint8Array(blockBytes);
  const pieces: { at: number; bytes: Uint8Array }[] = [];
  let [from, last] = [0, -gapBlocks];
  const keep = () => {
    if (last >= 0) pieces.push({ at: from * blockBytes, bytes: all.slice(from * blockBytes, (last + 1) * blockBytes) });
  };
  for (let block = 0; block * blockBytes < all.length; block++) {
    if (Buffer.compare(all.subarray(block * blockBytes, (block + 1) * blockBytes), zeros) === 0) continue;
    if (block - last >= gapBlocks) {
      keep();
      from = block;
    }
    last = block;
  }
  keep();
  return pieces;
}

export function putMemoryBack({ quickjs }: JavascriptMachine, picture: MemoryPicture): void {
  const all = new Uint8Array(quickjs.getWasmMemory().buffer);
  for (const { at, bytes } of picture) all.set(bytes, at);
}
