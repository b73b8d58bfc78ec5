import type { AddonModel } from "./addon.ts";
import type { Decoder, Row, SamplerSettings } from "./decoder.ts";
import { lookAt } from "./look.ts";
import { later, type NativeModel } from "./native.ts";
import { openContext } from "./native-context.ts";
import type { Threads } from "./threads.ts";

/**
 * A sequence with no more cells than this has its attention computed by the one kernel that everything else has too.
 */
const shortSequence = 255;

/** A chain of samplers in the library's memory. */
type Chain = unknown;

export interface LlamaDecoder extends Decoder<Chain> {
  dispose(): void;
}

export interface LlamaDecoderOptions {
  readonly streams: number;
  readonly streamTokens: number;
  readonly batchTokens: number;
  readonly threads: Threads;
}

/**
 * llama.cpp as a decoder. Every stream has its own cells, so a copy copies a whole stream's memory: 12 KB a token for
 * 0.5B, 28 KB for 1.5B.
 *
 * A row's logits are the same bits whatever else is in the batch where every kernel sums a row in one order, as on
 * x86-64 with AVX2 (measured, bit by bit). With AVX-512 it was seen to fail: of four samples that were drawn together,
 * one was another text than when drawn alone. One attention kernel computes all rows. llama.cpp has two others: one for
 * 64 and more tokens of one sequence, which the scheduler's chunks stay below; and one for a single token of a single
 * sequence of more than 256 cells, which gets a companion here: a token of the neighbouring stream that is forgotten
 * again.
 */
export async function llamaDecoder(
  model: NativeModel,
  vocabulary: AddonModel,
  { streams, streamTokens, batchTokens, threads }: LlamaDecoderOptions,
): Promise<LlamaDecoder> {
  const { call } = model.native;
  const settings = { sequences: streams, sequenceTokens: streamTokens, batchTokens, threads: threads.now };
  const context = await openContext(model, settings);
  const lengths = new Array<number>(streams).fill(0);
  return {
    streams,
    streamTokens,
    batchTokens,
    async copy(from, to) {
      context.trim(to, 0);
      if (lengths[from] !== 0) await context.copy(from, to);
      lengths[to] = lengths[from] ?? 0;
    },
    trim(stream, length) {
      context.trim(stream, length);
      lengths[stream] = Math.min(length, lengths[stream] ?? 0);
    },
    async evaluate(rows, { states = false } = {}) {
      const companion = companionOf(rows, lengths);
      const all = companion === null ? rows : [...rows, companion];
      const order = inStreamOrder(all);
      context.setThreads(threads.now);
      const start = performance.now();
      const runs = order.map((index) => {
        const { stream, position, tokens, read } = all[index] as Row;
        return { sequence: stream, position, tokens, outputs: read ? [tokens.length - 1] : [] };
      });
      const outputs = await context.decode(runs, states);
      if (all.every(({ tokens }) => tokens.length === 1)) threads.took(all.length, performance.now() - start);
      for (const { stream, position, tokens } of rows) lengths[stream] = position + tokens.length;
      if (companion !== null) context.trim(companion.stream, companion.position);
      const handles: (number | null)[] = rows.map(() => null);
      for (const [place, index] of order.entries()) {
        if (index < rows.length) handles[index] = outputs[place]?.[0] ?? null;
      }
      return handles;
    },
    sampler: (settings) => chainOf(model, settings),
    release: (chain) => void call.freeSampler(chain),
    draw: (handle, chain) => later<number>(call.sample, chain, context.pointer, handle),
    look: (handle, token, top) => lookAt(context.logits(handle), token, top),
    state: context.state,
    endsText: (token) => vocabulary.isEogToken(token),
    textOf: (tokens) => vocabulary.detokenize(Uint32Array.from(tokens), false),
    dispose: context.dispose,
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

/** Truncation before temperature, as llama.cpp's own order has it. */
function chainOf({ native, vocabularySize }: NativeModel, settings: SamplerSettings): Chain {
  const { call } = native;
  const { temperature, topK, topP = 1, minP = 0, seed } = settings;
  const chain = call.newChain(call.chainDefaults());
  const add = (sampler: unknown) => void call.addToChain(chain, sampler);
  if (temperature <= 0) {
    add(call.greedy());
    return chain;
  }
  if (topK !== undefined) add(call.topK(topK <= 0 ? vocabularySize : Math.min(topK, vocabularySize)));
  if (topP !== 1) add(call.topP(topP, 1));
  if (minP > 0) add(call.minP(minP, 1));
  add(call.temperature(temperature));
  add(call.distribution(seedBits(seed)));
  return chain;
}

/** 32 bits of a seed that may have up to 53. */
export function seedBits(seed: number): number {
  return (Math.floor(seed / 2 ** 32) ^ seed) >>> 0;
}
