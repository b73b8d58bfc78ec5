import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EnvironmentError } from "../../core/errors.ts";
import { FileLock } from "./lock.ts";

/** The folder of one run, locked against a second process while it is open. */
export class RunFolder {
  readonly path: string;
  readonly #lock: FileLock;

  /** @throws EnvironmentError when it cannot be made or another process is at work in it. */
  constructor(path: string) {
    this.path = path;
    try {
      makeFolder(path);
      this.#lock = new FileLock(join(path, "lock"), path);
    } catch (error) {
      if (error instanceof EnvironmentError) throw error;
      throw new EnvironmentError(
        `${path} cannot be written: ${(error as Error).message}. Choose another folder with --out.`,
        {
          cause: error,
        },
      );
    }
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Replaces a file as a whole. */
  write(name: string, text: string): void {
    const partial = this.file(`${name}.partial`);
    try {
      writeFileSync(partial, text);
      renameSync(partial, this.file(name));
    } catch (error) {
      rmSync(partial, { force: true });
      throw new EnvironmentError(
        `${this.file(name)} cannot be written: ${(error as Error).message}. What was finished is kept: free some space and run the same command again.`,
        { cause: error },
      );
    }
  }

  close(): void {
    this.#lock.release();
  }
}

/**
 * Makes a folder and those above it. Not mkdir's own recursion, which never ends on file systems that refuse with
 * ENOENT.
 */
function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && statSync(path).isDirectory()) return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    mkdirSync(path);
  }
}
