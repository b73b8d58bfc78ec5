/**
 * A model that holds the evaluated tokens of several streams: the seam between scheduling and llama.cpp, and what
 * the scheduler's tests put a toy in place of.
 */
export interface Decoder<Sampler> {
  /**
   * How many streams there are, at least 2; each holds up to `streamTokens` tokens, and is never filled to the last.
   */
  readonly streams: number;
  readonly streamTokens: number;
  /** Tokens that one batch takes at most. */
  readonly batchTokens: number;
  /** Makes `to` hold what `from` holds. Takes place before the next batch is evaluated. */
  copy(from: number, to: number): Promise<void>;
  /** Forgets what a stream holds from position `length` on. */
  trim(stream: number, length: number): void;
  /**
   * Evaluates rows of several streams in one batch, at most one row a stream. handles[i] reads the distribution after
   * the last token of rows[i], until the next batch; null where `rows[i].read` is false. With `states`, hidden states
   * can be read too.
   */
  evaluate(rows: readonly Row[], options?: { readonly states?: boolean }): Promise<readonly (number | null)[]>;
  sampler(settings: SamplerSettings): Sampler;
  release(sampler: Sampler): void;
  draw(handle: number, sampler: Sampler): Promise<number>;
  /** Log-probabilities of `token` and of the `top` likeliest tokens, before temperature and truncation. */
  look(handle: number, token: number, top: number): Look;
  /**
   * The hidden state that the distribution was read from: what the last layer holds after the last token. Only of a
   * batch that was evaluated with `states`.
   */
  state(handle: number): Float32Array;
  endsText(token: number): boolean;
  /** The text of tokens that follow others. Ends in U+FFFD while a character is unfinished. */
  textOf(tokens: readonly number[]): string;
}

export interface Row {
  readonly stream: number;
  /** Position of the first token in its stream. */
  readonly position: number;
  readonly tokens: readonly number[];
  readonly read: boolean;
}

export interface SamplerSettings {
  /** 0 takes the likeliest token. */
  readonly temperature: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly seed: number;
}

export interface Look {
  readonly logprob: number;
  /** Likeliest first. */
  readonly top: readonly { readonly token: number; readonly logprob: number }[];
}
