import type { Message } from "../../core/policy.ts";
import type { Endpoint } from "./endpoint.ts";
import { asNumber, asRecord, asText, type Fields } from "./fields.ts";
import type { Transport } from "./http.ts";

/** A conversation as the server's own chat template has it, up to where the assistant goes on: a text, or tokens. */
export type Rendered = string | readonly number[];

/** Makes prompts out of conversations by the server's own template and tokenizer. */
export interface Renderer {
  /**
   * With the beginning of the assistant's turn, or with its last turn left open where that is the assistant's. `fields`
   * are those of the request that change the template. Null where the server does not render.
   */
  chat(messages: readonly Message[], fields?: Fields, signal?: AbortSignal): Promise<Rendered | null>;
  /** The tokens of a text and nothing more; null where the server does not say. */
  tokens(text: string, signal?: AbortSignal): Promise<readonly number[] | null>;
  /** The text of tokens; null where the server does not say. */
  text(tokens: readonly number[], signal?: AbortSignal): Promise<string | null>;
}

export interface RenderSettings {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly model: string;
}

const KEPT = 256;

/**
 * Renders by llama.cpp's `/apply-template`, which gives a text, or by vLLM's `/tokenize`, which gives tokens: they are
 * sent as they are, because their text may not be that of the conversation (many tokenizers clean up white space).
 * Conversations that were rendered before are remembered, the latest 256.
 */
export function rendererOf(settings: RenderSettings): Renderer {
  const known = new Map<string, Promise<Rendered | null>>();
  const ask = asker(settings);
  const { model } = settings;
  let applies = true;
  const render = async (turns: readonly Fields[], fields: Fields, signal: AbortSignal | undefined) => {
    const text = applies ? asText((await ask("apply-template", { messages: turns, ...fields }, signal))?.prompt) : null;
    if (text !== null) return text;
    const open = turns.at(-1)?.role === "assistant";
    const flags = { add_generation_prompt: !open, continue_final_message: open };
    const tokens = tokensIn(await ask("tokenize", { model, messages: turns, ...flags, ...fields }, signal));
    applies &&= tokens === null;
    return tokens;
  };
  return {
    chat: (messages, fields = {}, signal) => {
      const turns = messages.map(({ role, content, raw }) => raw ?? { role, content });
      const key = JSON.stringify([turns, fields]);
      const before = known.get(key);
      if (before !== undefined) return before;
      const made = render(turns, fields, signal);
      known.set(key, made);
      made.catch(() => known.delete(key));
      if (known.size > KEPT) known.delete(known.keys().next().value as string);
      return made;
    },
    tokens: async (text, signal) =>
      tokensIn(await ask("tokenize", { model, prompt: text, content: text, add_special_tokens: false }, signal)),
    text: async (tokens, signal) => {
      const reply = await ask("detokenize", { model, tokens }, signal);
      return asText(reply?.prompt) ?? asText(reply?.content);
    },
  };
}

/** A rendered conversation with the text that the assistant has begun with, as it is; null where tokens are not had. */
export async function continuedPrompt(
  renderer: Renderer,
  chat: Rendered,
  begun: string,
  signal?: AbortSignal,
): Promise<Rendered | null> {
  if (typeof chat === "string") return chat + begun;
  const tokens = await renderer.tokens(begun, signal);
  return tokens === null ? null : [...chat, ...tokens];
}

type Ask = (name: string, body: Fields, signal: AbortSignal | undefined) => Promise<Fields | null>;

/** Asks a function that stands beside the version's folder; null where there is none, or it means something else. */
function asker({ endpoint, transport }: RenderSettings): Ask {
  return async (name, body, signal) => {
    const { headers } = endpoint;
    const path = endpoint.rootPathOf(name);
    const reply = await transport.send({ method: "POST", path, headers, body: JSON.stringify(body), signal });
    if (reply.status !== 200) return null;
    try {
      return asRecord(JSON.parse(reply.body));
    } catch {
      return null;
    }
  };
}

function tokensIn(reply: Fields | null): readonly number[] | null {
  const tokens = reply?.tokens;
  return Array.isArray(tokens) && tokens.every((token) => asNumber(token) !== null) ? (tokens as number[]) : null;
}
