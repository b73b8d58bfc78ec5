/** Everything an interpreter in WebAssembly is, between two entries: its memory, in pages, and its stack pointer. */
export interface Picture {
  readonly pages: readonly Uint8Array[];
  readonly bytes: number;
  readonly stackPointer: number;
  /** Bytes in pages that it does not share with the picture it was taken after. */
  readonly ownBytes: number;
}

const pageBytes = 16 * 1024;

/** The picture that is in `memory` already, without a copy. */
export function pictureOf(memory: ArrayBufferLike, stackPointer: number): Picture {
  const count = memory.byteLength / pageBytes;
  const pages = Array.from({ length: count }, (_, index) => new Uint8Array(memory, index * pageBytes, pageBytes));
  return { pages, bytes: memory.byteLength, stackPointer, ownBytes: 0 };
}

/**
 * A copy of `memory`. Pages that are as in `before` are shared with it, so a session's pictures cost only what changes.
 */
export function takePicture(memory: ArrayBuffer, stackPointer: number, before: Picture | null): Picture {
  let ownBytes = 0;
  const pages: Uint8Array[] = [];
  for (let at = 0; at < memory.byteLength; at += pageBytes) {
    const now = new Uint8Array(memory, at, pageBytes);
    const then = before?.pages[pages.length];
    if (then !== undefined && Buffer.compare(then, now) === 0) pages.push(then);
    else {
      pages.push(now.slice());
      ownBytes += pageBytes;
    }
  }
  return { pages, bytes: memory.byteLength, stackPointer, ownBytes };
}

/** Writes the picture into `memory`, which is at least as large, and clears the rest. */
export function restorePicture({ pages, bytes }: Picture, memory: ArrayBuffer): void {
  const all = new Uint8Array(memory);
  for (const [index, page] of pages.entries()) all.set(page, index * pageBytes);
  all.fill(0, bytes);
}

/** Pictures by key, up to a total size; the one unused for longest goes first. */
export class PictureStore {
  readonly #pictures = new Map<string, Picture>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get(key: string): Picture | undefined {
    const picture = this.#pictures.get(key);
    if (picture !== undefined) {
      this.#pictures.delete(key);
      this.#pictures.set(key, picture);
    }
    return picture;
  }

  set(key: string, picture: Picture): void {
    this.#pictures.set(key, picture);
    this.#bytes += picture.ownBytes;
    for (const [oldest, { ownBytes }] of this.#pictures) {
      if (this.#bytes <= this.#mostBytes || oldest === key) return;
      this.#pictures.delete(oldest);
      this.#bytes -= ownBytes;
    }
  }
}
