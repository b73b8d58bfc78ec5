import type { LineState, TokenLogprob } from "../../core/policy.ts";
import type { AddonModel } from "./addon.ts";
import { lookAt } from "./look.ts";
import type { NativeModel } from "./native.ts";
import { type NativeContext, openContext, type Run } from "./native-context.ts";
import { inWholeGroups } from "./row-group.ts";
import { StateTrack } from "./state-track.ts";
import { takingTurns } from "./turns.ts";

/** Tokens of a batch; each asks for its own distribution over the vocabulary. */
const batchTokens = 32;

export interface Reader {
  /**
   * Log-probabilities of tokens[from], tokens[from + 1] …, each given all tokens before it, with the `top` likeliest
   * alternatives. `from` is at least 1; there are at most as many tokens as a stream holds.
   */
  read(tokens: readonly number[], from: number, top: number, signal?: AbortSignal): Promise<TokenLogprob[]>;
  /**
   * The hidden states of the lines that tokens[from], tokens[from + 1] … write, as if they had been drawn and the text
   * ended there. It reads all of them.
   */
  states(tokens: readonly number[], from: number, signal?: AbortSignal): Promise<LineState[]>;
  /** The hidden state after the last of these tokens. */
  last(tokens: readonly number[], signal?: AbortSignal): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export interface ReaderSettings {
  readonly contextTokens: number;
  /** Rows are computed in groups of so many: see row-group.ts. */
  readonly rowGroup: number;
  readonly threads: () => number;
}

/** What was read last: its cells are still in the context. */
interface Read {
  readonly tokens: readonly number[];
  readonly from: number;
  readonly top: number;
  readonly read: TokenLogprob[];
}

/**
 * Tokens of the whole batches that two texts begin with; the token after them is the same too, as the last row
 * foretells it.
 */
function wholeBatches(one: readonly number[], other: readonly number[]): number {
  const end = Math.min(one.length, other.length);
  let shared = 0;
  while (shared < end && one[shared] === other[shared]) shared++;
  return Math.floor(Math.max(0, shared - 1) / batchTokens) * batchTokens;
}

/**
 * Reads a text that is there already, instead of writing one: how likely the model would have found each of its tokens.
 * It has a context of its own, made when first asked for. Texts are read one by one. Of the text before, the whole
 * batches that the next one begins with are not read again, so the prefixes of one solution cost little more than the
 * solution; batches are cut at the same places either way, so what was read before changes no figure.
 */
export function createReader(model: NativeModel, vocabulary: AddonModel, settings: ReaderSettings): Reader {
  const reading = new Reading(model, vocabulary, settings);
  return {
    read: (tokens, from, top, signal) => reading.inTurn(() => reading.logprobs(tokens, from, top, signal)),
    states: (tokens, from, signal) => reading.inTurn(() => reading.states(tokens, from, signal)),
    last: (tokens, signal) => reading.inTurn(() => reading.last(tokens, signal)),
    dispose: () => reading.dispose(),
  };
}

type TakeState = (state: Float32Array, next: number | undefined) => void;

class Reading {
  readonly #model: NativeModel;
  readonly #open: () => Promise<NativeContext>;
  readonly #vocabulary: AddonModel;
  readonly #threads: () => number;
  readonly #rowGroup: number;
  #context: Promise<NativeContext> | undefined;
  /** Texts are read one by one. */
  readonly inTurn = takingTurns();
  #before: Read | null = null;

  constructor(model: NativeModel, vocabulary: AddonModel, { contextTokens, rowGroup, threads }: ReaderSettings) {
    this.#model = model;
    this.#vocabulary = vocabulary;
    this.#threads = threads;
    this.#rowGroup = rowGroup;
    const sequenceTokens = contextTokens + rowGroup;
    this.#open = () => openContext(model, { sequences: 1, sequenceTokens, batchTokens, threads: threads() });
  }

  async logprobs(tokens: readonly number[], from: number, top: number, signal?: AbortSignal): Promise<TokenLogprob[]> {
    const kept = this.#before?.from === from && this.#before.top === top ? this.#before : null;
    const begin = kept === null ? 0 : wholeBatches(kept.tokens, tokens);
    const context = await this.#ready(begin);
    const read = kept?.read.slice(0, Math.max(0, begin + 1 - from)) ?? [];
    for (let at = begin; at < tokens.length - 1; at += batchTokens) {
      signal?.throwIfAborted();
      const batch = tokens.slice(at, Math.min(at + batchTokens, tokens.length - 1));
      const outputs = batch.map((_, i) => i).filter((i) => at + i + 1 >= from);
      const rows = await this.#decode(context, { sequence: 0, position: at, tokens: batch, outputs }, false);
      for (const [k, i] of outputs.entries()) {
        const token = tokens[at + i + 1] ?? 0;
        const seen = lookAt(context.logits(rows[k] ?? 0), token, top);
        const others = seen.top.map((other) => ({ token: this.#word(other.token), logprob: other.logprob }));
        read.push({ token: this.#word(token), logprob: seen.logprob, ...(top > 0 && { top: others }) });
      }
    }
    this.#before = { tokens, from, top, read };
    return [...read];
  }

  async states(tokens: readonly number[], from: number, signal?: AbortSignal): Promise<LineState[]> {
    const track = new StateTrack();
    let characters = 0;
    await this.#eachState(tokens, from, signal, (state, next) => {
      const text = next === undefined ? "" : this.#word(next);
      track.take(state, text, characters, next === undefined);
      characters += text.length;
    });
    return track.lines;
  }

  async last(tokens: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    let last = new Float32Array(0);
    await this.#eachState(tokens, tokens.length, signal, (state) => {
      last = Float32Array.from(state);
    });
    return last;
  }

  async dispose(): Promise<void> {
    await this.inTurn(async () => {});
    const held = await this.#context?.catch(() => undefined);
    held?.dispose();
    this.#context = undefined;
  }

  /** The state after each token from the one before `from` on, with the token that follows it. */
  async #eachState(tokens: readonly number[], from: number, signal: AbortSignal | undefined, take: TakeState) {
    const context = await this.#ready(0);
    for (let at = 0; at < tokens.length; at += batchTokens) {
      signal?.throwIfAborted();
      const batch = tokens.slice(at, at + batchTokens);
      const outputs = batch.map((_, i) => i).filter((i) => at + i + 1 >= from);
      const run = { sequence: 0, position: at, tokens: batch, outputs };
      const rows = await this.#decode(context, run, outputs.length > 0);
      for (const [k, i] of outputs.entries()) take(context.state(rows[k] ?? 0), tokens[at + i + 1]);
    }
  }

  async #decode(context: NativeContext, run: Run, states: boolean): Promise<readonly number[]> {
    const [rows = []] = await this.#model.inTurn(() => {
      context.setThreads(this.#threads());
      return context.decode([inWholeGroups(run, this.#rowGroup)], states);
    });
    context.trim(0, run.position + run.tokens.length);
    return rows;
  }

  /** The context, with the first `keep` tokens of the text before still in it. */
  async #ready(keep: number): Promise<NativeContext> {
    this.#before = null;
    this.#context ??= this.#open();
    const context = await this.#context;
    context.trim(0, keep);
    return context;
  }

  readonly #word = (token: number): string => this.#vocabulary.detokenize(Uint32Array.of(token), false);
}
