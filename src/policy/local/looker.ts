import { availableParallelism } from "node:os";
import type { AddonContext, AddonSampler, Llama, LlamaModel } from "./addon.ts";
import type { Look } from "./decoder.ts";

type Probes = ReturnType<typeof probesOf>;

/**
 * Samplers that read the distribution as it is: a greedy one for the sum over all tokens, top-k ones for the likeliest.
 */
function probesOf(AddonSampler: Llama["_bindings"]["AddonSampler"], addon: LlamaModel["_model"]) {
  const byCount = new Map<number, AddonSampler>();
  const all = new AddonSampler(addon);
  all.applyConfig({ temperature: 0 });
  return {
    all,
    likeliest(count: number): AddonSampler {
      const known = byCount.get(count);
      if (known !== undefined) return known;
      const made = new AddonSampler(addon);
      made.applyConfig({ temperature: 1, topK: count, topP: 1, minP: 0, seed: 1 });
      byCount.set(count, made);
      return made;
    },
    dispose() {
      for (const sampler of [all, ...byCount.values()]) sampler.dispose();
    },
  };
}

/** Looks at distributions, as many at a time as there are processors. */
export interface Looker {
  look(context: AddonContext, handle: number, token: number, top: number): Promise<Look>;
  dispose(): void;
}

export function createLooker(AddonSampler: Llama["_bindings"]["AddonSampler"], addon: LlamaModel["_model"]): Looker {
  // Probes write into buffers of their own, so what uses the same ones waits for each other.
  const lanes = Array.from({ length: Math.min(4, availableParallelism()) }, () => ({
    probes: probesOf(AddonSampler, addon),
    last: Promise.resolve() as Promise<unknown>,
  }));
  let turn = 0;
  return {
    look(context, handle, token, top) {
      const lane = lanes[turn++ % lanes.length] as (typeof lanes)[number];
      const found = lane.last.then(() => look(context, lane.probes, handle, token, top));
      lane.last = found.catch(() => {});
      return found;
    },
    dispose() {
      for (const { probes } of lanes) probes.dispose();
    },
  };
}

/**
 * log p = logit − max − ln Σ exp(logit − max), over the whole vocabulary. Two passes over the logits in native code and
 * no sorting of them; only what is asked for crosses into JavaScript.
 */
async function look(context: AddonContext, probes: Probes, handle: number, token: number, top: number): Promise<Look> {
  const kept = await context.sampleToken(handle, probes.likeliest(Math.max(1, top)), false, false, true, false);
  const whole = await context.sampleToken(handle, probes.all, false, false, [[token], false, false, false, 0], true);
  const pairs = pairsOf(kept[3] ?? []);
  const highest = pairs[0]?.logit ?? 0;
  const logSum = highest + Math.log(whole[4] ?? 1);
  const own = pairsOf(whole[3] ?? []).find((pair) => pair.token === token)?.logit ?? Number.NEGATIVE_INFINITY;
  return {
    logprob: Math.min(0, own - logSum),
    top: pairs.slice(0, top).map(({ token: id, logit }) => ({ token: id, logprob: Math.min(0, logit - logSum) })),
  };
}

function pairsOf(flat: readonly number[]): { token: number; logit: number }[] {
  const pairs: { token: number; logit: number }[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push({ token: flat[i] ?? 0, logit: flat[i + 1] ?? 0 });
  return pairs;
}
