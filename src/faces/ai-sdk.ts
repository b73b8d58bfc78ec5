import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4Middleware,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from "@ai-sdk/provider";
import type { Strategy } from "../core/strategy.ts";
import { type AiSdkOptions, aiSdkPolicy } from "../policy/ai-sdk.ts";
import { replyFormat } from "../serve/chat/format.ts";
import { progressText } from "../serve/chat/progress.ts";
import { piecesOf } from "../serve/chat/stream.ts";
import { refused } from "../serve/errors.ts";
import { EventQueue } from "../serve/event-queue.ts";
import { issueOf } from "../serve/issue.ts";
import { type RuminateField, ruminateSchema } from "../serve/settings.ts";
import type { Reply } from "../serve/think.ts";
import { usageOf } from "../serve/usage.ts";
import { messagesOf } from "./ai-sdk/messages.ts";
import { readTurns } from "./read-turns.ts";
import { openThinker, type Thinker, type ThinkerAsk, type ThinkerSetup, thinkerFor } from "./thinker.ts";

export { type AiSdkOptions, aiSdkPolicy } from "../policy/ai-sdk.ts";

/**
 * A provider for the AI SDK (language model interface, version 4): `createRuminate({policy})("self-consistency", {n:
 * 8})` is a model for `generateText`, `streamText` and the rest. The evidence is in `providerMetadata.ruminate`. One
 * call may think otherwise: `providerOptions: {ruminate: {strategy, options, verifiers, budget, …}}`, as requests to
 * the server do.
 */
export function createRuminate(setup: ThinkerSetup) {
  return (strategy: string | Strategy, options?: Readonly<Record<string, unknown>>): LanguageModelV4 =>
    languageModel(openThinker(strategy, options === undefined ? setup : { ...setup, options }), null);
}

export interface ThinkingOptions extends Omit<ThinkerSetup, "policy"> {
  /** Default "self-consistency". */
  readonly strategy?: string | Strategy;
  /** What the model is as a policy: its price, its calls at a time. */
  readonly model?: AiSdkOptions;
}

/** Any language model of the AI SDK as one that thinks: `thinking(openai("gpt-4o-mini"), {options: {n: 8}})`. */
export function thinking(model: LanguageModelV4, options: ThinkingOptions = {}): LanguageModelV4 {
  const { strategy = "self-consistency", model: settings, ...setup } = options;
  const open = (base: Partial<LanguageModelV4CallOptions>) =>
    openThinker(strategy, { ...setup, policy: aiSdkPolicy(model, settings, base) });
  return languageModel(open({}), (call) => open(passedOn(call)));
}

/** What of a call only the model's own provider reads. */
function passedOn({ headers, providerOptions = {} }: LanguageModelV4CallOptions): Partial<LanguageModelV4CallOptions> {
  const { ruminate: _, ...others } = providerOptions;
  return { ...(headers && { headers }), ...(Object.keys(others).length > 0 && { providerOptions: others }) };
}

/** The same as a middleware: `wrapLanguageModel({model, middleware: thinkingMiddleware({options: {n: 8}})})`. */
export function thinkingMiddleware(options: ThinkingOptions = {}): LanguageModelV4Middleware {
  return {
    specificationVersion: "v4",
    wrapGenerate: async ({ model, params }) => await thinking(model, options).doGenerate(params),
    wrapStream: async ({ model, params }) => await thinking(model, options).doStream(params),
  };
}

/** What `providerOptions.ruminate` of a call asks for, and the keys that are not known. */
function askedBy({ providerOptions }: LanguageModelV4CallOptions): { asked: RuminateField; unknown: string[] } {
  const given = providerOptions?.ruminate ?? {};
  const known = Object.entries(given).filter(([key]) => Object.hasOwn(ruminateSchema.shape, key));
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(ruminateSchema.shape, key));
  const parsed = ruminateSchema.safeParse(Object.fromEntries(known));
  if (parsed.success) return { asked: parsed.data, unknown };
  const { path, sentence } = issueOf(parsed.error, given);
  throw refused(`providerOptions.ruminate.${path}`, `"providerOptions.ruminate.${path}" ${sentence}`);
}

