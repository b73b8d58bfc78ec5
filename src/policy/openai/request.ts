import type { Message, SampleRequest } from "../../core/policy.ts";

/**
 * How an assistant turn that has begun is gone on with: `continue` by `continue_final_message` (vLLM, SGLang); `echo`
 * by a final assistant message, which the server goes on with and repeats in its answer (llama.cpp); `trailing` by
 * the same without the repetition (Ollama with most templates); `completions` by rendering the prompt ourselves and
 * sending its text, where the template would not keep the turn as it is; `instructed` by asking in words.
 */
export const prefixModes = ["continue", "echo", "trailing", "completions", "instructed"] as const;
export type PrefixMode = (typeof prefixModes)[number];

/** Sent after the text so far where the server cannot go on with a turn by itself. */
export const continueInstruction =
  "Your last message was cut off. Go on from exactly where it ends. Write only what comes next: do not repeat any of it, do not comment.";

export interface BodySettings {
  readonly model: string;
  readonly prefix: PrefixMode;
  readonly tokenLimitField: "max_tokens" | "max_completion_tokens";
  /** Further fields; null takes a field out. */
  readonly extraBody: Readonly<Record<string, unknown>>;
  readonly stream: boolean;
  /** Stop texts in one request at most; the others are looked for in what comes back. Default: all. */
  readonly stopTexts?: number | null;
  /** Fields that the server refuses. They are left out, unless they are the caller's own. */
  readonly without?: ReadonlySet<string>;
  /** The prompt as a text or as tokens, for `completions`. */
  readonly prompt?: string | readonly number[];
}

/**
 * The body of a request. The seed is the first sample's; a server derives those of the others from it.
 */
export function requestBody(request: SampleRequest, settings: BodySettings): string {
  const { logprobs } = request;
  const begun = (request.prefix ?? "") !== "";
  const stop = request.stop?.slice(0, settings.stopTexts ?? undefined);
  const completes = settings.prompt !== undefined;
  const { fields = {} } = request;
  return JSON.stringify(
    withoutRefused(
      {
        model: settings.model,
        ...(completes
          ? { prompt: settings.prompt }
          : { messages: turnsOf({ ...request, messages: request.messages.map(onTheWire) }, settings.prefix) }),
        temperature: request.temperature,
        [settings.tokenLimitField]: request.maxTokens,
        ...(request.n > 1 && { n: request.n }),
        seed: request.seeds[0],
        top_p: request.topP,
        top_k: request.topK,
        min_p: request.minP,
        ...(stop !== undefined && stop.length > 0 && { stop }),
        ...(logprobs !== undefined && (completes ? { logprobs: Math.max(1, logprobs) } : logprobFields(logprobs))),
        ...(begun && settings.prefix === "continue" && { continue_final_message: true, add_generation_prompt: false }),
        ...thinkingFields(request),
        ...(settings.stream && { stream: true, stream_options: { include_usage: true } }),
        ...fields,
        ...settings.extraBody,
      },
      settings,
      fields,
    ),
  );
}

const logprobFields = (top: number) => ({ logprobs: true, ...(top > 0 && { top_logprobs: top }) });

/** Thinking in the words of OpenAI (`reasoning_effort`), vLLM (`thinking_token_budget`) and templates. */
function thinkingFields({ reasoningEffort, thinkingTokens, thinking }: SampleRequest) {
  return {
    reasoning_effort: reasoningEffort,
    thinking_token_budget: thinkingTokens,
    ...(thinking !== undefined && { chat_template_kwargs: { enable_thinking: thinking } }),
  };
}

/** Those fields of a request that change what the template makes of it. */
export function templateFields(
  request: SampleRequest,
  extraBody: BodySettings["extraBody"],
): Readonly<Record<string, unknown>> {
  const all: Readonly<Record<string, unknown>> = { ...thinkingFields(request), ...extraBody };
  const named = ["chat_template", "chat_template_kwargs"].filter((name) => all[name] != null);
  return Object.fromEntries(named.map((name) => [name, all[name]]));
}

/** What the caller gave is sent even so: it is honoured or refused, never dropped. */
function withoutRefused(
  body: Record<string, unknown>,
  { extraBody, without }: BodySettings,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const refused = (field: string) => without?.has(field) === true && !Object.hasOwn(given, field);
  return Object.fromEntries(Object.entries(body).filter(([field]) => extraBody[field] !== null && !refused(field)));
}

const onTheWire = (message: Message): Message => (message.raw ?? message) as Message;

/** The conversation as it is sent, with the assistant turn that has begun. */
export function turnsOf(
  request: Pick<SampleRequest, "messages" | "prefix">,
  mode: PrefixMode,
): readonly Pick<Message, "role" | "content">[] {
  const { messages, prefix = "" } = request;
  if (prefix === "") return messages;
  const begun: Message = { role: "assistant", content: prefix };
  if (mode !== "instructed") return [...messages, begun];
  return [...messages, begun, { role: "user", content: continueInstruction }];
}
