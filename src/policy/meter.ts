import { type Clock, systemClock } from "../core/clock.ts";
import type { Policy, Purpose, Sample } from "../core/policy.ts";
import type { Usage } from "../core/usage.ts";
import { arrivedSamples } from "./failed-attempt.ts";
import { usageOf } from "./usage.ts";
import { wrapPolicy } from "./wrap.ts";

/** One call that was really made. */
export interface CallRecord {
  readonly policy: string;
  readonly purpose: Purpose;
  /** How many samples were asked for. */
  readonly asked: number;
  /** What was really spent: all of it when the call succeeded, what is known of it when it failed. */
  readonly usage: Usage;
  readonly milliseconds: number;
  /** Null when the call succeeded. */
  readonly error: unknown;
}

/**
 * Reports every call that passes. Put inside retry and store it sees each attempt and only what really reaches
 * the model; put outside it sees what the caller sees.
 */
export function meter(policy: Policy, onCall: (record: CallRecord) => void, clock: Clock = systemClock): Policy {
  return wrapPolicy(policy, {
    sample: async (request, options) => {
      const started = clock.now();
      const report = (samples: readonly Sample[], error: unknown) =>
        onCall({
          policy: policy.id,
          purpose: request.purpose,
          asked: request.n,
          usage: usageOf(samples),
          milliseconds: clock.now() - started,
          error,
        });
      let samples: Sample[];
      try {
        samples = await policy.sample(request, options);
      } catch (error) {
        report(
          arrivedSamples(error).filter((sample) => sample !== null),
          error,
        );
        throw error;
      }
      report(samples, null);
      return samples;
    },
  });
}
