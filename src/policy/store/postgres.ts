import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import { EnvironmentError, InvalidFileError } from "../../core/errors.ts";
import {
  type Lease,
  leaseMs,
  renewed,
  type SampleStore,
  type StoreEntry,
  type StoreOptions,
  warnOfDamage,
} from "./contract.ts";
import { rowOf, type StoredRow, sampleIn } from "./row.ts";

const schemaVersion = 1;

/** All in one transaction, and once: two processes that begin at the same time would make the same table twice. */
const schema = `
  SELECT pg_advisory_xact_lock(hashtext('ruminate'));
  CREATE TABLE IF NOT EXISTS ruminate_store (version INTEGER NOT NULL);
  INSERT INTO ruminate_store SELECT ${schemaVersion} WHERE NOT EXISTS (SELECT FROM ruminate_store);
  CREATE TABLE IF NOT EXISTS ruminate_samples (
    id BIGSERIAL PRIMARY KEY,
    key TEXT NOT NULL,
    max_tokens INTEGER NOT NULL,
    finish TEXT NOT NULL,
    completion_tokens INTEGER NOT NULL,
    sample TEXT NOT NULL,
    UNIQUE (key, max_tokens)
  );
  CREATE UNLOGGED TABLE IF NOT EXISTS ruminate_drawing (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    ends TIMESTAMPTZ NOT NULL
  )`;

const columns = "id, key, max_tokens, finish, completion_tokens, sample";

const lookUp = `
  SELECT asked.place, found.* FROM unnest($1::text[]) WITH ORDINALITY AS asked (key, place)
  CROSS JOIN LATERAL (
    SELECT ${columns} FROM ruminate_samples AS kept
    WHERE kept.key = asked.key AND (max_tokens = $2 OR (finish = 'stop' AND completion_tokens <= $2))
    ORDER BY max_tokens = $2 DESC, id LIMIT 1
  ) AS found`;

const insertion = `
  INSERT INTO ruminate_samples (key, max_tokens, finish, completion_tokens, sample)
  SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::int[], $5::text[])
  ON CONFLICT (key, max_tokens) DO NOTHING RETURNING key, max_tokens`;

const standing = `
  SELECT ${columns} FROM ruminate_samples
  JOIN unnest($1::text[], $2::int[]) AS asked (asked_key, asked_limit)
  ON key = asked_key AND max_tokens = asked_limit`;

/**
 * A lease is a row that ends by itself. Row locks (SKIP LOCKED) would keep a transaction open for as long as a model
 * answers, which poolers cut. Names are taken in one order, so that two processes never wait for each other.
 */
const leasing = `
  INSERT INTO ruminate_drawing (name, holder, ends)
  SELECT name, $2, clock_timestamp() + $3::int * interval '1 millisecond' FROM unnest($1::text[]) AS name ORDER BY name
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, ends = excluded.ends
  WHERE ruminate_drawing.ends < clock_timestamp() RETURNING name`;
const renewal = `
  UPDATE ruminate_drawing SET ends = clock_timestamp() + $3::int * interval '1 millisecond'
  WHERE name = ANY($1) AND holder = $2`;
const freeing = "DELETE FROM ruminate_drawing WHERE name = ANY($1) AND holder = $2";

/**
 * Opens or makes a sample store in a PostgreSQL database: durable, and shared by as many machines as may connect. Its
 * tables are ruminate_samples, ruminate_drawing and ruminate_store.
 *
 * @param address `postgres://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE[?sslmode=verify-full]`.
 * @throws EnvironmentError where the package pg is missing or nothing answers there.
 */
export async function openPostgresStore(address: string, options: StoreOptions = {}): Promise<SampleStore> {
  const path = address.replace(/^(postgres(?:ql)?:\/\/[^:@/]*):[^@/]*@/, "$1:[secret]@").replace(/\?.*$/, "");
  const { Pool: Connections } = await postgres();
  const pool = new Connections({
    connectionString: address,
    max: connections,
    connectionTimeoutMillis: answersWithinMs,
  });
  pool.on("error", () => undefined); // A connection that breaks while it is idle is made again when it is needed.
  const store = new PostgresStore(pool, path, options.onDamaged ?? warnOfDamage);
  try {
    await store.prepare();
  } catch (error) {
    await pool.end();
    throw error;
  }
  return store;
}

const connections = 8;
const answersWithinMs = 10_000;
/** A server that goes away is waited for so long, in all. */
const patienceMs = 120_000;

class PostgresStore implements SampleStore {
  readonly path: string;
  readonly #pool: Pool;
  readonly #onDamaged: (note: string) => void;
  #answered = false;

  constructor(pool: Pool, path: string, onDamaged: (note: string) => void) {
    this.path = path;
    this.#pool = pool;
    this.#onDamaged = onDamaged;
  }

