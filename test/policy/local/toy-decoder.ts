import { Random } from "../../../src/core/random.ts";
import type { Decoder, Row, SamplerSettings } from "../../../src/policy/local/decoder.ts";

export const endToken = 0;

interface ToySampler extends SamplerSettings {
  drawn: number;
  released: boolean;
}

export interface ToyDecoder extends Decoder<ToySampler> {
  /** held[s]: the tokens whose keys and values stream `s` holds. */
  readonly held: readonly (readonly number[])[];
  /** The rows of every batch so far. */
  readonly batches: readonly (readonly Row[])[];
  readonly liveSamplers: number;
}

export interface ToyOptions {
  readonly streams?: number;
  readonly streamTokens?: number;
  readonly batchTokens?: number;
  /** Chance of the likeliest token at each position; the rest is shared by five others. Default 0.6. */
  readonly peak?: number;
  /** Chance that the end-of-turn token takes the likeliest token's place. Default 0. */
  readonly end?: number;
  readonly onEvaluate?: (batch: number) => void;
}

/**
 * A language model whose next token depends on everything its stream holds: a wrong copy, a wrong trim or a wrong
 * position changes the texts. It throws where llama.cpp would fail: gaps in positions, full streams, too large a batch.
 * Token t stands for the letter of that number.
 */
export function toyDecoder(options: ToyOptions = {}): ToyDecoder {
  const { streams = 8, streamTokens = 256, batchTokens = 32, peak = 0.6, end = 0 } = options;
  const held: number[][] = Array.from({ length: streams }, () => []);
  const batches: Row[][] = [];
  let live = 0;
  let read: number[][] = [];
  const weights = (history: readonly number[]): readonly (readonly [number, number])[] => {
    const random = new Random(history.join(","));
    const likeliest = random.uniform() < end ? endToken : 1 + random.integer(24);
    const others = Array.from({ length: 5 }, (_, i) => [1 + ((likeliest + 4 + 4 * i) % 24), (1 - peak) / 5] as const);
    return [[likeliest, peak], ...others];
  };
  return {
    streams,
    streamTokens,
    batchTokens,
    held,
    batches,
    get liveSamplers() {
      return live;
    },
    async copy(from, to) {
      if (from === to) throw new Error("copied onto itself");
      held[to] = [...(held[from] ?? [])];
    },
    trim(stream, length) {
      held[stream] = (held[stream] ?? []).slice(0, length);
    },
    async evaluate(rows) {
      if (new Set(rows.map(({ stream }) => stream)).size < rows.length) throw new Error("two rows of one stream");
      const total = rows.reduce((sum, { tokens }) => sum + tokens.length, 0);
      if (total > batchTokens || rows.some(({ tokens }) => tokens.length === 0)) throw new Error("a bad batch");
      options.onEvaluate?.(batches.length);
      batches.push([...rows]);
      await new Promise((resolve) => setImmediate(resolve));
      read = [];
      return rows.map(({ stream, position, tokens, read: wanted }) => {
        const own = held[stream] ?? [];
        if (own.length !== position) throw new Error(`position ${position} of a stream that holds ${own.length}`);
        own.push(...tokens);
        if (own.length > streamTokens) throw new Error("a stream is full");
        return wanted ? read.push([...own]) - 1 : null;
      });
    },
    sampler(settings) {
      live++;
      return { ...settings, drawn: 0, released: false };
    },
    release(sampler) {
      if (sampler.released) throw new Error("released twice");
      sampler.released = true;
      live--;
    },
    async draw(handle, sampler) {
      if (sampler.released) throw new Error("drew from a released sampler");
      const table = weights(read[handle] ?? []);
      if (sampler.temperature === 0) return table[0]?.[0] ?? endToken;
      let rest = new Random(sampler.seed).fork(sampler.drawn++).uniform();
      for (const [token, weight] of table) {
        rest -= weight;
        if (rest < 0) return token;
      }
      return endToken;
    },
    look(handle, token, top) {
      const table = weights(read[handle] ?? []);
      const entries = table.map(([id, weight]) => ({ token: id, logprob: Math.log(weight) }));
      return { logprob: entries.find((entry) => entry.token === token)?.logprob ?? -9, top: entries.slice(0, top) };
    },
    state: (handle) => Float32Array.from((read[handle] ?? []).slice(-2)),
    endsText: (token) => token === endToken,
    textOf: (tokens) => tokens.map((token) => String.fromCharCode(96 + token)).join(""),
  };
}
