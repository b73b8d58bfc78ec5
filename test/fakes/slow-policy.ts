import type { Clock } from "../../src/core/clock.ts";
import type { Policy } from "../../src/core/policy.ts";
import { Random } from "../../src/core/random.ts";

/** How long calls take, in mean 1,000 ms. */
export const latencies = {
  /** σ = 0.5 */
  "log-normal": (random: Random) => 1000 * Math.exp(0.5 * random.normal() - 0.125),
  exponential: (random: Random) => -1000 * Math.log(1 - random.uniform()),
} as const;
export type Latency = keyof typeof latencies;

/** A policy whose calls take time, by their seeds; `busy` is how long all of them took together. */
export function slowPolicy(policy: Policy, clock: Clock, latency: Latency, seed: string | number = 0) {
  let [busy, calls] = [0, 0];
  return {
    figures: () => ({ busy, calls }),
    policy: {
      ...policy,
      sample: async (...[request, options]: Parameters<Policy["sample"]>) => {
        const takes = latencies[latency](new Random(`${seed}/${request.seeds[0]}`));
        await clock.sleep(takes, options?.signal);
        busy += takes;
        calls++;
        return await policy.sample(request, options);
      },
    } satisfies Policy,
  };
}
