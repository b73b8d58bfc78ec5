import { createHash, timingSafeEqual } from "node:crypto";
import { BudgetScope, type Spent } from "../core/budget.ts";
import { EnvironmentError } from "../core/errors.ts";
import type { Commons } from "./commons.ts";
import type { KeyConfig } from "./config.ts";
import { ApiError } from "./errors.ts";
import { dayOf, type TimeOfDay } from "./time-of-day.ts";

/** One who may ask, with what has been used up so far. */
export interface Caller {
  readonly name: string;
  readonly config: Partial<KeyConfig>;
  /** All of a day's requests draw on this. It counts what upstreams bill. */
  today(): BudgetScope;
  /** The budget of one more request, inside that of the day. */
  oneRequest(): BudgetScope;
  /** Takes one request out of the rate, or says how many seconds to wait. */
  takeTurn(): number | null | Promise<number | null>;
  /** Lets other processes know what was spent here today, and counts here what they have spent. Safe to repeat. */
  shareSpending(): Promise<void>;
  /** Requests of this caller that wait or are in work. */
  active: number;
  /** Bytes of this caller's bodies that are held while they are read. */
  reading: number;
}

export interface KeyRing {
  /** @throws ApiError 401 when the header carries no known key. */
  callerOf(authorization: string | null): Caller;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/**
 * The keys of a configuration. Only hashes are kept, and all are compared in constant time. Without keys everybody is
 * one caller.
 * @throws EnvironmentError when a key's environment variable is not set.
 */
export function openKeyRing(
  keys: readonly KeyConfig[],
  env: Readonly<Record<string, string | undefined>>,
  time: TimeOfDay,
  commons: Commons,
): KeyRing {
  const known = keys.map((config) => ({
    hash: hashOf(config, env),
    caller: callerFor(config.name, config, time, commons),
  }));
  const anyone = callerFor("anyone", {}, time, commons);
  return {
    callerOf(authorization) {
      if (known.length === 0) return anyone;
      const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
      if (given === undefined)
        throw unauthorized("You did not provide an API key. Send it as `Authorization: Bearer KEY`.");
      const hash = digest(given);
      let found: Caller | null = null;
      for (const key of known) if (timingSafeEqual(key.hash, hash)) found = key.caller;
      if (found === null) throw unauthorized("The API key is not known here.");
      return found;
    },
  };
}

const unauthorized = (message: string) => new ApiError({ status: 401, code: "invalid_api_key", message });

function hashOf(config: KeyConfig, env: Readonly<Record<string, string | undefined>>): Buffer {
  if (config.sha256 !== undefined) return Buffer.from(config.sha256, "hex");
  const key = env[config.env ?? ""]?.trim();
  if (key) return digest(key);
  throw new EnvironmentError(
    `The key "${config.name}" is read from ${config.env}, which is not set. Set it, or give sha256.`,
  );
}

function callerFor(name: string, config: Partial<KeyConfig>, time: TimeOfDay, commons: Commons): Caller {
  let day = Number.NaN;
  const { seconds: _seconds, ...ofOne } = config.budget ?? {};
  let scope: BudgetScope | null = null;
  /** Of today: what is counted here of other processes. */
  let elsewhere = nothing;
  const today = () => {
    const now = dayOf(time);
    if (scope === null || now !== day) {
      day = now;
      scope = new BudgetScope(`key ${name}, today`, config.perDay ?? {}, null, "billed");
      elsewhere = nothing;
    }
    return scope;
  };
  const perMinute = config.requestsPerMinute ?? Infinity;
  const share = async () => {
    const scope = today();
    const of = day;
    const here = minus(scope.spent, elsewhere);
    const all = await commons.spent(name, of, here);
    if (of !== day) return;
    const others = most(minus(all, here), elsewhere);
    scope.spend(minus(others, elsewhere));
    elsewhere = others;
  };
  let sharing = Promise.resolve();
  return {
    name,
    config,
    active: 0,
    reading: 0,
    today,
    oneRequest: () => new BudgetScope(`key ${name}, one request`, ofOne, today(), "billed"),
    takeTurn: () => (perMinute === Infinity ? null : commons.turn(name, perMinute)),
    shareSpending() {
      if (config.perDay === undefined) return Promise.resolve();
      // One after another: each counts on what the one before it learnt.
      const mine = sharing.then(share);
      sharing = mine.catch(() => {});
      return mine;
    },
  };
}

const nothing: Spent = { tokens: 0, calls: 0, dollars: 0 };

const plus = (a: Spent, b: Spent): Spent => ({
  tokens: a.tokens + b.tokens,
  calls: a.calls + b.calls,
  dollars: a.dollars + b.dollars,
});

/** What others have spent does not become less, though a store may forget. */
const most = (a: Spent, b: Spent): Spent => ({
  tokens: Math.max(a.tokens, b.tokens),
  calls: Math.max(a.calls, b.calls),
  dollars: Math.max(a.dollars, b.dollars),
});

const minus = (a: Spent, { tokens, calls, dollars }: Spent): Spent =>
  plus(a, { tokens: -tokens, calls: -calls, dollars: -dollars });
