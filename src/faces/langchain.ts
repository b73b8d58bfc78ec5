import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BindToolsInput,
} from "@langchain/core/language_models/chat_models";
import {
  AIMessage,
  AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type UsageMetadata,
} from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import { type Runnable, RunnableLambda } from "@langchain/core/runnables";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { convertMessagesToCompletionsMessageParams } from "@langchain/openai";
import { InvalidOptionError } from "../core/errors.ts";
import type { Question } from "../core/question.ts";
import type { Solution } from "../core/solution.ts";
import type { Strategy } from "../core/strategy.ts";
import { solve } from "../engine/solve.ts";
import { chatModelPolicy, type LangchainOptions } from "../policy/langchain.ts";
import { callFormat, replyFormat } from "../serve/chat/format.ts";
import { progressText } from "../serve/chat/progress.ts";
import { piecesOf } from "../serve/chat/stream.ts";
import { EventQueue } from "../serve/event-queue.ts";
import type { Reply } from "../serve/think.ts";
import { usageOf } from "../serve/usage.ts";
import { solveSetup } from "../setup/setup.ts";
import { readTurns } from "./read-turns.ts";
import { openThinker, type Thinker, type ThinkerAsk, type ThinkerSetup } from "./thinker.ts";

export { langchainPolicy } from "../policy/langchain.ts";

const messageClasses = { AIMessage, HumanMessage, SystemMessage, ToolMessage };

export interface RuminateCallOptions extends BaseChatModelCallOptions {
  readonly tools?: readonly BindToolsInput[];
  readonly response_format?: Readonly<Record<string, unknown>>;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly seed?: number;
}

/**
 * A strategy as a LangChain chat model, for any chain, agent or graph node: the reply is the picked candidate,
 * `usage_metadata` all that was spent, `response_metadata.ruminate` the evidence. Streams show progress as
 * `reasoning_content` and then the picked text.
 *
 * Tools, images and structured output need a policy that takes conversations (openAiPolicy) and a strategy of whole
 * replies.
 */
export class RuminateChatModel extends BaseChatModel<RuminateCallOptions, AIMessageChunk> {
  readonly #thinker: Thinker;
  /** Must the arguments of calls satisfy the schema of their function? */
  protected readonly structured: boolean = false;

  constructor(thinker: Thinker) {
    super({});
    this.#thinker = thinker;
  }

  static override lc_name(): string {
    return "RuminateChatModel";
  }

  override _llmType(): string {
    return "ruminate";
  }

  override _identifyingParams(): Record<string, unknown> {
    const { strategy, setup } = this.#thinker;
    return { model: `${strategy.name}/${setup.policy.id}`, options: setup.options ?? {} };
  }

