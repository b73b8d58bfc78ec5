import PQueue from "p-queue";
import { InvalidOptionError } from "../core/errors.ts";
import type { Policy, SampleRequest } from "../core/policy.ts";
import { sampleSingly } from "./singly.ts";
import { wrapPolicy } from "./wrap.ts";

export interface LimitOptions {
  /** Calls in flight at a time. Default: what the policy says pays off. */
  readonly concurrency?: number;
  /** Waiting calls with a higher priority go first; default 0 for all, which is first come, first served. */
  readonly priority?: (request: SampleRequest) => number;
}

/**
 * Holds back calls beyond `concurrency`. This is the one place that does, so strategies say `Promise.all`. Where
 * samples do not share a prompt each of them is a call of its own and takes a place of its own. A call that is
 * aborted while it waits leaves the queue at once.
 */
export function limit(policy: Policy, options: LimitOptions = {}): Policy {
  const concurrency = options.concurrency ?? policy.capabilities.parallel;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new InvalidOptionError('limit: "concurrency"', `must be an integer of at least 1, got ${concurrency}.`);
  }
  const queue = new PQueue({ concurrency });
  const enqueue = <T>(task: () => Promise<T>, priority: number, signal: AbortSignal | undefined): Promise<T> =>
    queue.add<T>(task as () => Promise<Awaited<T>>, { priority, signal });
  return wrapPolicy(policy, {
    sample: (request, callOptions) => {
      const priority = options.priority?.(request) ?? 0;
      if (request.n === 1 || policy.capabilities.sharedPrompt) {
        return enqueue(() => policy.sample(request, callOptions), priority, callOptions?.signal);
      }
      return sampleSingly(request, callOptions, (single, singleOptions) =>
        enqueue(() => policy.sample(single, singleOptions), priority, singleOptions.signal),
      );
    },
    embed: (texts, callOptions) => {
      const embed = policy.embed?.bind(policy);
      if (embed === undefined) throw new TypeError(`${policy.id} does not embed`);
      return enqueue(() => embed(texts, callOptions), 0, callOptions?.signal);
    },
  });
}
