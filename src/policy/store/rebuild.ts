import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { EnvironmentError, InvalidFileError } from "../../core/errors.ts";
import type { Sample } from "../../core/policy.ts";
import type { StoreEntry } from "./contract.ts";
import { type StoredRow, sampleIn } from "./row.ts";
import { openSampleStore } from "./sqlite.ts";

export interface Rebuilt {
  /** Samples that the new store has. */
  readonly kept: number;
  /** Rows that were read and are damaged. Those of pages that cannot be read are not counted by anyone. */
  readonly damaged: number;
  /** Where the old file stands now. */
  readonly aside: string;
}

/** Samples written at a time. */
const batch = 500;

/**
 * Makes a sample store anew from what can be read of a damaged one, which is put aside. Rows keep their order, so that
 * a request is served the sample that it was.
 * @throws EnvironmentError where there is no file; InvalidFileError where nothing of it can be read as a store.
 */
export function rebuildSampleStore(path: string): Rebuilt {
  if (!existsSync(path)) throw new EnvironmentError(`There is no sample store at ${path}.`);
  const fresh = `${path}.${process.pid}.rebuilt`;
  removeStore(fresh);
  const store = openSampleStore(fresh);
  let [damaged, entries]: [number, StoreEntry[]] = [0, []];
  try {
    for (const row of readableRows(path)) {
      const sample: Sample | null = sampleIn(row);
      if (sample === null) damaged++;
      else entries.push({ key: String(row.key), maxTokens: Number(row.max_tokens), sample });
      if (entries.length >= batch) store.put(entries.splice(0));
    }
    store.put(entries);
    const kept = store.count();
    store.close();
    const aside = freeName(`${path}.damaged`);
    for (const ending of ["-wal", "-shm", ""]) {
      if (existsSync(path + ending)) renameSync(path + ending, aside + ending);
    }
    renameSync(fresh, path);
    return { kept, damaged, aside };
  } catch (error) {
    store.close();
    removeStore(fresh);
    throw error;
  }
}

function removeStore(path: string): void {
  for (const ending of ["", "-wal", "-shm"]) rmSync(path + ending, { force: true });
}

function freeName(path: string): string {
  for (let i = 1; ; i++) if (!existsSync(`${path}-${i}`)) return `${path}-${i}`;
}

/** A row takes more bytes than this: so many at most are in a file. */
const leastRowBytes = 100;

function lastId(database: DatabaseSync, path: string): number {
  try {
    return Number(database.prepare("SELECT max(id) AS last FROM samples NOT INDEXED").get()?.last ?? 0);
  } catch {
    return Math.ceil(statSync(path).size / leastRowBytes); // The page of the last row is damaged.
  }
}

/** The rows that can be read, in order; a range that cannot is halved until it is one row. */
function* readableRows(path: string): Generator<StoredRow> {
  let database: DatabaseSync;
  let select: ReturnType<DatabaseSync["prepare"]>;
  try {
    database = new DatabaseSync(path);
    select = database.prepare(
      "SELECT id, key, max_tokens, finish, completion_tokens, sample FROM samples NOT INDEXED WHERE id >= ? AND id < ? ORDER BY id",
    );
  } catch (error) {
    const why = `cannot be read as a sample store (${(error as Error).message}). Remove it: samples are drawn again.`;
    throw new InvalidFileError(path, null, why, { cause: error });
  }
  try {
    const ranges: [number, number][] = [[0, lastId(database, path) + 1]];
    for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
      const [low, high] = range;
      let next = low;
      try {
        for (const row of select.iterate(low, high)) {
          const stored = row as unknown as StoredRow;
          next = Number(stored.id) + 1;
          yield stored;
        }
      } catch {
        const middle = Math.floor((next + high) / 2);
        if (high - next > 1) ranges.push([middle, high], [next, middle]);
      }
    }
  } finally {
    database.close();
  }
}
