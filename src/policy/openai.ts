import { endpointOf } from "./openai/endpoint.ts";
import { type OpenAiOptions, type OpenAiPolicy, openAiPolicyOver } from "./openai/policy.ts";
import { openTransport } from "./openai/transport.ts";

export type { OpenAiOptions, OpenAiPolicy };

/**
 * A model behind any server that speaks OpenAI's chat completions: vLLM, SGLang, llama.cpp, Ollama, api.openai.com.
 * One call makes one request, for as many samples as the server gives at a time; what it does not give is asked for
 * again. Optional fields that it refuses are left out from then on. It does not retry: see retry.ts.
 */
export function openAiPolicy(options: OpenAiOptions): OpenAiPolicy {
  const { parallel = 16, timeoutMs = 600_000, totalMs } = options;
  const endpoint = endpointOf(options);
  return openAiPolicyOver(options, endpoint, () =>
    openTransport(endpoint.origin, { connections: parallel, timeoutMs, totalMs, tls: options.tls }),
  );
}
