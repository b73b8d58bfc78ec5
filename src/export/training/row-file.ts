import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { EnvironmentError } from "../../core/errors.ts";

const most = 1 << 20;

/** Where rows go. */
export interface RowSink {
  readonly path: string;
  readonly rows: number;
  add(row: unknown): void;
  /** The file takes its name. */
  finish(): void;
  /** Nothing is left behind. */
  drop(): void;
}

/**
 * Rows as JSON lines, written as they come; with a name that ends in `.gz` compressed, one member of gzip a mebibyte.
 * The file takes its name when it is whole.
 */
export class RowFile implements RowSink {
  readonly path: string;
  readonly #partial: string;
  readonly #file: number;
  readonly #compressed: boolean;
  #lines: string[] = [];
  #held = 0;
  rows = 0;

  /** @throws EnvironmentError where it cannot be written. */
  constructor(path: string) {
    this.path = path;
    this.#partial = `${path}.partial`;
    this.#compressed = path.endsWith(".gz");
    this.#file = this.#or(() => {
      mkdirSync(dirname(path), { recursive: true });
      return openSync(this.#partial, "w");
    });
  }

  add(row: unknown): void {
    const line = JSON.stringify(row);
    this.#lines.push(line);
    this.#held += line.length;
    this.rows++;
    if (this.#held >= most) this.#flush();
  }

  finish(): void {
    this.#flush();
    this.#or(() => {
      closeSync(this.#file);
      renameSync(this.#partial, this.path);
    });
  }

  drop(): void {
    closeSync(this.#file);
    rmSync(this.#partial, { force: true });
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    const text = Buffer.from(`${this.#lines.join("\n")}\n`);
    const bytes = this.#compressed ? gzipSync(text) : text;
    this.#or(() => {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    });
    this.#lines = [];
    this.#held = 0;
  }

  #or<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new EnvironmentError(
        `${this.path} cannot be written: ${(error as Error).message}. Choose another place with --out.`,
        { cause: error },
      );
    }
  }
}
