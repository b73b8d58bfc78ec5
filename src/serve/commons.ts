import type { Spent } from "../core/budget.ts";
import type { Clock } from "../core/clock.ts";
import type { ServeConfig } from "./config.ts";
import { Kept } from "./kept.ts";

type Awaitable<T> = T | Promise<T>;

/** Values by id, each its owner's alone, forgotten after a while. */
export interface Keeper<T> {
  /** Is it kept? Not where the limits leave no room for it. */
  put(id: string, owner: string, value: T): Awaitable<boolean>;
  get(id: string, owner: string): Awaitable<T | undefined>;
  /** Was there one of this owner? */
  delete(id: string, owner: string): Awaitable<boolean>;
}

/** What the processes of one server have in common: in memory where there is one, in Redis where several are. */
export interface Commons {
  /** `kind` keeps ids of one sort apart from those of another. */
  kept<T>(kind: string): Keeper<T>;
  /** Takes one request out of a key's rate, or says how many seconds to wait. */
  turn(key: string, perMinute: number): Awaitable<number | null>;
  /**
   * Says what a key has spent in this process on a day (of the Unix epoch), in all, and learns what it has in all
   * processes together. Saying it twice changes nothing.
   */
  spent(key: string, day: number, here: Spent): Awaitable<Spent>;
  close(): Promise<void>;
}

/** Of one process. */
export function ownCommons({ limits }: Pick<ServeConfig, "limits">, clock: Clock): Commons {
  const rates = new Map<string, { tokens: number; last: number }>();
  return {
    kept: () => new Kept(limits.stored, limits.storedSeconds * 1000, clock),
    turn(key, perMinute) {
      const burst = Math.max(1, perMinute);
      const now = clock.now();
      const { tokens, last } = rates.get(key) ?? { tokens: burst, last: now };
      const there = Math.min(burst, tokens + ((now - last) * perMinute) / 60_000);
      const taken = there >= 1;
      rates.set(key, { tokens: taken ? there - 1 : there, last: now });
      return taken ? null : Math.ceil(((1 - there) * 60) / perMinute);
    },
    spent: (_key, _day, here) => here,
    close: async () => {},
  };
}
