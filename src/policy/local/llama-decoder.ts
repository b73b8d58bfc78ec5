import type { AddonModel } from "./addon.ts";
import type { Decoder, Row, SamplerSettings } from "./decoder.ts";
import { lookAt } from "./look.ts";
import { later, type NativeModel } from "./native.ts";
import { type NativeContext, openContext, type Run } from "./native-context.ts";
import { inWholeGroups, roundedUp } from "./row-group.ts";
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
  /** Rows are computed in groups of so many: see row-group.ts. */
  readonly rowGroup: number;
  readonly threads: Threads;
}

/**
 * llama.cpp as a decoder. Every stream has its own cells, so a copy copies a whole stream's memory: 12 KB a token for
 * 0.5B, 28 KB for 1.5B.
 *
 * A row's logits are the same bits whatever else is in the batch, because every batch is filled up to whole groups of
 * `rowGroup` rows: a prompt's chunk by further tokens behind it, and single tokens by companions, a token of each
 * neighbouring idle stream. Both are forgotten again. One attention kernel computes all rows. llama.cpp has two others:
 * one for 64 and more tokens of one sequence, which the scheduler's chunks stay below; and one for a single token of a
 * single sequence of more than 256 cells, which gets a companion in any case.
 */
export async function llamaDecoder(
  model: NativeModel,
  vocabulary: AddonModel,
  { streamTokens, batchTokens, rowGroup, threads, ...asked }: LlamaDecoderOptions,
): Promise<LlamaDecoder> {
  const { call } = model.native;
  const streams = roundedUp(asked.streams, rowGroup);
  const settings = { sequences: streams, sequenceTokens: streamTokens, batchTokens, threads: threads.now };
  const context = await openContext(model, settings);
  const lengths = new Array<number>(streams).fill(0);
  const { chunk, singles } = batchesIn(model, context, lengths, rowGroup, threads);
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
      const [row] = rows;
      if (row === undefined) return [];
      if (row.tokens.length === 1) return await singles(rows, states);
      // A chunk that has no room behind it is cut at a group; the few tokens that are left get companions.
      const fits = row.position + roundedUp(row.tokens.length, rowGroup) <= streamTokens;
      const whole = fits ? row.tokens.length : Math.floor(row.tokens.length / rowGroup) * rowGroup;
      const cut = { ...row, tokens: row.tokens.slice(0, whole), read: row.read && fits };
      let handles = whole === 0 ? [null] : await chunk(cut, states);
      for (let i = whole; i < row.tokens.length; i++) {
        const tokens = row.tokens.slice(i, i + 1);
        handles = await singles([{ ...row, position: row.position + i, tokens }], states);
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

/** Batches of whole groups of rows: a chunk of one stream, or a token of each of several. */
function batchesIn(model: NativeModel, context: NativeContext, lengths: number[], rowGroup: number, threads: Threads) {
  const decode = (runs: readonly Run[], states: boolean) =>
    model.inTurn(async () => {
      context.setThreads(threads.now);
      const start = performance.now();
      const outputs = await context.decode(runs, states);
      return { outputs, milliseconds: performance.now() - start };
    });
  const chunk = async (row: Row, states: boolean): Promise<(number | null)[]> => {
    const [outputs] = (await decode([inWholeGroups(runOf(row), rowGroup)], states)).outputs;
    const end = row.position + row.tokens.length;
    context.trim(row.stream, end);
    lengths[row.stream] = end;
    return [(row.read ? outputs?.[0] : null) ?? null];
  };
  const singles = async (rows: readonly Row[], states: boolean): Promise<(number | null)[]> => {
    const companions = companionsOf(rows, lengths, rowGroup);
    const all = [...rows, ...companions];
    const order = inStreamOrder(all);
    const { outputs, milliseconds } = await decode(
      order.map((index) => runOf(all[index] as Row)),
      states,
    );
    threads.took(all.length, milliseconds);
    for (const { stream, position } of rows) lengths[stream] = position + 1;
    for (const { stream, position } of companions) context.trim(stream, position);
    const handles: (number | null)[] = rows.map(() => null);
    for (const [place, index] of order.entries()) {
      if (index < rows.length) handles[index] = outputs[place]?.[0] ?? null;
    }
    return handles;
  };
  return { chunk, singles };
}

const runOf = ({ stream, position, tokens, read }: Row): Run => ({
  ...{ sequence: stream, position, tokens },
  outputs: read ? [tokens.length - 1] : [],
});

/** Rows of the idle streams that are nearest, so that the batch is of whole groups and of more than one long row. */
function companionsOf(rows: readonly Row[], lengths: readonly number[], group: number): Row[] {
  const [row] = rows as readonly [Row, ...Row[]];
  const alone = rows.length === 1 && row.position >= shortSequence;
  const missing = Math.max(alone ? 2 : 0, roundedUp(rows.length, group)) - rows.length;
  const busy = rows.map(({ stream }) => stream);
  const distance = (stream: number) => Math.min(...busy.map((one) => Math.abs(one - stream)));
  return lengths
    .map((_, stream) => stream)
    .filter((stream) => !busy.includes(stream))
    .sort((a, b) => distance(a) - distance(b) || b - a)
    .slice(0, missing)
    .map((stream) => ({ stream, position: lengths[stream] ?? 0, tokens: row.tokens, read: group > 1 }));
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
