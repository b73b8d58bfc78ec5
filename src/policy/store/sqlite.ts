import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { EnvironmentError, InvalidFileError } from "../../core/errors.ts";
import type { Sample } from "../../core/policy.ts";
import { type SampleStore, type StoreEntry, type StoreOptions, warnOfDamage } from "./contract.ts";
import { rowOf, type StoredRow, sampleIn } from "./row.ts";

/** A store in a file answers at once. */
export interface FileSampleStore extends SampleStore {
  count(): number;
  get(keys: readonly string[], maxTokens: number): (Sample | undefined)[];
  put(entries: readonly StoreEntry[]): Sample[];
  close(): void;
}

const schemaVersion = 1;

const schema = `
  CREATE TABLE IF NOT EXISTS samples (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    max_tokens INTEGER NOT NULL,
    finish TEXT NOT NULL,
    completion_tokens INTEGER NOT NULL,
    sample TEXT NOT NULL,
    UNIQUE (key, max_tokens)
  )`;

/**
 * Rows are never changed, and deleted only where they are damaged, so the lowest id that fits stays the same for ever
 * and a request is always served the same sample.
 */
const lookUp = `
  SELECT id, key, max_tokens, finish, completion_tokens, sample FROM samples
  WHERE key = ?1 AND (max_tokens = ?2 OR (finish = 'stop' AND completion_tokens <= ?2))
  ORDER BY max_tokens = ?2 DESC, id LIMIT 1`;

const all = "SELECT id, key, max_tokens, finish, completion_tokens, sample FROM samples ORDER BY id";

const insertion =
  "INSERT OR IGNORE INTO samples (key, max_tokens, finish, completion_tokens, sample) VALUES (?, ?, ?, ?, ?)";

/**
 * Opens or makes a sample store: one SQLite file in write-ahead mode, which several processes may use at once and
 * which loses nothing that was kept when a process is killed. ":memory:" gives one that lives as long as this
 * process.
 * @throws InvalidFileError when the file is no sample store; EnvironmentError when it cannot be written.
 */
export function openSampleStore(path: string, options: StoreOptions = {}): FileSampleStore {
  const { onDamaged = warnOfDamage } = options;
  const database = openDatabase(path);
  const [select, insert] = guarded(path, () => [database.prepare(lookUp), database.prepare(insertion)]);
  const remove = guarded(path, () => database.prepare("DELETE FROM samples WHERE id = ?"));
  /** A damaged row is dropped, and the next that fits is served, or its sample is drawn again. */
  const get = (key: string, maxTokens: number): Sample | undefined => {
    for (;;) {
      const row = guarded(path, () => select.get(key, maxTokens)) as StoredRow | undefined;
      if (row === undefined) return undefined;
      const sample = sampleIn(row, key);
      if (sample !== null) return sample;
      onDamaged(`A damaged sample of ${path} is dropped (row ${row.id}): it is drawn again.`);
      guarded(path, () => remove.run(row.id));
    }
  };
  let open = true;
  return {
    path,
    count: () =>
      guarded(path, () => Number(database.prepare("SELECT count(*) AS count FROM samples").get()?.count ?? 0)),
    get: (keys, maxTokens) => keys.map((key) => get(key, maxTokens)),
    put(entries) {
      const kept = inTransaction(database, path, () =>
        entries.map(({ key, maxTokens, sample }) => {
          const { changes } = insert.run(...rowOf({ key, maxTokens, sample }));
          return changes === 1 ? sample : (get(key, maxTokens) ?? sample);
        }),
      );
      return kept;
    },
    async *entries() {
      for (const row of guarded(path, () => database.prepare(all).iterate())) {
        const { key, max_tokens } = row;
        const sample = sampleIn(row as unknown as StoredRow);
        if (sample !== null) yield { key: String(key), maxTokens: Number(max_tokens), sample };
      }
    },
    close() {
      if (open) database.close();
      open = false;
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  try {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    database.exec("PRAGMA busy_timeout = 30000");
    whileLocked(() => database.exec("PRAGMA journal_mode = WAL"));
    database.exec("PRAGMA synchronous = NORMAL");
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version ?? 0);
    if (version !== 0 && version !== schemaVersion) {
      database.close();
      throw new InvalidFileError(path, null, `is a sample store of version ${version}; this program reads version 1.`);
    }
    database.exec(`BEGIN IMMEDIATE; ${schema}; PRAGMA user_version = ${schemaVersion}; COMMIT`);
    return database;
  } catch (error) {
    throw asStoreError(path, error);
  }
}

/** Going over to write-ahead mode does not wait for other processes by itself. */
function whileLocked(act: () => void): void {
  for (let tries = 0; ; tries++) {
    try {
      act();
      return;
    } catch (error) {
      if (tries >= 500 || !(error instanceof Error && /locked/.test(error.message))) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function inTransaction<T>(database: DatabaseSync, path: string, act: () => T): T {
  try {
    database.exec("BEGIN IMMEDIATE");
    const result = act();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw asStoreError(path, error);
  }
}

/** @throws InvalidFileError, EnvironmentError in place of what the database throws. */
function guarded<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw asStoreError(path, error);
  }
}

function asStoreError(path: string, error: unknown): unknown {
  if (error instanceof InvalidFileError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/not a database/.test(message)) {
    const why = `is not a sample store (${message}). Name another file, or remove this one.`;
    return new InvalidFileError(path, null, why, { cause: error });
  }
  if (
    /malformed|no such (column|table)|has no column|corrupt|disk I\/O|out of range|unsupported file format/.test(
      message,
    )
  ) {
    const why = `is damaged (${message}). Rebuild it from what can be read: ruminate store rebuild ${path}`;
    return new InvalidFileError(path, null, why, { cause: error });
  }
  return new EnvironmentError(
    `The sample store ${path} cannot be used: ${message}. Check that its folder exists and can be written and has room.`,
    { cause: error },
  );
}
