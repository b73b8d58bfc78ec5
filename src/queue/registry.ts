import type { Redis } from "ioredis";
import { keyPrefix } from "../policy/redis/connect.ts";
import { spentKey, ticketsKey } from "../policy/redis/redis-book.ts";

/** What a run says of itself to workers. It holds no secret: keys of models are in each worker's own environment. */
export interface RunHeader {
  /** The name of its queue. */
  readonly id: string;
  readonly name: string;
  /** The experiment as JSON, and the hash that its jobs carry: see `experimentHash`. */
  readonly experiment: string;
  readonly hash: string;
  /** Version of ruminate. */
  readonly version: string;
  /** Plug-ins whose code its arms run, and files that its options name, by path, with their hashes. */
  readonly code: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** Ids of its models by their labels. */
  readonly models: Readonly<Record<string, string>>;
  /** What a worker must have to take its jobs. */
  readonly tags: readonly string[];
  readonly trials: number;
}

/**
 * `draining`: nothing new is queued; `cancelled`: what is in work is dropped too; anything else: why the run has to
 * stop.
 */
export type RunState = "running" | "draining" | "cancelled" | `stopped: ${string}`;

/** What a worker says of itself every few seconds. */
export interface WorkerSign {
  readonly id: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly concurrency: number;
  /** Trials in work, and those that it has done. */
  readonly working: number;
  readonly done: number;
  /** Why it does not take part in runs, by their ids. */
  readonly refused: Readonly<Record<string, string>>;
}

/** What a collector says of itself every few seconds. */
export interface CollectorSign {
  readonly id: string;
  readonly done: number;
  readonly total: number;
}

/** Seconds after which one who fell silent counts as gone. */
const silentSeconds = 15;
/** Milliseconds between two signs of life. */
export const signEveryMs = 3_000;

const runsKey = `${keyPrefix}:runs`;
const workersKey = `${keyPrefix}:workers`;
const headerKey = (run: string) => `${keyPrefix}:run:${run}:header`;
const stateKey = (run: string) => `${keyPrefix}:run:${run}:state`;
const collectorKey = (run: string) => `${keyPrefix}:run:${run}:collector`;
const workerKey = (worker: string) => `${keyPrefix}:worker:${worker}`;

/** Runs and workers that share one Redis. */
export class Registry {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async runs(): Promise<string[]> {
    return (await this.#redis.smembers(runsKey)).sort();
  }

  async header(run: string): Promise<RunHeader | null> {
    const text = await this.#redis.get(headerKey(run));
    return text === null ? null : (JSON.parse(text) as RunHeader);
  }

  /** Makes a run known, or known again where Redis lost it. */
  async add(header: RunHeader): Promise<void> {
    await this.#redis.set(headerKey(header.id), JSON.stringify(header));
    await this.#redis.sadd(runsKey, header.id);
  }

  async remove(run: string): Promise<void> {
    await this.#redis.srem(runsKey, run);
    await this.#redis.del(headerKey(run), stateKey(run), collectorKey(run), spentKey(run), ticketsKey(run));
  }

  async state(run: string): Promise<RunState> {
    return ((await this.#redis.get(stateKey(run))) ?? "running") as RunState;
  }

  async setState(run: string, state: RunState): Promise<void> {
    if (state === "running") await this.#redis.del(stateKey(run));
    else await this.#redis.set(stateKey(run), state);
  }

  async signCollector(run: string, sign: CollectorSign): Promise<void> {
    await this.#redis.set(collectorKey(run), JSON.stringify(sign), "EX", silentSeconds);
  }

  /** Null where none is at work. */
  async collector(run: string): Promise<CollectorSign | null> {
    const text = await this.#redis.get(collectorKey(run));
    return text === null ? null : (JSON.parse(text) as CollectorSign);
  }

  async leaveCollector(run: string): Promise<void> {
    await this.#redis.del(collectorKey(run));
  }

  async signWorker(sign: WorkerSign): Promise<void> {
    await this.#redis.set(workerKey(sign.id), JSON.stringify(sign), "EX", silentSeconds);
    await this.#redis.sadd(workersKey, sign.id);
  }

  async leaveWorker(worker: string): Promise<void> {
    await this.#redis.del(workerKey(worker));
    await this.#redis.srem(workersKey, worker);
  }

  /** Those that gave a sign of life lately; the others are forgotten. */
  async workers(): Promise<WorkerSign[]> {
    const ids = (await this.#redis.smembers(workersKey)).sort();
    if (ids.length === 0) return [];
    const texts = await this.#redis.mget(ids.map(workerKey));
    const gone = ids.filter((_, i) => texts[i] === null);
    if (gone.length > 0) await this.#redis.srem(workersKey, ...gone);
    return texts.flatMap((text) => (text === null ? [] : [JSON.parse(text as string) as WorkerSign]));
  }
}