  override bindTools(
    tools: BindToolsInput[],
    kwargs?: Partial<RuminateCallOptions>,
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, RuminateCallOptions> {
    return this.withConfig({
      tools: tools.map((tool) => convertToOpenAITool(tool)),
      ...kwargs,
    } as Partial<RuminateCallOptions>);
  }

  override async _generate(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const reply = await this.#thinker.reply(this.#askOf(messages, options), { signal: options.signal });
    await runManager?.handleLLMNewToken(reply.content);
    const message = new AIMessageChunk({ content: reply.content, ...this.#rest(reply) });
    return {
      generations: [{ text: reply.content, message, generationInfo: { finish_reason: reply.finish } }],
      llmOutput: { tokenUsage: usageMetadata(reply) },
    };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const events = new EventQueue();
    const leave = new AbortController();
    const signal = options.signal === undefined ? leave.signal : AbortSignal.any([options.signal, leave.signal]);
    const ended = this.#thinker
      .reply(this.#askOf(messages, options), { signal, onEvent: (event) => events.push(event) })
      .finally(() => events.end());
    ended.catch(() => {}); // reported by the await below, or nobody is left to hear it
    try {
      for await (const event of events) {
        const text = progressText(event, this.#thinker.setup.progress ?? "summary");
        if (text !== null) yield chunkOf("", { additional_kwargs: { reasoning_content: text } });
      }
      const reply = await ended;
      for (const { text } of piecesOf(reply)) {
        yield chunkOf(text, {});
        await runManager?.handleLLMNewToken(text);
      }
      yield chunkOf("", this.#rest(reply));
    } finally {
      leave.abort(new Error("the reader of the stream has left"));
    }
  }

  #askOf(messages: BaseMessage[], options: this["ParsedCallOptions"]): ThinkerAsk {
    const wire = convertMessagesToCompletionsMessageParams({ messages });
    const tools = (options.tools ?? []).map((tool) => convertToOpenAITool(tool));
    const { tool_choice: choice, response_format: format } = options;
    return {
      messages: readTurns(JSON.parse(JSON.stringify(wire))),
      stop: options.stop ?? [],
      temperature: options.temperature ?? null,
      maxTokens: options.maxTokens ?? null,
      seed: options.seed ?? null,
      tools: tools.length > 0 && choice !== "none",
      fields: {
        ...(tools.length > 0 && { tools }),
        ...(tools.length > 0 && choice !== undefined && { tool_choice: toolChoice(choice) }),
        ...(format && { response_format: format }),
      },
      format: this.structured ? callFormat(tools[0]?.function.parameters, "schema") : formatOf(format),
    };
  }

  /** All of a message but its text. */
  #rest(reply: Reply) {
    const { strategy, setup } = this.#thinker;
    return {
      tool_call_chunks: reply.toolCalls.map(({ id, name, arguments: args }, index) => ({
        type: "tool_call_chunk" as const,
        index,
        id,
        name,
        args,
      })),
      ...(reply.refusal !== null && { additional_kwargs: { refusal: reply.refusal } }),
      usage_metadata: usageMetadata(reply),
      response_metadata: {
        model_name: `${strategy.name}/${setup.policy.id}`,
        model_provider: "ruminate",
        finish_reason: reply.finish,
        ruminate: reply.evidence,
      },
    };
  }
}

/** One of its replies calls its only function, with arguments that satisfy the schema. */
class StructuredChatModel extends RuminateChatModel {
  protected override readonly structured = true;
}

/** Structured output is checked against its schema, reply by reply: what does not satisfy it is no candidate. */
class CheckingChatModel extends RuminateChatModel {
  readonly #given: Thinker;

  constructor(thinker: Thinker) {
    super(thinker);
    this.#given = thinker;
  }

  override withStructuredOutput(schema: unknown, config?: unknown): Runnable<BaseLanguageModelInput, never> {
    return new StructuredChatModel(this.#given).withStructuredOutput(schema as object, config as object) as Runnable<
      BaseLanguageModelInput,
      never
    >;
  }
}

/**
 * A strategy, by value or by its built-in name, as a LangChain chat model. @throws UnknownNameError,
 * InvalidOptionError.
 */
export function asChatModel(strategy: string | Strategy, setup: ThinkerSetup): RuminateChatModel {
  return new CheckingChatModel(openThinker(strategy, setup));
}

export interface LangchainThinkingOptions extends Omit<ThinkerSetup, "policy"> {
  /** Default "self-consistency". */
  readonly strategy?: string | Strategy;
  /** What the model is as a policy: its price, its calls at a time. */
  readonly model?: LangchainOptions;
}

/**
 * Any LangChain chat model as one that thinks: `thinking(new ChatAnthropic({model}), {options: {n: 8}})`. Tools, images
 * and structured output are passed on. Models that another one stands in for until it is asked (`initChatModel`) are
 * given as `asChatModel("self-consistency", {policy: await langchainPolicy(model)})`.
 *
 * @throws InvalidOptionError for such a model, for one with tools bound to it, and for what is no chat model.
 */
export function thinking(model: BaseChatModel, options: LangchainThinkingOptions = {}): RuminateChatModel {
  const { strategy = "self-consistency", model: settings, ...setup } = options;
  const bound = Object.keys((model as { readonly defaultOptions?: object }).defaultOptions ?? {});
  if (!(model instanceof BaseChatModel) || "_getModelInstance" in model || bound.length > 0) {
    const remedy = "Bind tools and configuration to what comes back, and open other models with langchainPolicy.";
    throw new InvalidOptionError('"model"', `must be a chat model of LangChain with nothing bound to it. ${remedy}`);
  }
  return asChatModel(strategy, { ...setup, policy: chatModelPolicy(model, messageClasses, settings) });
}

/** Whole solves as a LangChain runnable: a question in, a {@link Solution} with all its evidence out. */
export function asRunnable(
  strategy: string | Strategy,
  setup: ThinkerSetup,
): RunnableLambda<string | Question, Solution> {
  const { assembly } = openThinker(strategy, setup);
  const { policy, models, sandbox, maxTokens, seed, logprobs, clock, answer } = setup;
  return RunnableLambda.from<string | Question, Solution>((input, config) => {
    const kind = answer === undefined || answer === "free" ? "math" : answer;
    const question: Question = typeof input === "string" ? { id: "question", text: input, kind } : input;
    const world = { policy, models, sandbox, maxTokens, seed, logprobs, clock, signal: config.signal };
    return solve(question, solveSetup(assembly, world));
  });
}

/** Names are wrapped, everything else is as OpenAI has it. */
function toolChoice(choice: unknown): unknown {
  if (typeof choice !== "string") return choice;
  if (choice === "any") return "required";
  if (choice === "auto" || choice === "none" || choice === "required") return choice;
  return { type: "function", function: { name: choice } };
}

function formatOf(format: Readonly<Record<string, unknown>> | undefined) {
  if (format === undefined) return null;
  const field = { response_format: format };
  if (format.type !== "json_schema")
    return format.type === "json_object" ? replyFormat(field, null, "response_format") : null;
  const { schema = {} } = format.json_schema as { readonly schema?: unknown };
  return replyFormat(field, schema, "response_format.json_schema.schema");
}

function usageMetadata(reply: Reply): UsageMetadata {
  const usage = usageOf([reply]);
  return {
    input_tokens: usage.prompt_tokens,
    output_tokens: usage.completion_tokens,
    total_tokens: usage.total_tokens,
    input_token_details: { cache_read: usage.prompt_tokens_details.cached_tokens },
    output_token_details: { reasoning: usage.completion_tokens_details.reasoning_tokens },
  };
}

const chunkOf = (text: string, more: Partial<ConstructorParameters<typeof AIMessageChunk>[0] & object>) =>
  new ChatGenerationChunk({ text, message: new AIMessageChunk({ content: text, ...more }) });