  async prepare(): Promise<void> {
    await this.#query(`BEGIN; ${schema}; COMMIT`);
    const [row] = await this.#query("SELECT version FROM ruminate_store");
    const version = Number(row?.version);
    if (version !== schemaVersion) {
      const why = `is a sample store of version ${version}; this program reads version ${schemaVersion}.`;
      throw new InvalidFileError(this.path, null, why);
    }
    this.#answered = true;
  }

  async count(): Promise<number> {
    const [row] = await this.#query("SELECT count(*) AS count FROM ruminate_samples");
    return Number(row?.count);
  }

  async get(keys: readonly string[], maxTokens: number): Promise<(StoreEntry["sample"] | undefined)[]> {
    const found: (StoreEntry["sample"] | undefined)[] = keys.map(() => undefined);
    if (keys.length === 0) return found;
    const rows = await this.#query(lookUp, [keys, maxTokens]);
    let dropped = 0;
    for (const row of rows) {
      const sample = sampleIn(row as unknown as StoredRow);
      if (sample !== null) found[Number(row.place) - 1] = sample;
      else {
        this.#onDamaged(`A damaged sample of ${this.path} is dropped (row ${row.id}): it is drawn again.`);
        await this.#query("DELETE FROM ruminate_samples WHERE id = $1", [row.id]);
        dropped++;
      }
    }
    return dropped === 0 ? found : await this.get(keys, maxTokens);
  }

  async put(entries: readonly StoreEntry[]) {
    if (entries.length === 0) return [];
    const rows = entries.map(rowOf);
    const column = (place: number) => rows.map((row) => row[place]);
    const made = await this.#query(insertion, [column(0), column(1), column(2), column(3), column(4)]);
    if (made.length === entries.length) return entries.map(({ sample }) => sample);
    const stand = new Map<string, StoreEntry["sample"]>();
    for (const row of await this.#query(standing, [column(0), column(1)])) {
      const sample = sampleIn(row as unknown as StoredRow);
      if (sample !== null) stand.set(`${row.key}/${row.max_tokens}`, sample);
    }
    const own = new Set(made.map(({ key, max_tokens }) => `${key}/${max_tokens}`));
    return entries.map(({ key, maxTokens, sample }) => {
      const name = `${key}/${maxTokens}`;
      return own.delete(name) ? sample : (stand.get(name) ?? sample);
    });
  }

  async *entries(): AsyncIterable<StoreEntry> {
    for (let last = "0"; ; ) {
      const rows = await this.#query(`SELECT ${columns} FROM ruminate_samples WHERE id > $1 ORDER BY id LIMIT 1000`, [
        last,
      ]);
      for (const row of rows) {
        const sample = sampleIn(row as unknown as StoredRow);
        if (sample !== null) yield { key: String(row.key), maxTokens: Number(row.max_tokens), sample };
      }
      const end = rows.at(-1);
      if (end === undefined) return;
      last = String(end.id);
    }
  }

  async lease(names: readonly string[]): Promise<Lease> {
    const holder = randomUUID();
    const rows = await this.#query(leasing, [names, holder, leaseMs]);
    const granted = rows.map(({ name }) => String(name));
    return renewed(
      new Set(granted),
      () => this.#query(renewal, [granted, holder, leaseMs]),
      () => this.#query(freeing, [granted, holder]),
    );
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]> {
    const began = performance.now();
    for (let waitMs = 100; ; waitMs = Math.min(2 * waitMs, 5_000)) {
      try {
        return (await this.#pool.query(text, values)).rows ?? [];
      } catch (error) {
        const late = performance.now() - began > patienceMs;
        if (!this.#answered || late || !isPassing(error)) throw this.#unusable(error);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  #unusable(error: unknown): EnvironmentError {
    const message = (error as Error).message || String((error as { code?: unknown }).code);
    return new EnvironmentError(
      `The sample store ${this.path} cannot be used: ${message}. Check that PostgreSQL answers there, the name of the database, user and password.`,
      { cause: error },
    );
  }
}

/** A server that starts again, or a connection that broke: not a fault of what was asked. */
function isPassing(error: unknown): boolean {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  if (/^(08|57P0[123]|53300|40P01)/.test(code ?? "")) return true;
  return /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT/.test(code ?? "") || /terminated|timeout/i.test(message ?? "");
}

async function postgres(): Promise<Pick<typeof import("pg"), "Pool">> {
  try {
    return (await import("pg")).default;
  } catch (error) {
    throw new EnvironmentError(
      "A sample store in PostgreSQL needs the package pg, which is not installed. Install it with: npm install pg",
      { cause: error },
    );
  }
}
