import { EnvironmentError } from "../../core/errors.ts";
import type { Policy, SampleRequest } from "../../core/policy.ts";
import type { SampleStore } from "./contract.ts";
import { sampleKeys } from "./keys.ts";

/** What a replay needs to know of the policy whose samples it serves; any policy will do. */
export type Replayed = Pick<Policy, "id" | "capabilities" | "countPromptTokens" | "price">;

/**
 * A policy that answers from the store and from nothing else.
 * @throws EnvironmentError for a sample that the store does not have.
 */
export function replayPolicy(replayed: Replayed, store: SampleStore): Policy {
  const { id, capabilities, countPromptTokens, price } = replayed;
  return {
    id,
    capabilities: { ...capabilities, embeds: false },
    async sample(request, { signal, onText } = {}) {
      signal?.throwIfAborted();
      const stored = await store.get(sampleKeys(id, request), request.maxTokens);
      return stored.map((sample, index) => {
        if (sample === undefined) throw missing(id, request, index, store);
        onText?.(index, sample.text);
        return { ...sample, stored: true };
      });
    },
    ...(countPromptTokens && { countPromptTokens: countPromptTokens.bind(replayed) }),
    ...(price && { price: price.bind(replayed) }),
  };
}

function missing(id: string, request: SampleRequest, index: number, store: SampleStore): EnvironmentError {
  const prompt = request.messages.at(-1)?.content ?? "";
  const shown = prompt.length > 120 ? `${prompt.slice(0, 120)}…` : prompt;
  return new EnvironmentError(
    `The sample store ${store.path} has no sample of ${id} with seed ${request.seeds[index]} and at most ${request.maxTokens} ` +
      `tokens for "${shown}" (purpose "${request.purpose}"). Run once with the model itself and this store, then replay.`,
  );
}
