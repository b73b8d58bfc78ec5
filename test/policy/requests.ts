import type { Clock } from "../../src/core/clock.ts";
import type { SampleRequest } from "../../src/core/policy.ts";

/** A request with what a test says and nothing surprising else. */
export function requestOf(own: Partial<SampleRequest> = {}): SampleRequest {
  const n = own.n ?? own.seeds?.length ?? 1;
  return {
    messages: [{ role: "user", content: "What is 2 + 2?" }],
    n,
    seeds: Array.from({ length: n }, (_, index) => 100 + index),
    temperature: 0.8,
    maxTokens: 64,
    purpose: "solve",
    ...own,
  };
}

/** A clock that never waits, and remembers how long it should have. */
export function instantClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  let time = 0;
  return {
    waits,
    now: () => time,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      waits.push(milliseconds);
      time += milliseconds;
    },
  };
}
