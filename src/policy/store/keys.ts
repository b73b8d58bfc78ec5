import { hash } from "node:crypto";
import type { SampleRequest } from "../../core/policy.ts";

/**
 * keys[i] names sample i of a request: a SHA-256 over the policy, everything in the request that can change the text,
 * and the seed. How many samples were asked for together and the token limit are no part of it.
 */
export function sampleKeys(policyId: string, request: SampleRequest): string[] {
  const parts = [
    policyId,
    request.messages.map(({ role, content }) => [role, content]),
    request.prefix ?? "",
    request.temperature,
    request.topP ?? null,
    request.topK ?? null,
    request.minP ?? null,
    request.stop ?? [],
    request.logprobs ?? null,
    request.purpose,
  ];
  const { fields, prefixLogprobs, states, prefixStates, reasoningEffort, thinkingTokens, thinking, thoughtInText } =
    request;
  const thought = { reasoningEffort, thinkingTokens, thinking, thoughtInText };
  const settings = Object.values(thought).every((value) => value === undefined) ? [] : [thought];
  const held = states === true || prefixStates === true ? [{ states, prefixStates }] : [];
  const read = [...(prefixLogprobs === undefined ? [] : [prefixLogprobs]), ...settings, ...held];
  const further = [request.messages.map(({ raw }) => raw ?? null), fields ?? {}, ...read];
  const plain = fields === undefined && read.length === 0 && request.messages.every(({ raw }) => raw === undefined);
  const shared = hash("sha256", JSON.stringify(plain ? parts : [...parts, further]), "hex");
  return request.seeds.map((seed) => hash("sha256", `${shared}/${seed}`, "hex"));
}
