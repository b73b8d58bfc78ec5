import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { EnvironmentError } from "../core/errors.ts";

/** The folder of one run, locked against a second process while it is open. */
export class RunFolder {
  readonly path: string;
  readonly #lock: string;

  /** @throws EnvironmentError when it cannot be made or another process is at work in it. */
  constructor(path: string) {
    this.path = path;
    this.#lock = join(path, "lock");
    try {
      makeFolder(path);
      this.#take();
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

  #take(): void {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        const file = openSync(this.#lock, "wx");
        writeSync(file, String(process.pid));
        closeSync(file);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        const holder = Number(readFileSync(this.#lock, "utf8"));
        if (holder > 0 && holder !== process.pid && isAlive(holder)) {
          throw new EnvironmentError(
            `Process ${holder} is at work in ${this.path}. Wait for it, or choose another folder with --out.`,
          );
        }
        rmSync(this.#lock, { force: true }); // left by a process that was killed
      }
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
    rmSync(this.#lock, { force: true });
  }
}

/** Makes a folder and those above it. Not mkdir's own recursion, which never ends on file systems that refuse with ENOENT. */
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