const warningsOf = (unknown: readonly string[]): SharedV4Warning[] =>
  unknown.map((key) => ({
    type: "unsupported",
    feature: `providerOptions.ruminate.${key}`,
    details: `Known: ${Object.keys(ruminateSchema.shape).join(", ")}.`,
  }));

/** The SDK's own header, which every call has. */
const usualHeader = "user-agent";

/** Headers are for a provider: where a call is made by a policy there is none that would read them. */
function unreadHeaders({ headers = {} }: LanguageModelV4CallOptions): SharedV4Warning[] {
  const given = Object.entries(headers).some(
    ([name, value]) => value !== undefined && name.toLowerCase() !== usualHeader,
  );
  return given ? [{ type: "unsupported", feature: "headers", details: "Give them to the policy." }] : [];
}

/** `forCall` makes the thinker of one call, where the model behind takes what is passed on; null where it does not. */
function languageModel(
  thinker: Thinker,
  forCall: ((call: LanguageModelV4CallOptions) => Thinker) | null,
): LanguageModelV4 {
  const prepared = (call: LanguageModelV4CallOptions) => {
    const { asked, unknown } = askedBy(call);
    const warnings = [...warningsOf(unknown), ...(forCall === null ? unreadHeaders(call) : [])];
    return { own: thinkerFor(forCall?.(call) ?? thinker, asked), warnings };
  };
  return {
    specificationVersion: "v4",
    provider: "ruminate",
    modelId: `${thinker.strategy.name}/${thinker.setup.policy.id}`,
    supportedUrls: { "image/*": [/^https:\/\/.+$/] }, // passed on, never fetched here
    async doGenerate(options) {
      const { abortSignal: signal } = options;
      const { own, warnings } = prepared(options);
      const reply = await own.reply(askOf(options), { signal });
      return {
        content: contentOf(reply),
        finishReason: finishOf(reply),
        usage: usageFor(reply),
        providerMetadata: metadataOf(reply),
        warnings,
      };
    },
    async doStream(options) {
      const { own, warnings } = prepared(options);
      return { stream: streamOf(own, options, warnings) };
    },
  };
}

function streamOf(
  thinker: Thinker,
  options: LanguageModelV4CallOptions,
  warnings: SharedV4Warning[],
): ReadableStream<LanguageModelV4StreamPart> {
  const ask = askOf(options);
  const leave = new AbortController();
  const { abortSignal } = options;
  const signal = abortSignal === undefined ? leave.signal : AbortSignal.any([abortSignal, leave.signal]);
  const events = new EventQueue();
  const produce = async (send: (part: LanguageModelV4StreamPart) => void) => {
    const ended = thinker.reply(ask, { signal, onEvent: (event) => events.push(event) }).finally(() => events.end());
    ended.catch(() => {}); // reported by the await below
    send({ type: "stream-start", warnings });
    send({ type: "reasoning-start", id: "thought" });
    for await (const event of events) {
      const delta = progressText(event, thinker.setup.progress ?? "summary");
      if (delta !== null) send({ type: "reasoning-delta", id: "thought", delta });
    }
    const reply = await ended;
    send({ type: "reasoning-end", id: "thought" });
    const said = textOf(reply);
    if (said !== "") {
      send({ type: "text-start", id: "reply" });
      for (const { text } of piecesOf({ ...reply, content: said }))
        send({ type: "text-delta", id: "reply", delta: text });
      send({ type: "text-end", id: "reply" });
    }
    for (const part of callsOf(reply)) send(part);
    send({
      type: "finish",
      finishReason: finishOf(reply),
      usage: usageFor(reply),
      providerMetadata: metadataOf(reply),
    });
  };
  return new ReadableStream({
    start(controller) {
      const send = (part: LanguageModelV4StreamPart) => {
        if (!leave.signal.aborted) controller.enqueue(part);
      };
      const close = () => {
        if (!leave.signal.aborted) controller.close();
      };
      produce(send).then(close, (error: unknown) => {
        send({ type: "error", error });
        close();
      });
    },
    cancel() {
      leave.abort(new Error("the reader of the stream has left"));
    },
  });
}

