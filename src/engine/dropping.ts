import type { Policy, Sample, SampleRequest, TokenLogprob } from "../core/policy.ts";
import { tokensUpTo } from "../core/token-logprobs.ts";

/** Should this unfinished text go on? Called at the end of each paragraph; the verdict depends on the text alone. */
export type Keep = (text: string) => boolean | Promise<boolean>;

/** A text, whole or dropped. */
export interface Watched {
  /** Whole, or cut after the paragraph that was refused; its `completionTokens` then count up to there. */
  readonly sample: Sample;
  /** Tokens that were really written: more than the sample's where the text went on while it was judged. */
  readonly written: number;
}

/** A text that is being written and judged at the same time. */
export interface Watching {
  /** Tokens written, once the text has ended. Never waits for a judgement. */
  readonly written: Promise<number>;
  readonly result: Promise<Watched>;
}

/** Draws one sample and judges it while it is written. */
export type Watch = (
  policy: Policy,
  request: SampleRequest,
  signal: AbortSignal,
  onText?: (index: number, text: string) => void,
) => Watching;

/** What looks at a text as it grows, and refuses it. */
interface Watcher {
  /** Takes the next piece of the text. */
  grow(piece: string, tokens: readonly TokenLogprob[] | undefined): void;
  /** Takes the whole, where the policy brought it. */
  end(sample: Sample): void;
  /** Length of the text at the first refusal; null where all was kept. */
  verdict(): Promise<number | null>;
}

/**
 * Draws one sample and judges it while it grows; as soon as it is refused the stream is aborted. Judgements depend on
 * the text, or on the tokens, alone, and all are waited for. So whether and where a sample is dropped depends neither
 * on how fast it was written nor on streaming: one from the store, or one that ended before its judge, is cut at the
 * same place.
 */
function watched(watcherFor: (refused: () => void) => Watcher): Watch {
  return (policy, request, signal, onText) => {
    const drop = new AbortController();
    const watcher = watcherFor(() => drop.abort(new Error("the text was dropped")));
    let text = "";
    const streamed: TokenLogprob[] = [];
    const call = policy.sample(request, {
      signal: AbortSignal.any([signal, drop.signal]),
      onText: (index, piece, tokens) => {
        onText?.(index, piece);
        text += piece;
        streamed.push(...(tokens ?? []));
        watcher.grow(piece, tokens);
      },
    });
    const ended = call.then(
      ([sample]) => sample ?? null,
      (error: unknown) => {
        if (!drop.signal.aborted || signal.aborted) throw error;
        return null;
      },
    );
    const tokensOf = (part: string) => countTokens(policy, request, part);
    const result = ended.then(async (sample): Promise<Watched> => {
      if (sample !== null) watcher.end(sample);
      const cut = await watcher.verdict();
      const written = sample?.completionTokens ?? tokensOf(text);
      if (cut === null && sample !== null) return { sample, written };
      const kept = (sample?.text ?? text).slice(0, cut ?? undefined);
      const given = sample?.logprobs ?? streamed;
      const logprobs = given.length === 0 ? {} : { logprobs: tokensUpTo(given, kept.length) };
      return { written, sample: { ...droppedSample(policy, request, sample, kept, tokensOf(kept)), ...logprobs } };
    });
    result.catch(() => {}); // whoever awaits it sees the failure
    return { written: ended.then((sample) => sample?.completionTokens ?? tokensOf(text)), result };
  };
}

/** Judges at the end of each paragraph. */
export const keepingText = (keep: Keep): Watch =>
  watched((refused) => {
    const judge = new Judge(keep, refused);
    let text = "";
    return {
      grow: (piece) => {
        text += piece;
        judge.see(text);
      },
      end: (sample) => judge.see(sample.text),
      verdict: () => judge.verdict(),
    };
  });

/** Judges at each token, by the log-probabilities so far. Tokens are looked at once each, in order. */
export const keepingTokens = (keep: (tokens: readonly TokenLogprob[]) => boolean): Watch =>
  watched((refused) => {
    const seen: TokenLogprob[] = [];
    let [length, cut]: [number, number | null] = [0, null];
    const take = (tokens: readonly TokenLogprob[]) => {
      for (const token of tokens) {
        if (cut !== null) return;
        seen.push(token);
        length += token.token.length;
        if (keep(seen)) continue;
        cut = length;
        refused();
      }
    };
    return {
      grow: (_piece, tokens) => take(tokens ?? []),
      end: ({ logprobs = [] }) => take(logprobs.slice(seen.length)),
      verdict: () => Promise.resolve(cut),
    };
  });

/** Judges the text at each paragraph's end once, in order, until it is refused. */
class Judge {
  readonly #keep: Keep;
  readonly #refused: () => void;
  /** The text up to here was looked at: it ends with the last character that is no white space. */
  #seen = 0;
  #cut: number | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(keep: Keep, refused: () => void) {
    this.#keep = keep;
    this.#refused = refused;
  }

  /** Takes the text so far. A paragraph has ended only when something follows it: a whole text is never dropped. */
  see(text: string): void {
    const until = text.trimEnd().length;
    if (until <= this.#seen) return;
    const fresh = text.slice(this.#seen, until);
    const from = this.#seen;
    this.#seen = until;
    for (const { 0: gap, index } of fresh.matchAll(/\s+/g)) {
      if (gap.split("\n").length <= 2) continue;
      const end = from + index + gap.length;
      const prefix = text.slice(0, end);
      this.#work = this.#work.then(async () => {
        if (this.#cut !== null || (await this.#keep(prefix))) return;
        this.#cut = end;
        this.#refused();
      });
      this.#work.catch(() => {});
    }
  }

  /** Length of the text at the first refusal; null where all was kept. @throws what `keep` throws. */
  async verdict(): Promise<number | null> {
    await this.#work;
    return this.#cut;
  }
}

function droppedSample(
  policy: Policy,
  request: SampleRequest,
  whole: Sample | null,
  text: string,
  completionTokens: number,
): Sample {
  const promptTokens = whole?.promptTokens ?? policy.countPromptTokens?.(request) ?? countTokens(policy, request, "");
  return {
    text,
    finish: "length",
    dropped: true,
    seed: request.seeds[0] ?? 0,
    promptTokens,
    cachedPromptTokens: whole?.cachedPromptTokens ?? 0,
    completionTokens,
    sharedPrompt: whole?.sharedPrompt ?? policy.capabilities.sharedPrompt,
    dollars: policy.price?.(promptTokens, completionTokens) ?? 0,
    stored: whole?.stored,
  };
}

/**
 * Exact where the policy counts prompts: the text counts as a begun answer there. Else about four characters a token.
 */
function countTokens(policy: Policy, { messages, prefix = "" }: SampleRequest, text: string): number {
  if (text === "") return 0;
  const count = policy.countPromptTokens?.bind(policy);
  if (count === undefined) return Math.ceil(text.length / 4);
  return Math.max(
    1,
    count({ messages, prefix: prefix + text }) - count(prefix === "" ? { messages } : { messages, prefix }),
  );
}
