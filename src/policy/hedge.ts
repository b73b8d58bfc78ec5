import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import type { Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { usageOf } from "./usage.ts";

/** As files and commands give it. */
export const hedgeOption = z
  .number()
  .gt(0)
  .lt(1)
  .optional()
  .describe(
    "of several servers: calls slower than this share of calls like them go to a second one too; both are billed",
  );

/** Calls of a size whose times are remembered, and how many of them it takes to know what is slow. */
const remembered = 200;
const needed = 20;

/**
 * When a call has taken so long that it is worth asking another server too (Dean and Barroso 2013, "The tail at
 * scale"): longer than the share `percentile` of the last calls that may write as much. Of all calls no more than
 * twice the share that should be slower are ever sent twice, so that servers that all have become slow are not asked
 * for more.
 */
export class Hedging {
  readonly #percentile: number;
  readonly #times = new Map<number, number[]>();
  #calls = 0;
  #hedged = 0;

  /** `percentile`: between 0 and 1, both left out. */
  constructor(percentile: number) {
    this.#percentile = percentile;
  }

  note(request: SampleRequest, ms: number): void {
    const size = sizeOf(request);
    const times = this.#times.get(size) ?? [];
    if (!this.#times.has(size)) this.#times.set(size, times);
    times.push(ms);
    if (times.length > remembered) times.shift();
    this.#calls++;
  }

  /** How long to wait for this call alone; null while too little is known. */
  patienceFor(request: SampleRequest): number | null {
    const times = this.#times.get(sizeOf(request)) ?? [];
    if (times.length < needed) return null;
    const sorted = [...times].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.ceil(this.#percentile * sorted.length))] ?? null;
  }

  /** Counts a second request, where there may be one. */
  take(): boolean {
    if (this.#hedged + 1 > 1 + 2 * (1 - this.#percentile) * this.#calls) return false;
    this.#hedged++;
    return true;
  }
}

/** Calls that may write about as much: the power of two of their tokens. */
const sizeOf = ({ n, maxTokens }: SampleRequest): number => Math.ceil(Math.log2(n * maxTokens));

type Ask = (options: SampleOptions) => Promise<Sample[]>;

/**
 * The reply of `first`, or of `second` where that is there before. `second` is called once `first` has taken `patience`
 * milliseconds, and gives null where there is nobody to ask. The one that lost is broken off; as nobody will say what
 * it cost, the first sample carries a bill for as much as the reply that won (`besides`): both write the same text.
 * @throws what `first` failed with, when both did.
 */
export async function firstOf(
  first: Ask,
  second: () => Ask | null,
  { patience, signal, clock }: { patience: number; signal: AbortSignal | undefined; clock: Clock },
): Promise<Sample[]> {
  const [own, other, waiting] = [new AbortController(), new AbortController(), new AbortController()];
  const linked = ({ signal: ours }: AbortController) => (signal ? AbortSignal.any([signal, ours]) : ours);
  const one = first({ signal: linked(own) });
  const ended = one.then(
    () => "ended" as const,
    () => "ended" as const,
  );
  const slow = clock.sleep(patience, linked(waiting)).then(
    () => "slow" as const,
    () => "ended" as const,
  );
  const state = await Promise.race([ended, slow]);
  waiting.abort();
  const ask = state === "slow" ? second() : null;
  if (ask === null) return one;
  const two = ask({ signal: linked(other) });
  let failed = 0; // what fails says itself what it cost
  for (const call of [one, two]) call.catch(() => failed++);
  try {
    // One that fails leaves the other to be waited for.
    const won = await Promise.any([one, two]);
    return failed > 0 ? won : billedTwice(won);
  } catch {
    return await one;
  } finally {
    own.abort();
    other.abort();
  }
}

function billedTwice(samples: readonly Sample[]): Sample[] {
  const besides = { ...usageOf(samples), estimated: true };
  return samples.map((sample, index) => (index === 0 ? { ...sample, besides } : sample));
}
