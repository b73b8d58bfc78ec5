import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/core/clock.ts";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Time that passes only while nothing else is to be done: sleeping costs none, and durations are exact. */
export class VirtualClock implements Clock {
  #now = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper: Sleeper = { until: this.#now + milliseconds, wake: resolve };
      this.#sleepers.push(sleeper);
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** Does the work, letting time pass until it is done. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    let done = false;
    const result = work().finally(() => {
      done = true;
    });
    result.catch(() => {}); // thrown below
    while (!done) {
      await turn();
      if (!done) this.#wakeNext();
    }
    return await result;
  }

  #wakeNext(): void {
    const [first, ...rest] = this.#sleepers.sort((a, b) => a.until - b.until);
    if (first === undefined) return;
    this.#sleepers = rest;
    this.#now = Math.max(this.#now, first.until);
    first.wake();
  }
}
