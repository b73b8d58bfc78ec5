import type { Message, Policy, Sample, SampleRequest } from "../../../src/core/policy.ts";

/** A plain solving request. */
export function requestFor(text: string, over: Partial<SampleRequest> = {}): SampleRequest {
  const messages: readonly Message[] = [
    { role: "system", content: "Please reason step by step." },
    { role: "user", content: text },
  ];
  return { messages, n: 1, seeds: [1], temperature: 1, maxTokens: 2_000, purpose: "solve", ...over };
}

/** The one sample of a request. */
export async function sampleOne(policy: Policy, request: SampleRequest): Promise<Sample> {
  const [sample] = await policy.sample(request);
  if (sample === undefined) throw new Error("no sample");
  return sample;
}

/** Seeds from `first`. */
export const seedsFrom = (first: number, n: number): number[] => Array.from({ length: n }, (_, i) => first + i);

/** The boxed number, or null. */
export function boxed(text: string): number | null {
  const found = /\\boxed\{(-?\d+)\}/.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}
