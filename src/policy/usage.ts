import type { Sample } from "../core/policy.ts";
import { addUsage, noUsage, type Usage } from "../core/usage.ts";

/**
 * What the samples of one request cost: a call per sample, every completion, and the prompt once for those samples
 * that share it and once for each of the others; and what was billed beside them.
 */
export function usageOf(samples: readonly Sample[]): Usage {
  if (samples.length === 0) return noUsage;
  let [promptTokens, cachedPromptTokens, completionTokens, dollars] = [0, 0, 0, 0];
  let shared: Sample | null = null;
  const thoughtTokens = samples.reduce((sum, sample) => sum + (sample.thoughtTokens ?? 0), 0);
  for (const sample of samples) {
    completionTokens += sample.completionTokens;
    dollars += sample.dollars;
    if (sample.sharedPrompt && shared !== null) continue;
    if (sample.sharedPrompt) shared = sample;
    promptTokens += sample.promptTokens;
    cachedPromptTokens += sample.cachedPromptTokens;
  }
  const own: Usage = {
    calls: samples.length,
    promptTokens,
    cachedPromptTokens,
    completionTokens,
    dollars,
    ...(thoughtTokens > 0 && { thoughtTokens }),
    ...(samples.some(({ estimated }) => estimated) && { estimated: true }),
  };
  return samples.reduce((sum, { besides }) => (besides === undefined ? sum : addUsage(sum, besides)), own);
}
