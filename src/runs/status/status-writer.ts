import { rmSync } from "node:fs";
import type { RunFolder } from "../records/folder.ts";
import { type RunStatus, statusFile } from "./run-status.ts";

const everyMs = 2_000;

/** Keeps `status.json` of a run at work: every two seconds at most, and in no more than a twentieth of the time. */
export class StatusWriter {
  readonly #folder: RunFolder;
  #next = Number.NEGATIVE_INFINITY;

  constructor(folder: RunFolder) {
    this.#folder = folder;
  }

  /** Never a reason for a run to end: a disk that is full is noticed where records are written. */
  write(now: () => number, status: () => RunStatus): void {
    const began = now();
    if (began < this.#next) return;
    try {
      this.#folder.write(statusFile, `${JSON.stringify(status())}\n`);
    } catch {
      // The earlier one stands.
    }
    this.#next = began + Math.max(everyMs, 20 * (now() - began));
  }

  remove(): void {
    rmSync(this.#folder.file(statusFile), { force: true });
  }
}
