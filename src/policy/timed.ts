import { type Clock, systemClock } from "../core/clock.ts";
import type { Policy } from "../core/policy.ts";
import { wrapPolicy } from "./wrap.ts";

/** Notes on every sample how long its request took. Put next to the model, below all that waits. */
export function timed(policy: Policy, clock: Clock = systemClock): Policy {
  return wrapPolicy(policy, {
    sample: async (request, options) => {
      const sent = clock.now();
      const samples = await policy.sample(request, options);
      const serviceMs = Math.round(clock.now() - sent);
      return samples.map((sample) => ({ ...sample, serviceMs }));
    },
  });
}
