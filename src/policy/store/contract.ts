import type { Sample } from "../../core/policy.ts";

export interface StoreEntry {
  readonly key: string;
  readonly maxTokens: number;
  readonly sample: Sample;
}

type Awaitable<T> = T | Promise<T>;

/**
 * Every sample ever paid for, by content. It has three homes: a file (`sqlite.ts`), Redis (`redis.ts`) and PostgreSQL
 * (`postgres.ts`). All of them pass the same tests.
 */
export interface SampleStore {
  /** Where it is, as it may be shown: without a password. */
  readonly path: string;
  /** How many samples there are. */
  count(): Awaitable<number>;
  /**
   * For each key, the sample that an earlier call gave and that a call with this `maxTokens` could have given: the one
   * that was drawn under just this limit, else the first that the model itself ended within it. A sample that its
   * limit cut is never served for another limit.
   */
  get(keys: readonly string[], maxTokens: number): Awaitable<(Sample | undefined)[]>;
  /**
   * Keeps samples, and returns what the store holds for each: where another process was faster its sample stands.
   * A file and PostgreSQL keep all of them or none.
   */
  put(entries: readonly StoreEntry[]): Awaitable<Sample[]>;
  /** All samples; those of one key in the order in which they came. Damaged ones are left out. */
  entries(): AsyncIterable<StoreEntry>;
  /**
   * Where several machines share the store: the sole right to draw samples, so that each is paid for once. A lease is
   * renewed until it is released. That of a process which was killed ends by itself.
   */
  lease?(names: readonly string[]): Promise<Lease>;
  close(): Awaitable<void>;
}

/** Samples are leased by key and limit. */
export const leaseName = (key: string, maxTokens: number): string => `${key}/${maxTokens}`;

export interface Lease {
  /** The names that this process may draw. The others are being drawn elsewhere. */
  readonly granted: ReadonlySet<string>;
  release(): Promise<void>;
}

export interface StoreOptions {
  /** Hears of each sample that is dropped because it is damaged. Default: a warning of the process. */
  readonly onDamaged?: (note: string) => void;
}

export const warnOfDamage = (note: string): void => process.emitWarning(note, "RuminateWarning");

/** After this long without a renewal a lease ends. */
export const leaseMs = 30_000;

/** Renews a lease until it is released. A renewal that fails is tried at the next beat. */
export function renewed(
  granted: ReadonlySet<string>,
  renew: () => Promise<unknown>,
  free: () => Promise<unknown>,
): Lease {
  const timer = setInterval(() => void renew().catch(() => undefined), leaseMs / 3);
  timer.unref();
  return {
    granted,
    async release() {
      clearInterval(timer);
      await free().catch(() => undefined); // It ends by itself.
    },
  };
}
