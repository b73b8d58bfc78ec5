import type { FinishReason, LineState, TokenLogprob } from "../../core/policy.ts";
import type { Decoder, Look, SamplerSettings } from "./decoder.ts";
import { StateTrack } from "./state-track.ts";
import { type GrowingText, growingText } from "./stop-matcher.ts";

/** Tokens that one character may take before it counts as damaged. */
const longestCharacter = 4;

/** One prompt and the samples wanted of it, as tokens. */
export interface Job {
  readonly prompt: readonly number[];
  /** One a sample. */
  readonly samplers: readonly SamplerSettings[];
  /** At least 1, and what the stream still holds beside the prompt at most. */
  readonly maxTokens: number;
  readonly stop: readonly string[];
  /** Alternatives a token; null asks for no log-probabilities. */
  readonly logprobs: number | null;
  /** Are the hidden states at the ends of lines wanted? */
  readonly states?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onText?: ((index: number, text: string) => void) | undefined;
}

/** What became of one sample. */
export interface Drawn {
  readonly text: string;
  readonly finish: FinishReason;
  readonly stoppedBy?: string;
  /** All that were sampled: those of the stop text and the one that ends the turn too. */
  readonly tokens: number;
  /** Of the tokens that are in the text. */
  readonly logprobs?: readonly TokenLogprob[];
  readonly states?: readonly LineState[];
}

/** One sample as it grows, token by token. */
export interface Draw<Sampler> {
  readonly index: number;
  readonly sampler: Sampler;
  /** Takes the next token. Returns the whole when that was the last. */
  take(token: number, look: Look | null, state: Float32Array | null): Drawn | null;
}

export function newDraw<Sampler>(decoder: Decoder<Sampler>, job: Job, index: number): Draw<Sampler> {
  const settings = job.samplers[index];
  if (settings === undefined) throw new RangeError(`the job has no sample ${index}`);
  const text = growingText(job.stop);
  const logprobs: { readonly start: number; readonly entry: TokenLogprob }[] = [];
  const states = new StateTrack();
  let tokens = 0;
  let unfinished: number[] = [];
  const show = (piece: string) => {
    if (piece !== "") job.onText?.(index, piece);
  };
  const addText = (last: boolean) => {
    const piece = decoder.textOf(unfinished);
    if (!last && piece.endsWith("\uFFFD") && unfinished.length < longestCharacter) return;
    unfinished = [];
    show(text.add(piece));
  };
  const ended = (finish: FinishReason): Drawn => {
    if (unfinished.length > 0) addText(true);
    show(text.rest());
    return {
      text: text.text,
      tokens,
      ...endOf(text, finish),
      ...(job.logprobs !== null && {
        logprobs: logprobs.filter(({ start }) => start < text.text.length).map(({ entry }) => entry),
      }),
      ...(job.states === true && { states: states.lines }),
    };
  };
  return {
    index,
    sampler: decoder.sampler(settings),
    take(token, look, state) {
      tokens++;
      const before = text.text.length;
      if (decoder.endsText(token)) {
        if (state !== null) states.take(state, "", before, true);
        return ended("stop");
      }
      if (look !== null) logprobs.push({ start: text.text.length, entry: entryOf(decoder, token, look, job) });
      unfinished.push(token);
      addText(false);
      const full = tokens >= job.maxTokens;
      if (state !== null) states.take(state, decoder.textOf([token]), before, full || text.stop !== null);
      if (text.stop !== null) return ended("stop");
      return full ? ended("length") : null;
    },
  };
}

function endOf(text: GrowingText, finish: FinishReason): Pick<Drawn, "finish" | "stoppedBy"> {
  return text.stop === null ? { finish } : { finish: "stop", stoppedBy: text.stop };
}

function entryOf<Sampler>(decoder: Decoder<Sampler>, token: number, look: Look, { logprobs }: Job): TokenLogprob {
  const word = (id: number) => decoder.textOf([id]);
  const own = { token: word(token), logprob: look.logprob };
  if (!logprobs) return own;
  return { ...own, top: look.top.map((other) => ({ token: word(other.token), logprob: other.logprob })) };
}
