import type { AddonContext, AddonSampler, Llama, LlamaModel } from "./addon.ts";
import type { Decoder, Look, Row, SamplerSettings } from "./decoder.ts";

const ggmlTypes = { f32: 0, f16: 1 };

export interface LlamaDecoder extends Decoder<AddonSampler> {
  dispose(): Promise<void>;
}

export interface LlamaDecoderOptions {
  readonly streams: number;
  readonly streamTokens: number;
  readonly batchTokens: number;
  readonly threads: number;
}

/**
 * llama.cpp as a decoder. Every stream has its own cells (the binary has no unified cache), so a copy copies a whole
 * stream's memory: 18 KB a token for 0.5B, 43 KB for 1.5B.
 *
 * Keys are kept as F16 and values as F32: with two types llama.cpp leaves out its tiled and its split attention and
 * computes each row by itself, so that a row's logits are the same bits whatever else is in the batch. What is left to
 * keep for that are rows of fewer than 64 tokens (see the scheduler's chunks). Measured on x86-64.
 */
export async function llamaDecoder(
  llama: Llama,
  model: LlamaModel,
  { streams, streamTokens, batchTokens, threads }: LlamaDecoderOptions,
): Promise<LlamaDecoder> {
  const { AddonContext, AddonSampler } = llama._bindings;
  const addon = model._model;
  const context = new AddonContext(addon, {
    contextSize: streams * streamTokens,
    sequences: streams,
    batchSize: batchTokens,
    flashAttention: true,
    threads,
    kvCacheKeyType: ggmlTypes.f16,
    kvCacheValueType: ggmlTypes.f32,
    swaFullCache: true, // A model with sliding windows would forget the prefixes that are to be shared.
  });
  if (!(await context.init())) throw new Error("llama.cpp could not make a context: is there enough memory?");
  const probes = probesOf(AddonSampler, addon);
  const empty = new Uint32Array(0);
  let looking: Promise<unknown> = Promise.resolve();
  return {
    streams,
    streamTokens,
    batchTokens,
    async copy(from, to) {
      await context.copySequenceStateFromOtherSequence(to, from);
    },
    trim(stream, length) {
      context.removeTokenCellsFromSequence(stream, length, -1);
    },
    async evaluate(rows) {
      const handles: (number | null)[] = rows.map(() => null);
      context.initBatch(rows.reduce((sum, row) => sum + row.tokens.length, 0));
      for (const index of inStreamOrder(rows)) {
        const { stream, position, tokens, read } = rows[index] as Row;
        const wanted = read ? Uint32Array.of(tokens.length - 1) : empty;
        handles[index] = context.addToBatch(stream, position, Uint32Array.from(tokens), wanted)[0] ?? null;
      }
      await context.decodeBatch();
      return handles;
    },
    sampler(settings) {
      const sampler = new AddonSampler(addon);
      sampler.applyConfig(configOf(settings));
      return sampler;
    },
    release: (sampler) => sampler.dispose(),
    draw: (handle, sampler) => context.sampleToken(handle, sampler),
    look(handle, token, top) {
      // One after another: the probes write into buffers of their own.
      const found = looking.then(() => look(context, probes, handle, token, top));
      looking = found.catch(() => {});
      return found;
    },
    endsText: (token) => addon.isEogToken(token),
    textOf: (tokens) => addon.detokenize(Uint32Array.from(tokens), false),
    async dispose() {
      probes.dispose();
      await context.dispose();
    },
  };
}

/** Streams beside each other are evaluated together, but only when the batch names them in rising order. */
function inStreamOrder(rows: readonly Row[]): number[] {
  return rows.map((_, index) => index).sort((a, b) => (rows[a]?.stream ?? 0) - (rows[b]?.stream ?? 0));
}

/** The addon tells an absent setting from one that is undefined. */
function configOf({ temperature, topK, topP, minP, seed }: SamplerSettings) {
  if (temperature <= 0) return { temperature: 0 };
  return {
    temperature,
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
    ...(minP !== undefined && { minP }),
    seed: seedBits(seed),
  };
}

/** 32 bits of a seed that may have up to 53. */
export function seedBits(seed: number): number {
  return (Math.floor(seed / 2 ** 32) ^ seed) >>> 0;
}

type Probes = ReturnType<typeof probesOf>;

/** Samplers that read the distribution as it is: a greedy one for the sum over all tokens, top-k ones for the likeliest. */
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
