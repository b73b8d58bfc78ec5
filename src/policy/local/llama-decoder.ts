import type { AddonContext, AddonSampler, Llama, LlamaModel } from "./addon.ts";
import type { Decoder, Look, Row, SamplerSettings } from "./decoder.ts";
import type { Threads } from "./threads.ts";

/** A sequence with no more cells than this has its attention computed by the one kernel that everything else has too. */
const shortSequence = 255;

export interface LlamaDecoder extends Decoder<AddonSampler> {
  dispose(): Promise<void>;
}

export interface LlamaDecoderOptions {
  readonly streams: number;
  readonly streamTokens: number;
  readonly batchTokens: number;
  readonly threads: Threads;
}

/**
 * llama.cpp as a decoder. Every stream has its own cells (the binary has no unified cache), so a copy copies a whole
 * stream's memory: 12 KB a token for 0.5B, 28 KB for 1.5B.
 *
 * A row's logits are the same bits whatever else is in the batch, because one attention kernel computes them all
 * (measured on x86-64, bit by bit). llama.cpp has two others: one for 64 and more tokens of one sequence, which the
 * scheduler's chunks stay below; and one for a single token of a single sequence of more than 256 cells, which gets a
 * companion here: a token of the neighbouring stream that is forgotten again.
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
    threads: threads.now,
    swaFullCache: true, // A model with sliding windows would forget the prefixes that are to be shared.
  });
  if (!(await context.init())) throw new Error("llama.cpp could not make a context: is there enough memory?");
  const probes = probesOf(AddonSampler, addon);
  const lengths = new Array<number>(streams).fill(0);
  const empty = new Uint32Array(0);
  let looking: Promise<unknown> = Promise.resolve();
  return {
    streams,
    streamTokens,
    batchTokens,
    async copy(from, to) {
      await context.copySequenceStateFromOtherSequence(to, from);
      lengths[to] = lengths[from] ?? 0;
    },
    trim(stream, length) {
      context.removeTokenCellsFromSequence(stream, length, -1);
      lengths[stream] = Math.min(length, lengths[stream] ?? 0);
    },
    async evaluate(rows) {
      const companion = companionOf(rows, lengths);
      const all = companion === null ? rows : [...rows, companion];
      const handles: (number | null)[] = all.map(() => null);
      context.initBatch(all.reduce((sum, row) => sum + row.tokens.length, 0));
      for (const index of inStreamOrder(all)) {
        const { stream, position, tokens, read } = all[index] as Row;
        const wanted = read ? Uint32Array.of(tokens.length - 1) : empty;
        handles[index] = context.addToBatch(stream, position, Uint32Array.from(tokens), wanted)[0] ?? null;
      }
      context.setThreads(threads.now);
      const start = performance.now();
      await context.decodeBatch();
      if (all.every(({ tokens }) => tokens.length === 1)) threads.took(all.length, performance.now() - start);
      for (const { stream, position, tokens } of rows) lengths[stream] = position + tokens.length;
      if (companion !== null) context.removeTokenCellsFromSequence(companion.stream, companion.position, -1);
      return handles.slice(0, rows.length);
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

/** What keeps a single token of a long sequence from being computed by a kernel of its own; null where nothing need. */
function companionOf(rows: readonly Row[], lengths: readonly number[]): Row | null {
  const [row] = rows;
  if (row === undefined || rows.length > 1 || row.tokens.length > 1 || row.position < shortSequence) return null;
  const stream = row.stream === 0 ? 1 : row.stream - 1;
  const position = lengths[stream];
  return position === undefined ? null : { stream, position, tokens: row.tokens, read: false };
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

export type Probes = ReturnType<typeof probesOf>;

/** Samplers that read the distribution as it is: a greedy one for the sum over all tokens, top-k ones for the likeliest. */
export function probesOf(AddonSampler: Llama["_bindings"]["AddonSampler"], addon: LlamaModel["_model"]) {
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
export async function look(
  context: AddonContext,
  probes: Probes,
  handle: number,
  token: number,
  top: number,
): Promise<Look> {
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
