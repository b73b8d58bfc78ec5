import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { EnvironmentError } from "../../core/errors.ts";

const chunk = 1 << 20;

/** Whole lines of a file, one at a time when they are asked for: of a file of any length, little is in memory. */
export function* linesOf(path: string): Generator<string> {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(chunk);
    let rest = Buffer.alloc(0);
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      const bytes = Buffer.concat([rest, buffer.subarray(0, read)]);
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        yield bytes.toString("utf8", start, end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
  } finally {
    closeSync(file);
  }
}

/** Writes lines to a file that appears as a whole when `finish` is called. */
export class LineWriter {
  readonly #path: string;
  readonly #partial: string;
  readonly #file: number;
  #held: string[] = [];
  #size = 0;

  constructor(path: string) {
    this.#path = path;
    this.#partial = `${path}.partial`;
    this.#file = openSync(this.#partial, "w");
  }

  write(line: string): void {
    this.#held.push(line, "\n");
    this.#size += line.length;
    if (this.#size > chunk) this.#flush();
  }

  finish(): void {
    this.#flush();
    fsyncSync(this.#file);
    closeSync(this.#file);
    renameSync(this.#partial, this.#path);
  }

  /** Leaves no file behind. */
  abandon(): void {
    closeSync(this.#file);
    rmSync(this.#partial, { force: true });
  }

  #flush(): void {
    const bytes = Buffer.from(this.#held.join(""));
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      throw new EnvironmentError(`${this.#path} cannot be written: ${(error as Error).message}.`, { cause: error });
    }
    this.#held = [];
    this.#size = 0;
  }
}
