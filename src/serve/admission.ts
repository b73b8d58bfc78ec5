import type { Clock } from "../core/clock.ts";
import { ApiError } from "./errors.ts";
import type { Caller } from "./keys.ts";

export interface AdmissionLimits {
  readonly concurrency: number;
  readonly queue: number;
  readonly queueSeconds: number;
}

interface Waiting {
  readonly priority: number;
  readonly admit: () => void;
}

/**
 * Who may work now, who waits, who is sent away. At most `concurrency` requests work; up to `queue` wait, higher
 * priority first and within one priority in the order they came; all others learn when to come back.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #clock: Clock;
  readonly #shared: boolean;
  readonly #queue: Waiting[] = [];
  #working = 0;
  #closed = false;

  /** `shared`: other processes spend too. */
  constructor(limits: AdmissionLimits, clock: Clock, shared = false) {
    this.#shared = shared;
    this.#limits = limits;
    this.#clock = clock;
  }

  get working(): number {
    return this.#working;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** No one is admitted from now on; those who wait already still are. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Could a request of this caller be let in now? To be asked before its body is read.
   * @throws ApiError 429 with Retry-After, 503 while shutting down.
   */
  check({ active, config: { concurrency = Infinity } }: Caller): void {
    if (this.#closed)
      throw new ApiError({ status: 503, retryAfterSeconds: 5, message: "The server is shutting down." });
    if (active < concurrency) return;
    throw tooMany(1, `This key may have ${concurrency} requests at a time. Wait for one to end.`);
  }

  /**
   * Resolves, when the caller may work, to what must be called once when the work is over.
   * @throws ApiError 429 with Retry-After, 503 while shutting down; the signal's reason.
   */
  async enter(caller: Caller, signal: AbortSignal): Promise<() => void> {
    this.check(caller);
    const { priority = 0 } = caller.config;
    const turn = caller.takeTurn();
    const wait = turn instanceof Promise ? await turn : turn;
    if (wait !== null) {
      throw tooMany(wait, `This key may make ${caller.config.requestsPerMinute} requests a minute. Wait ${wait} s.`);
    }
    if (this.#shared) await caller.shareSpending();
    this.check(caller); // Others came in meanwhile.
    caller.active++;
    try {
      if (this.#working < this.#limits.concurrency) this.#working++;
      else await this.#stand(priority, signal);
    } catch (error) {
      caller.active--;
      throw error;
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      caller.active--;
      this.#passOn();
      if (this.#shared) void caller.shareSpending().catch(() => {}); // Else with the next request.
    };
  }

  /** A place goes from hand to hand, or comes free. */
  #passOn(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#working--;
    else next.admit();
  }

  async #stand(priority: number, signal: AbortSignal): Promise<void> {
    const { queue, queueSeconds } = this.#limits;
    if (this.#queue.length >= queue)
      throw tooMany(2, "The server is busy and its queue is full. Try again in a moment.");
    const patience = new AbortController();
    let waiting: Waiting | undefined;
    const admitted = new Promise<"admitted">((resolve) => {
      waiting = { priority, admit: () => resolve("admitted") };
      const at = this.#queue.findIndex((other) => other.priority < priority);
      this.#queue.splice(at < 0 ? this.#queue.length : at, 0, waiting);
    });
    const tired = this.#clock.sleep(queueSeconds * 1000, AbortSignal.any([signal, patience.signal]));
    try {
      const outcome = await Promise.race([admitted, tired.then(() => "tired" as const)]);
      if (outcome === "tired")
        throw tooMany(5, "The server is busy: no place came free in time. Try again in a moment.");
    } catch (error) {
      const place = waiting === undefined ? -1 : this.#queue.indexOf(waiting);
      if (place >= 0) this.#queue.splice(place, 1);
      else this.#passOn(); // a place was handed over in the moment of leaving
      throw error;
    } finally {
      patience.abort(new Error("no longer waiting"));
      tired.catch(() => {});
    }
  }
}

export const tooMany = (retryAfterSeconds: number, message: string) =>
  new ApiError({ status: 429, code: "rate_limit_exceeded", retryAfterSeconds, message });
