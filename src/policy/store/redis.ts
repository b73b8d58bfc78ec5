import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { InvalidOptionError } from "../../core/errors.ts";
import { connectRedis, keyPrefix, shownAddress } from "../redis/connect.ts";
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

const use = { option: "--store", user: "A sample store in Redis", packages: "ioredis", pipelined: true };

const sampleKey = (key: string): string => `${keyPrefix}:sample:${key}`;
const drawingKey = (name: string): string => `${keyPrefix}:drawing:${name}`;

/**
 * The samples of a key are the fields of one hash: the limit names the field, the value begins with the sample's place
 * in the order of arrival. An expiry counts from the last time that a sample was kept or served.
 */
const putScript = `
local there = redis.call('HGET', KEYS[1], ARGV[1])
if not there then
  redis.call('HSET', KEYS[1], ARGV[1], redis.call('HLEN', KEYS[1]) .. ' ' .. ARGV[2])
end
if tonumber(ARGV[3]) > 0 then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return there
`;
const renewScript = `
for i, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('PEXPIRE', key, ARGV[2]) end
end
`;
const freeScript = `
for i, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
`;

/**
 * Opens a sample store in Redis or Valkey: quick, and as durable as that server is. A server that goes away is waited
 * for.
 *
 * @param address as of `connectRedis`; `?expire=SECONDS` forgets samples that were not used for so long.
 * @throws EnvironmentError where nothing answers; InvalidOptionError for an address that is none.
 */
export async function openRedisStore(address: string, options: StoreOptions = {}): Promise<SampleStore> {
  const { server, expire } = partsOf(address);
  const redis = await connectRedis(server, use);
  return new RedisStore(redis, shownAddress(server), expire, options.onDamaged ?? warnOfDamage);
}

function partsOf(address: string): { readonly server: string; readonly expire: number } {
  const [server = "", query = ""] = address.split("?");
  const settings = new URLSearchParams(query);
  const value = settings.get("expire") ?? "0";
  for (const name of settings.keys()) {
    if (name !== "expire")
      throw new InvalidOptionError("--store", `knows "expire" behind the question mark, and not "${name}".`);
  }
  if (!/^\d+$/.test(value))
    throw new InvalidOptionError("--store", `needs expire=SECONDS, a whole number, got "${value}".`);
  return { server, expire: Number(value) };
}

class RedisStore implements SampleStore {
  readonly path: string;
  readonly #redis: Redis;
  readonly #expire: number;
  readonly #onDamaged: (note: string) => void;

  constructor(redis: Redis, path: string, expire: number, onDamaged: (note: string) => void) {
    this.path = path;
    this.#redis = redis;
    this.#expire = expire;
    this.#onDamaged = onDamaged;
  }

  async count(): Promise<number> {
    let count = 0;
    for await (const keys of this.#keys()) {
      const lengths = await Promise.all(keys.map((key) => this.#redis.hlen(key)));
      count += lengths.reduce((sum, length) => sum + length, 0);
    }
    return count;
  }

  async get(keys: readonly string[], maxTokens: number) {
    const found = await Promise.all(keys.map(async (key) => fitting(await this.#read(key), maxTokens)));
    if (this.#expire > 0) {
      const used = keys.filter((_, place) => found[place] !== undefined);
      await Promise.all(used.map((key) => this.#redis.expire(sampleKey(key), this.#expire)));
    }
    return found;
  }

  async put(entries: readonly StoreEntry[]) {
    return await Promise.all(
      entries.map(async (entry) => {
        const [key, maxTokens, , , text] = rowOf(entry);
        const rest = [maxTokens, text, this.#expire];
        const there = await this.#redis.eval(putScript, 1, sampleKey(key), ...rest);
        if (there === null) return entry.sample;
        return rowsOf(key, { [maxTokens]: String(there) })[0]?.sample ?? entry.sample;
      }),
    );
  }

  async *entries(): AsyncIterable<StoreEntry> {
    for await (const keys of this.#keys()) {
      for (const name of keys) {
        const key = name.slice(sampleKey("").length);
        for (const { maxTokens, sample } of await this.#read(key)) {
          if (sample !== null) yield { key, maxTokens, sample };
        }
      }
    }
  }

  async lease(names: readonly string[]): Promise<Lease> {
    const holder = randomUUID();
    const answers = await Promise.all(
      names.map((name) => this.#redis.set(drawingKey(name), holder, "PX", leaseMs, "NX")),
    );
    const granted = names.filter((_, place) => answers[place] === "OK");
    const keys = granted.map(drawingKey);
    const run = (script: string) => this.#redis.eval(script, keys.length, ...keys, holder, leaseMs);
    return renewed(
      new Set(granted),
      () => run(renewScript),
      () => run(freeScript),
    );
  }

  async close(): Promise<void> {
    await this.#redis.quit().catch(() => this.#redis.disconnect());
  }

  /** All samples of a key in the order in which they came; a damaged one is dropped. */
  async #read(key: string): Promise<Row[]> {
    const rows = rowsOf(key, await this.#redis.hgetall(sampleKey(key)));
    const damaged = rows.filter(({ sample }) => sample === null);
    for (const { field } of damaged) {
      this.#onDamaged(`A damaged sample of ${this.path} is dropped (${sampleKey(key)} ${field}): it is drawn again.`);
      await this.#redis.hdel(sampleKey(key), field);
    }
    return rows;
  }

  /** The names of all hashes, some at a time. SCAN may name one twice. */
  async *#keys(): AsyncIterable<string[]> {
    const seen = new Set<string>();
    let cursor = "0";
    do {
      const [next, keys] = await this.#redis.scan(cursor, "MATCH", sampleKey("*"), "COUNT", 1000);
      yield keys.filter((key) => !seen.has(key) && seen.add(key));
      cursor = next;
    } while (cursor !== "0");
  }
}

interface Row {
  readonly field: string;
  readonly maxTokens: number;
  readonly place: number;
  /** Null where it is damaged. */
  readonly sample: StoreEntry["sample"] | null;
}

function rowsOf(key: string, fields: Readonly<Record<string, string>>): Row[] {
  const rows = Object.entries(fields).map(([field, value]) => {
    const space = value.indexOf(" ");
    const maxTokens = Number(field);
    const sample = sampleIn(asRow(key, maxTokens, value.slice(space + 1)));
    return { field, maxTokens, place: Number(value.slice(0, space)), sample };
  });
  return rows.sort((a, b) => a.place - b.place);
}

/** What a file keeps in columns of their own is read from the text. The checksum is what tells of damage. */
function asRow(key: string, maxTokens: number, sample: string): StoredRow {
  return { id: 0, key, max_tokens: maxTokens, finish: undefined, completion_tokens: undefined, sample };
}

function fitting(rows: readonly Row[], maxTokens: number): StoreEntry["sample"] | undefined {
  const whole = rows.flatMap(({ maxTokens, sample }) => (sample === null ? [] : [{ maxTokens, sample }]));
  const exact = whole.find((row) => row.maxTokens === maxTokens);
  const ended = whole.find(({ sample }) => sample.finish === "stop" && sample.completionTokens <= maxTokens);
  return (exact ?? ended)?.sample;
}