/** What a call asks for. @throws ApiError for settings that no policy here has. */
function askOf(options: LanguageModelV4CallOptions): ThinkerAsk {
  const tools = (options.tools ?? []).map((tool) => {
    if (tool.type !== "function")
      throw refused("tools", "Tools that run on a provider's machines are not offered here.");
    const { name, description, inputSchema, strict } = tool;
    return {
      type: "function",
      function: { name, description, parameters: inputSchema, ...(strict !== undefined && { strict }) },
    };
  });
  const { responseFormat, toolChoice, reasoning } = options;
  const format = formatOf(responseFormat);
  return {
    messages: readTurns(messagesOf(options.prompt)),
    maxTokens: options.maxOutputTokens ?? null,
    temperature: options.temperature ?? null,
    topP: options.topP ?? null,
    stop: options.stopSequences ?? [],
    seed: options.seed ?? null,
    tools: tools.length > 0 && toolChoice?.type !== "none",
    format,
    fields: {
      ...(options.topK !== undefined && { top_k: options.topK }),
      ...(options.presencePenalty !== undefined && { presence_penalty: options.presencePenalty }),
      ...(options.frequencyPenalty !== undefined && { frequency_penalty: options.frequencyPenalty }),
      ...(reasoning !== undefined && reasoning !== "provider-default" && { reasoning_effort: reasoning }),
      ...(tools.length > 0 && { tools }),
      ...(tools.length > 0 && toolChoice && { tool_choice: choiceOf(toolChoice) }),
      ...format?.field,
    },
  };
}

const choiceOf = (choice: NonNullable<LanguageModelV4CallOptions["toolChoice"]>) =>
  choice.type === "tool" ? { type: "function", function: { name: choice.toolName } } : choice.type;

function formatOf(format: LanguageModelV4CallOptions["responseFormat"]) {
  if (format?.type !== "json") return null;
  const { schema, name = "reply", description } = format;
  if (schema === undefined) return replyFormat({ response_format: { type: "json_object" } }, null, "responseFormat");
  const json_schema = { name, schema, strict: true, ...(description !== undefined && { description }) };
  return replyFormat({ response_format: { type: "json_schema", json_schema } }, schema, "responseFormat.schema");
}

function callsOf({ toolCalls }: Reply) {
  return toolCalls.map(({ id, name, arguments: input }) => ({
    type: "tool-call" as const,
    toolCallId: id,
    toolName: name,
    input: input === "" ? "{}" : input,
  }));
}

function contentOf(reply: Reply): LanguageModelV4Content[] {
  const said = textOf(reply);
  return [...(said === "" ? [] : [{ type: "text" as const, text: said }]), ...callsOf(reply)];
}

/** The interface has no part for a refusal in words: it is the text, and the end says that it is none. */
const textOf = ({ content, refusal }: Reply): string => (content === "" ? (refusal ?? "") : content);

const ends = {
  stop: "stop",
  length: "length",
  tool_calls: "tool-calls",
  content_filter: "content-filter",
} as const satisfies Readonly<Record<Reply["finish"], LanguageModelV4FinishReason["unified"]>>;

const finishOf = ({ finish, refusal }: Reply): LanguageModelV4FinishReason =>
  refusal === null ? { unified: ends[finish], raw: finish } : { unified: "content-filter", raw: "refusal" };

function usageFor(reply: Reply): LanguageModelV4Usage {
  const usage = usageOf([reply]);
  const cached = usage.prompt_tokens_details.cached_tokens;
  const reasoning = usage.completion_tokens_details.reasoning_tokens;
  return {
    inputTokens: {
      total: usage.prompt_tokens,
      noCache: usage.prompt_tokens - cached,
      cacheRead: cached,
      cacheWrite: undefined,
    },
    outputTokens: { total: usage.completion_tokens, text: usage.completion_tokens - reasoning, reasoning },
  };
}

/** The evidence as plain JSON. */
const metadataOf = (reply: Reply): SharedV4ProviderMetadata =>
  ({
    ruminate: JSON.parse(JSON.stringify({ ...reply.evidence, usage: usageOf([reply]).ruminate })),
  }) as SharedV4ProviderMetadata;
