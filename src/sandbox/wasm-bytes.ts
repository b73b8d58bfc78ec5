/** The parts one after another. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** LEB128, unsigned. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left & 127;
    left >>>= 7;
    bytes.push(left === 0 ? low : low | 128);
  } while (left !== 0);
  return bytes;
}

/** Reads a module from front to back. */
export class Cursor {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  get atEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new RangeError("The module is cut short or malformed");
    return byte;
  }

  /** Passes LEB128 numbers of any length. */
  skip(count: number): void {
    for (let left = count; left > 0; left--) while (this.byte() >= 128);
  }

  /** An unsigned LEB128 number of at most 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError("The module is cut short or malformed");
  }

  take(length: number): Uint8Array {
    const part = this.#bytes.subarray(this.at, this.at + length);
    this.at += length;
    return part;
  }
}

/** LEB128 of a number that is not negative, for a place where a signed one is read. */
export function signed(value: number): number[] {
  const bytes = unsigned(value);
  const last = bytes.length - 1;
  if (((bytes[last] ?? 0) & 64) === 0) return bytes;
  return [...bytes.slice(0, last), (bytes[last] ?? 0) | 128, 0];
}
