import type { TokenLogprob } from "../../core/policy.ts";
import type { AddonContext, Llama, LlamaModel } from "./addon.ts";
import { createLooker, type Looker } from "./looker.ts";

/** Tokens of a batch; each asks for its own distribution over the vocabulary. */
const batchTokens = 32;

export interface Reader {
  /**
   * Log-probabilities of tokens[from], tokens[from + 1] …, each given all tokens before it, with the `top` likeliest
   * alternatives. `from` is at least 1; there are at most as many tokens as a stream holds.
   */
  read(tokens: readonly number[], from: number, top: number, signal?: AbortSignal): Promise<TokenLogprob[]>;
  dispose(): Promise<void>;
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
export function createReader(llama: Llama, model: LlamaModel, contextTokens: number, threads: () => number): Reader {
  const { AddonContext, AddonSampler } = llama._bindings;
  let open: Promise<{ context: AddonContext; looker: Looker }> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const start = async () => {
    const settings = { contextSize: contextTokens, sequences: 1, batchSize: batchTokens };
    const context = new AddonContext(model._model, {
      ...settings,
      flashAttention: true,
      threads: threads(),
      swaFullCache: true,
    });
    if (!(await context.init())) throw new Error("llama.cpp could not make a context: is there enough memory?");
    return { context, looker: createLooker(AddonSampler, model._model) };
  };
  let before: Read | null = null;
  const word = (token: number) => model._model.detokenize(Uint32Array.of(token), false);
  const readAll: Reader["read"] = async (tokens, from, top, signal) => {
    open ??= start();
    const { context, looker } = await open;
    context.setThreads(threads());
    const kept = before?.from === from && before.top === top ? before : null;
    const begin = kept === null ? 0 : wholeBatches(kept.tokens, tokens);
    before = null;
    context.removeTokenCellsFromSequence(0, begin, -1);
    const read = kept?.read.slice(0, Math.max(0, begin + 1 - from)) ?? [];
    for (let at = begin; at < tokens.length - 1; at += batchTokens) {
      signal?.throwIfAborted();
      const batch = tokens.slice(at, Math.min(at + batchTokens, tokens.length - 1));
      const wanted = batch.map((_, i) => i).filter((i) => at + i + 1 >= from);
      context.initBatch(batch.length);
      const rows = context.addToBatch(0, at, Uint32Array.from(batch), Uint32Array.from(wanted));
      await context.decodeBatch();
      const looks = wanted.map(async (i, k): Promise<TokenLogprob> => {
        const token = tokens[at + i + 1] ?? 0;
        const seen = await looker.look(context, rows[k] ?? 0, token, top);
        return {
          token: word(token),
          logprob: seen.logprob,
          ...(top > 0 && { top: seen.top.map((other) => ({ token: word(other.token), logprob: other.logprob })) }),
        };
      });
      read.push(...(await Promise.all(looks)));
    }
    before = { tokens, from, top, read };
    return [...read];
  };
  return {
    read(tokens, from, top, signal) {
      const result = last.then(() => readAll(tokens, from, top, signal));
      last = result.catch(() => {});
      return result;
    },
    async dispose() {
      await last;
      const held = await open?.catch(() => undefined);
      held?.looker.dispose();
      await held?.context.dispose();
      open = undefined;
    },
  };
}
