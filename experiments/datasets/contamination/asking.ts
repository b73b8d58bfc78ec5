import { withoutReasoning } from "../../../src/answer/reasoning.ts";
import type { Policy, Sample } from "../../../src/core/policy.ts";

/** What a probe asks with, and counts. */
export interface ProbeSetup {
  readonly policy: Policy;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export interface ProbeUsage {
  readonly calls: number;
  readonly tokens: number;
  readonly dollars: number;
}

/** One reply to a prompt, greedily; null where the model thought and did not come to answer. */
export async function ask(
  prompt: string,
  maxTokens: number,
  { policy, seed, signal }: ProbeSetup,
): Promise<{ readonly text: string | null; readonly sample: Sample }> {
  const messages = [{ role: "user" as const, content: prompt }];
  const request = { messages, n: 1, seeds: [seed], temperature: 0, maxTokens, purpose: "contamination" };
  const [sample] = await policy.sample(request, { signal });
  if (sample === undefined) throw new Error("A policy gave no sample for a request of one.");
  const text = withoutReasoning(sample.text).trim();
  return { text: sample.thoughtOpen === true || text === "" ? null : text, sample };
}

export const usageOf = (samples: readonly Sample[]): ProbeUsage => ({
  calls: samples.length,
  tokens: samples.reduce((sum, { promptTokens, completionTokens }) => sum + promptTokens + completionTokens, 0),
  dollars: samples.reduce((sum, { dollars }) => sum + dollars, 0),
});

/** As many at a time as the policy takes. */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  parallel: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(parallel, items.length)) }, lane));
  return results;
}
