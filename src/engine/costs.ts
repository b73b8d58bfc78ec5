import type { Grant, Spent } from "../core/budget.ts";
import type { Policy, Sample } from "../core/policy.ts";
import type { Usage } from "../core/usage.ts";
import { arrivedSamples } from "../policy/failed-attempt.ts";
import { usageOf } from "../policy/usage.ts";
import type { PromptLength } from "./prompt-length.ts";

export const nothing: Spent = { tokens: 0, calls: 0, dollars: 0 };

export const sum = (a: Spent, b: Spent): Spent => ({
  tokens: a.tokens + b.tokens,
  calls: a.calls + b.calls,
  dollars: a.dollars + b.dollars,
});

export const less = (a: Spent, b: Spent): Spent => ({
  tokens: a.tokens - b.tokens,
  calls: a.calls - b.calls,
  dollars: a.dollars - b.dollars,
});

/** What one sample costs, whoever asked for it in which request: a call, its completion, and the prompt if it pays. */
export function costOfSample(sample: Sample, policy: Pick<Policy, "price">, paysPrompt: boolean): Usage {
  const promptTokens = paysPrompt ? sample.promptTokens : 0;
  const { completionTokens, thoughtTokens = 0 } = sample;
  return {
    calls: 1,
    promptTokens,
    cachedPromptTokens: 0,
    completionTokens,
    dollars: policy.price?.(promptTokens, completionTokens) ?? sample.dollars,
    ...(thoughtTokens > 0 && { thoughtTokens }),
    ...(sample.estimated && { estimated: true }),
  };
}

/** What a call that was broken off may have been billed: nobody will say, so it is taken for all that it asked for. */
export function unseenBill(policy: Policy, prompt: PromptLength, { n, maxTokens }: Grant): Spent {
  const paid = n * prompt.most();
  return { tokens: paid + n * maxTokens, calls: n, dollars: policy.price?.(paid, n * maxTokens) ?? 0 };
}

/** What a server counted for these samples; what came out of a store cost nothing. */
export function billOf(samples: readonly Sample[], written: number | undefined): Usage {
  const billed = usageOf(samples.filter((sample) => !sample.stored));
  return written === undefined || billed.calls === 0 ? billed : { ...billed, completionTokens: written };
}

/** How long the longest of them took; null where one's time is not known. */
export function timeOf(samples: readonly Sample[]): number | null {
  const times = samples.map(({ serviceMs = null }) => serviceMs);
  return times.includes(null) ? null : Math.max(0, ...times.map(Number));
}

/** The samples under the seeds of the request: a policy that ignores seeds, or reports others, drew them too. */
export function withSeeds(samples: readonly Sample[], seeds: readonly number[]): readonly Sample[] {
  const asked = new Set(seeds);
  if (samples.every(({ seed }) => asked.delete(seed))) return samples;
  return samples.map((sample, i) => ({ ...sample, seed: seeds[i] ?? sample.seed }));
}

/** What a call brought before it failed, under the seeds that it was asked for with. */
export const arrivedOf = (error: unknown, seeds: readonly number[]): readonly Sample[] =>
  arrivedSamples(error).flatMap((sample, i) => (sample === null ? [] : [{ ...sample, seed: seeds[i] ?? sample.seed }]));
