import { open, stat } from "node:fs/promises";
import type { TrialVerdict } from "../core/metric.ts";
import type { Reader } from "../runs/records/reading.ts";
import type { TrialRecord } from "../runs/records/record.ts";

/** Where a record stands and the little that lists and filters need of it. */
export interface IndexedTrial {
  readonly offset: number;
  readonly length: number;
  readonly arm: string;
  readonly seed: number;
  readonly verdict: TrialVerdict;
  /** A right candidate was there. */
  readonly covered: boolean;
  readonly stopped: string;
}

export interface IndexedProblem {
  readonly dataset: string;
  readonly problem: string;
  readonly trials: IndexedTrial[];
}

const chunk = 1 << 20;

/** Milliseconds that a request waits for what is not read yet: a first page comes at once, as far as it is known. */
const usualPatience = 150;

/**
 * The lines of a growing file, read from where the last reading ended, a chunk at a time so that requests are answered
 * in between. Starts again when the file was replaced (a run that ended puts its results in order).
 */
class LineFollower {
  readonly #path: string;
  readonly #restart: () => void;
  readonly #take: (line: Buffer, offset: number) => void;
  #inode: number | null = null;
  #at = 0;
  #working: Promise<void> | null = null;
  size = 0;

  constructor(path: string, restart: () => void, take: (line: Buffer, offset: number) => void) {
    this.#path = path;
    this.#restart = restart;
    this.#take = take;
  }

  /** Share of the file that was read. */
  get share(): number {
    return this.size === 0 ? 1 : Math.min(1, this.#at / this.size);
  }

  /** The next update begins at the start. */
  forget(): void {
    this.#inode = null;
  }

  /** Brings it up to date; waits at most `patience` milliseconds and goes on behind. */
  async update(patience: number): Promise<void> {
    this.#working ??= this.#read().finally(() => {
      this.#working = null;
    });
    await Promise.race([this.#working, new Promise((resolve) => setTimeout(resolve, patience).unref())]);
  }

  async #read(): Promise<void> {
    const facts = await stat(this.#path).catch(() => null);
    if (facts === null) return;
    if (this.#inode !== facts.ino || facts.size < this.#at) {
      this.#inode = facts.ino;
      this.#at = 0;
      this.#restart();
    }
    this.size = facts.size;
    const file = await open(this.#path, "r");
    try {
      let buffer = Buffer.allocUnsafe(chunk);
      while (this.#at < facts.size) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#at);
        const bytes = buffer.subarray(0, bytesRead);
        let start = 0;
        for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
          this.#take(bytes.subarray(start, end), this.#at + start);
          start = end + 1;
        }
        this.#at += start;
        if (bytesRead < buffer.length) return;
        if (start === 0) buffer = Buffer.allocUnsafe(2 * buffer.length);
      }
    } finally {
      await file.close();
    }
  }
}

const bodyMark = Buffer.from(',"candidates":[');
const rightMark = Buffer.from('"correct":true');

/** An index of `results.jsonl`: only the head of each line is parsed. */
export class RunIndex {
  readonly problems: IndexedProblem[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #follower: LineFollower;
  #lines = 0;
  #most: number | null = null;

  constructor(path: string) {
    this.#follower = new LineFollower(
      path,
      () => {
        this.#lines = 0;
        this.problems.length = 0;
        this.#numbers.clear();
      },
      (line, offset) => this.#add(line, offset),
    );
  }

  get share(): number {
    return this.#follower.share;
  }

  /** @param most how many of the first lines belong to the run; null for all. */
  update(most: number | null, patience = usualPatience): Promise<void> {
    if (most !== this.#most) this.#follower.forget();
    this.#most = most;
    return this.#follower.update(patience);
  }

  find(dataset: string, problem: string): IndexedProblem | undefined {
    return this.problems[this.#numbers.get(JSON.stringify([dataset, problem])) ?? -1];
  }

  #add(line: Buffer, offset: number): void {
    this.#lines++;
    if (this.#most !== null && this.#lines > this.#most) return;
    const body = line.indexOf(bodyMark);
    if (body < 0) return;
    let head: TrialRecord;
    try {
      head = JSON.parse(`${line.toString("utf8", 0, body)}}`) as TrialRecord;
    } catch {
      return; // The runner refuses such a line with its number; a viewer passes over it.
    }
    const { dataset, problem, arm, seed, verdict, stopped } = head;
    const name = JSON.stringify([dataset, problem]);
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.problems.length;
      this.#numbers.set(name, number);
      this.problems.push({ dataset, problem, trials: [] });
    }
    const covered = line.indexOf(rightMark, body) >= 0;
    this.problems[number]?.trials.push({ offset, length: line.length, arm, seed, verdict, covered, stopped });
  }
}

/** Where each trace stands in `traces.jsonl`, by the key of its trial. */
export class TraceIndex {
  readonly places = new Map<string, { readonly offset: number; readonly length: number }>();
  readonly #follower: LineFollower;

  constructor(path: string) {
    this.#follower = new LineFollower(
      path,
      () => this.places.clear(),
      (line, offset) => {
        const key = /^\{"key":"([\w-]+)"/.exec(line.toString("latin1", 0, 64))?.[1];
        if (key !== undefined) this.places.set(key, { offset, length: line.length });
      },
    );
  }

  get share(): number {
    return this.#follower.share;
  }

  update(patience = usualPatience): Promise<void> {
    return this.#follower.update(patience);
  }
}

/** One line of a file. @throws InvalidFileError where it is damaged. */
export async function readLine<T>(
  path: string,
  place: { readonly offset: number; readonly length: number },
  read: Reader<T>,
): Promise<T> {
  const file = await open(path, "r");
  try {
    const bytes = Buffer.alloc(place.length);
    await file.read(bytes, 0, place.length, place.offset);
    return read(path, null, bytes.toString("utf8"));
  } finally {
    await file.close();
  }
}
