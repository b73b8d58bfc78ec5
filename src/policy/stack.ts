import type { Clock } from "../core/clock.ts";
import type { Policy } from "../core/policy.ts";
import type { Random } from "../core/random.ts";
import { limit } from "./limit.ts";
import { type CallRecord, meter } from "./meter.ts";
import type { RateBook } from "./rates/limits.ts";
import { rated } from "./rates/rated.ts";
import { type RetryOptions, retry } from "./retry.ts";
import type { SampleStore } from "./store/contract.ts";
import { type StoredOptions, storedPolicy } from "./store/stored.ts";
import { timed } from "./timed.ts";
import { wrapPolicy } from "./wrap.ts";

export interface StackOptions extends StoredOptions {
  readonly store?: SampleStore;
  readonly concurrency?: number;
  /** Hears of every attempt that was really made. */
  readonly onCall?: (record: CallRecord) => void;
  /** Holds each attempt back until there is leave for it. */
  readonly book?: RateBook;
  readonly retry?: RetryOptions;
  readonly clock?: Clock;
  readonly random?: Random;
}

/**
 * The wrappers in the one order that makes sense:
 *
 *     caller → store → limit → retry → rated → meter → timed → model
 *
 * The time that a sample took is that of its own attempt. The meter sees each attempt, a call keeps its place in the
 * limit while it waits for its next attempt (which relieves a server that asks for mercy), and what the store serves
 * waits for nobody.
 */
export function stackPolicy(policy: Policy, options: StackOptions = {}): Policy {
  const { store, concurrency, onCall, onFresh, clock, random } = options;
  const seeded = withSeedsAsked(timed(policy, clock));
  const metered = onCall === undefined ? seeded : meter(seeded, onCall, clock);
  const held = options.book === undefined ? metered : rated(metered, options.book);
  const retried = retry(held, { clock, random, ...options.retry });
  const limited = limit(retried, { concurrency });
  return store === undefined ? limited : storedPolicy(limited, store, { onFresh });
}

/**
 * A model that names another seed than it was asked for, or none, has answered all the same: order says which is which.
 */
function withSeedsAsked(policy: Policy): Policy {
  return wrapPolicy(policy, {
    sample: async (request, options) => {
      const samples = await policy.sample(request, options);
      return samples.map((sample, index) => {
        const seed = request.seeds[index] ?? sample.seed;
        return sample.seed === seed ? sample : { ...sample, seed };
      });
    },
  });
}
