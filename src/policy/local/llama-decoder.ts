import type { AddonSampler, Llama, LlamaModel } from "./addon.ts";
import type { Decoder, Row, SamplerSettings } from "./decoder.ts";
import { createLooker } from "./looker.ts";
import type { Threads } from "./threads.ts";

/**
 * A sequence with no more cells than this has its attention computed by the one kernel that everything else has too.
 */
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
  const looker = createLooker(AddonSampler, addon);
  const lengths = new Array<number>(streams).fill(0);
  const empty = new Uint32Array(0);
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
    look: (handle, token, top) => looker.look(context, handle, token, top),
    endsText: (token) => addon.isEogToken(token),
    textOf: (tokens) => addon.detokenize(Uint32Array.from(tokens), false),
    async dispose() {
      looker.dispose();
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
