import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { EnvironmentError } from "../../core/errors.ts";
import type { Reader } from "./reading.ts";

const chunk = 1 << 20;

/** Calls `visit` with each whole line of a file and where it starts; returns the offset after the last whole line. */
export function eachLine(path: string, visit: (line: string, offset: number, length: number) => void): number {
  const file = openSync(path, "r");
  let buffer = Buffer.allocUnsafe(chunk);
  /** The first bytes of the buffer are those of a line whose end was not read yet. */
  let held = 0;
  let heldAt = 0;
  try {
    for (;;) {
      if (held === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
      const read = readSync(file, buffer, held, buffer.length - held, heldAt + held);
      if (read === 0) return heldAt;
      const filled = held + read;
      let start = 0;
      for (let end = lineEnd(buffer, held, filled); end >= 0; end = lineEnd(buffer, start, filled)) {
        visit(buffer.toString("utf8", start, end), heldAt + start, end - start);
        start = end + 1;
      }
      buffer.copyWithin(0, start, filled);
      held = filled - start;
      heldAt += start;
    }
  } finally {
    closeSync(file);
  }
}

function lineEnd(bytes: Buffer, from: number, filled: number): number {
  const end = bytes.indexOf(10, from);
  return end < filled ? end : -1;
}

/**
 * An append-only file of JSON lines that survives `kill -9`: each record is one write of one line, and a line that was
 * cut in the middle is removed when the file is opened again.
 */
export class Journal<T = unknown> {
  readonly path: string;
  readonly #read: Reader<T>;
  #file: number;
  #size: number;

  /**
   * @param read makes a record of a line, or throws.
   * @param visit called with every record that is there already.
   */
  constructor(path: string, read: Reader<T>, visit: (record: T, offset: number, length: number) => void = () => {}) {
    this.path = path;
    this.#read = read;
    try {
      this.#file = openSync(path, "a+");
    } catch (error) {
      throw new EnvironmentError(
        `${path} cannot be written: ${(error as Error).message}. Choose another folder with --out.`,
        {
          cause: error,
        },
      );
    }
    let line = 0;
    const whole = eachLine(path, (text, offset, length) => {
      line++;
      visit(read(path, line, text), offset, length);
    });
    if (statSync(path).size > whole) ftruncateSync(this.#file, whole);
    this.#size = whole;
  }

  /**
   * Appends one record; returns where it stands. @throws EnvironmentError when it cannot be written (what is there
   * stays whole).
   */
  append(record: T): { offset: number; length: number } {
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    const offset = this.#size;
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      ftruncateSync(this.#file, offset);
      throw new EnvironmentError(
        `${this.path} cannot be written: ${(error as Error).message}. What was finished is kept: free some space and run the same command again.`,
        { cause: error },
      );
    }
    this.#size += bytes.length;
    return { offset, length: bytes.length - 1 };
  }

  /** The record at a place. */
  read({ offset, length }: { readonly offset: number; readonly length: number }): T {
    const bytes = Buffer.allocUnsafe(length);
    readSync(this.#file, bytes, 0, length, offset);
    return this.#read(this.path, null, bytes.toString("utf8"));
  }

  /** Puts the lines at these places in this order, atomically: readers see the old file or the new one. */
  rewrite(places: Iterable<{ readonly offset: number; readonly length: number }>): void {
    const partial = `${this.path}.partial`;
    try {
      this.#rewriteBy(partial, places);
    } catch (error) {
      rmSync(partial, { force: true });
      throw new EnvironmentError(
        `${this.path} cannot be put in order: ${(error as Error).message}. What was finished is kept: free some space and run the same command again.`,
        { cause: error },
      );
    }
  }

  #rewriteBy(partial: string, places: Iterable<{ readonly offset: number; readonly length: number }>): void {
    const target = openSync(partial, "w");
    const source = openSync(this.path, "r");
    let batch: Buffer[] = [];
    let held = 0;
    const flush = () => {
      const bytes = Buffer.concat(batch);
      for (let written = 0; written < bytes.length; ) written += writeSync(target, bytes, written);
      batch = [];
      held = 0;
    };
    let size = 0;
    for (const { offset, length } of places) {
      const bytes = Buffer.allocUnsafe(length + 1);
      readSync(source, bytes, 0, length + 1, offset);
      batch.push(bytes);
      held += bytes.length;
      size += bytes.length;
      if (held > chunk) flush();
    }
    flush();
    fsyncSync(target);
    closeSync(target);
    closeSync(source);
    closeSync(this.#file);
    renameSync(partial, this.path);
    this.#file = openSync(this.path, "a+");
    this.#size = size;
  }

  close(): void {
    closeSync(this.#file);
  }
}
