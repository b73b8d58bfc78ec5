import type { Policy, SampleOptions, SampleRequest } from "../core/policy.ts";

/**
 * A policy that is `policy` in all but the functions given. Capabilities are read through, because a server may show
 * only at the first call what it can do. `embed` is replaced only where the policy has one.
 */
export function wrapPolicy(policy: Policy, own: Pick<Policy, "sample" | "embed">): Policy {
  const { countPromptTokens, embed, price, dispose } = policy;
  return {
    get id() {
      return policy.id;
    },
    get capabilities() {
      return policy.capabilities;
    },
    sample: own.sample,
    ...(countPromptTokens && { countPromptTokens: countPromptTokens.bind(policy) }),
    ...(embed && { embed: own.embed ?? embed.bind(policy) }),
    ...(price && { price: price.bind(policy) }),
    ...(dispose && { dispose: dispose.bind(policy) }),
  };
}

/** The part of a request that asks for the samples at `indices`. */
export function requestFor(request: SampleRequest, indices: readonly number[]): SampleRequest {
  const seeds = indices.map((index) => request.seeds[index] as number);
  return { ...request, n: indices.length, seeds };
}

/** Options for a part of a request: its texts are reported under their places in the whole request. */
export function optionsFor(options: SampleOptions | undefined, indices: readonly number[]): SampleOptions {
  const { signal, onText } = options ?? {};
  return {
    signal,
    onText: onText && ((index, text) => onText(indices[index] ?? index, text)),
  };
}
