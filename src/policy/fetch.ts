import { endpointOf } from "./openai/endpoint.ts";
import { openFetchTransport } from "./openai/fetch-transport.ts";
import { type OpenAiOptions, type OpenAiPolicy, openAiPolicyOver } from "./openai/policy.ts";

/** The same model as by `openAiPolicy` of openai.ts, over the global fetch. A certificate of one's own has no place. */
export function fetchPolicy(options: Omit<OpenAiOptions, "tls">): OpenAiPolicy {
  const { timeoutMs = 600_000, totalMs } = options;
  const endpoint = endpointOf(options);
  return openAiPolicyOver(options, endpoint, () => openFetchTransport(endpoint.origin, { timeoutMs, totalMs }));
}
