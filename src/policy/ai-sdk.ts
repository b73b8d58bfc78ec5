import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4GenerateResult } from "@ai-sdk/provider";
import { InvalidOptionError } from "../core/errors.ts";
import type { Capabilities, FinishReason, Policy, Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { promptOf } from "./ai-sdk/prompt.ts";
import { failureOfModel } from "./langchain/failure.ts";
import type { Completion } from "./openai/completion.ts";
import { turnsOf } from "./openai/request.ts";
import { dollarsFor, type Prices, samplesOf } from "./openai/samples.ts";
import { sampleSingly } from "./singly.ts";

export interface AiSdkOptions {
  /** Default: made from the provider and the model's name. */
  readonly id?: string;
  /** Calls that pay off in flight at a time. Default 16. */
  readonly parallel?: number;
  readonly contextTokens?: number | null;
  readonly prices?: Prices;
}

/**
 * Any language model of the AI SDK (interface version 4) as a policy. Each sample is a call of its own, since the
 * interface gives one reply; a begun turn is gone on with by instruction. Tools, their calls and results, images, files
 * and reply formats are passed on. What a call brings of provider options, headers and so on can be given with `base`.
 */
export function aiSdkPolicy(
  model: LanguageModelV4,
  options: AiSdkOptions = {},
  base: Partial<LanguageModelV4CallOptions> = {},
): Policy {
  const { parallel = 16, prices, contextTokens = null } = options;
  const id = options.id ?? `${model.provider}/${model.modelId}`;
  const ask = async (request: SampleRequest, { signal, onText }: SampleOptions): Promise<Sample[]> => {
    const result = await model.doGenerate({ ...base, ...callOf(request, id), abortSignal: signal }).then(
      (reply) => reply,
      (error: unknown) => {
        signal?.throwIfAborted();
        throw failureOfModel(id, error);
      },
    );
    const samples = samplesOf(completionOf(result), request, { prefix: "instructed", prices, sharedPrompt: false });
    for (const [index, { text }] of samples.entries()) onText?.(index, text);
    return samples;
  };
  const capabilities: Capabilities = {
    prefix: "instructed",
    logprobs: null,
    sharedPrompt: false,
    seeds: false,
    embeds: false,
    conversations: true,
    contextTokens,
    parallel,
  };
  return {
    id,
    capabilities,
    async sample(request, callerOptions = {}) {
      callerOptions.signal?.throwIfAborted();
      return await sampleSingly(request, callerOptions, ask);
    },
    ...(prices && { price: (prompt, completion) => dollarsFor(prices, prompt, completion) }),
  };
}

/** Fields in OpenAI's words that have a place in a call. */
const mapped = new Set([
  "response_format",
  "tools",
  "tool_choice",
  "presence_penalty",
  "frequency_penalty",
  "top_k",
  "reasoning_effort",
]);

/** @throws InvalidOptionError for a field that the interface has no place for. */
function callOf(request: SampleRequest, id: string): LanguageModelV4CallOptions {
  const { seeds, temperature, maxTokens, topP, topK, stop, fields = {} } = request;
  const other = Object.keys(fields).find((name) => fields[name] != null && !mapped.has(name));
  if (other !== undefined) {
    const place =
      "cannot be passed on: calls of the AI SDK have no place for it. Give it as an option of the provider.";
    throw new InvalidOptionError(`${id}: "${other}"`, place);
  }
  return {
    prompt: promptOf(turnsOf(request, "instructed")),
    maxOutputTokens: maxTokens,
    temperature,
    topP,
    topK: topK ?? numberOf(fields.top_k),
    seed: seeds[0],
    stopSequences: stop === undefined ? undefined : [...stop],
    ...formatOf(fields.response_format),
    ...toolsOf(fields),
    presencePenalty: numberOf(fields.presence_penalty),
    frequencyPenalty: numberOf(fields.frequency_penalty),
    ...reasoningOf(fields.reasoning_effort ?? request.reasoningEffort, id),
  };
}

type Reasoning = NonNullable<LanguageModelV4CallOptions["reasoning"]>;
const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const satisfies readonly Reasoning[];

function reasoningOf(given: unknown, id: string): Partial<LanguageModelV4CallOptions> {
  if (given == null) return {};
  const reasoning = efforts.find((effort) => effort === given);
  if (reasoning !== undefined) return { reasoning };
  throw new InvalidOptionError(`${id}: "reasoning_effort"`, `must be one of ${efforts.join(", ")}.`);
}

const numberOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

interface WireTool {
  readonly function: {
    readonly name: string;
    readonly description?: string;
    readonly parameters?: object;
    readonly strict?: boolean;
  };
}

function toolsOf({
  tools,
  tool_choice: choice,
}: Readonly<Record<string, unknown>>): Partial<LanguageModelV4CallOptions> {
  if (!Array.isArray(tools)) return {};
  const named = (choice as { function?: { name?: string } } | undefined)?.function?.name;
  return {
    tools: (tools as readonly WireTool[]).map(({ function: { name, description, parameters, strict } }) => ({
      type: "function",
      name,
      description,
      inputSchema: parameters ?? { type: "object" },
      ...(strict != null && { strict }),
    })),
    ...(named !== undefined && { toolChoice: { type: "tool", toolName: named } }),
    ...((choice === "auto" || choice === "none" || choice === "required") && { toolChoice: { type: choice } }),
  };
}

function formatOf(format: unknown): Partial<LanguageModelV4CallOptions> {
  const { type, json_schema: given } = (format ?? {}) as {
    readonly type?: string;
    readonly json_schema?: { readonly name?: string; readonly description?: string; readonly schema?: object };
  };
  if (type === "json_object") return { responseFormat: { type: "json" } };
  if (type !== "json_schema" || given === undefined) return {};
  return { responseFormat: { type: "json", ...given } };
}

const ends: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  "tool-calls": "stop",
  length: "length",
  "content-filter": "refused",
};

function completionOf({ content, finishReason, usage }: LanguageModelV4GenerateResult): Completion {
  const textOf = (type: "text" | "reasoning") =>
    content.flatMap((part) => (part.type === type ? [part.text] : [])).join("");
  const toolCalls = content.flatMap((part) =>
    part.type === "tool-call" ? [{ id: part.toolCallId, name: part.toolName, arguments: part.input }] : [],
  );
  const thought = textOf("reasoning");
  const { inputTokens, outputTokens } = usage;
  return {
    choices: [
      {
        text: textOf("text"),
        finish: ends[finishReason.unified] ?? "unknown",
        ...(ends[finishReason.unified] === undefined && { ending: finishReason.raw ?? finishReason.unified }),
        ...(thought !== "" && { thought }),
        ...(toolCalls.length > 0 && { toolCalls }),
      },
    ],
    usage:
      inputTokens.total === undefined || outputTokens.total === undefined
        ? null
        : {
            promptTokens: inputTokens.total,
            cachedPromptTokens: inputTokens.cacheRead ?? 0,
            completionTokens: outputTokens.total,
            thoughtTokens: outputTokens.reasoning,
          },
  };
}
