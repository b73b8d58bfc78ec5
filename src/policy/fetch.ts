import { openFetchTransport } from "./openai/fetch-transport.ts";
import { type OpenAiOptions, type OpenAiPolicy, openAiPolicyOver } from "./openai/policy.ts";

/** The same model as by `openAiPolicy` of openai.ts, over the global fetch. A certificate of one's own has no place. */
export const fetchPolicy = (options: Omit<OpenAiOptions, "tls">): OpenAiPolicy =>
  openAiPolicyOver(openFetchTransport, options);
