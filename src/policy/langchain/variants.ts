import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { lookup } from "../../core/lookup.ts";
import type { SampleRequest } from "../../core/policy.ts";

/** How a provider's class names what a sample request sets. */
interface Dialect {
  readonly maxTokens: string;
  /** A constructor field for the seed; "call" where it is an option of each call; null where there is none. */
  readonly seed: string | null;
  readonly topK: string | null;
}

const openAiDialect: Dialect = { maxTokens: "maxTokens", seed: "call", topK: null };

/** Classes that ignore sampling settings given with a call: a model is made for each set of settings instead. */
const dialects: Readonly<Record<string, Dialect>> = lookup({
  ChatAnthropic: { maxTokens: "maxTokens", seed: null, topK: "topK" },
  ChatBedrockConverse: { maxTokens: "maxTokens", seed: null, topK: null },
  ChatCohere: { maxTokens: "maxTokens", seed: "call", topK: null },
  ChatGoogle: { maxTokens: "maxOutputTokens", seed: "seed", topK: "topK" },
  ChatGoogleGenerativeAI: { maxTokens: "maxOutputTokens", seed: null, topK: "topK" },
  ChatVertexAI: { maxTokens: "maxOutputTokens", seed: "seed", topK: "topK" },
  ChatGroq: { maxTokens: "maxTokens", seed: "call", topK: null },
  ChatMistralAI: { maxTokens: "maxTokens", seed: "randomSeed", topK: null },
  ChatOllama: { maxTokens: "numPredict", seed: "seed", topK: "topK" },
  ChatCerebras: { maxTokens: "maxCompletionTokens", seed: "seed", topK: null },
});

/** What is known of a model from its class. */
export interface ModelTraits {
  readonly dialect: Dialect | null;
  /** Of the OpenAI family: `n` in one request, log-probabilities, further fields of the body. */
  readonly openAi: boolean;
}

export function traitsOf(model: BaseChatModel): ModelTraits {
  const openAi = "modelKwargs" in model && "topLogprobs" in model && "n" in model;
  return { openAi, dialect: openAi ? openAiDialect : (dialects[model.getName()] ?? null) };
}

/**
 * The model with the settings of `request`: a new one of the same class where the class reads them in its
 * constructor, else the model itself. (A class that nothing is known of gets them with the call, see callOptions.)
 */
export function variantOf(model: BaseChatModel, traits: ModelTraits, request: SampleRequest): BaseChatModel {
  const { dialect } = traits;
  if (dialect === null) return model;
  const own = ("fields" in model && typeof model.fields === "object" ? model.fields : null) ?? model.lc_kwargs;
  const { maxCompletionTokens: _, ...given } = own as Record<string, unknown>;
  const Model = model.constructor as new (fields: Record<string, unknown>) => BaseChatModel;
  return new Model({
    ...given,
    temperature: request.temperature,
    [dialect.maxTokens]: request.maxTokens,
    ...(request.topP !== undefined && { topP: request.topP }),
    ...(request.topK !== undefined && dialect.topK !== null && { [dialect.topK]: request.topK }),
    ...(dialect.seed !== null && dialect.seed !== "call" && { [dialect.seed]: request.seeds[0] }),
    ...(traits.openAi && openAiFields(given, request)),
    maxRetries: 0,
    streaming: false,
  });
}

function openAiFields(given: Record<string, unknown>, request: SampleRequest): Record<string, unknown> {
  const { topK, minP, logprobs } = request;
  return {
    n: request.n,
    modelKwargs: {
      ...(given.modelKwargs as Record<string, unknown> | undefined),
      ...(topK !== undefined && { top_k: topK }),
      ...(minP !== undefined && { min_p: minP }),
    },
    ...(logprobs !== undefined && { logprobs: true, ...(logprobs > 0 && { topLogprobs: logprobs }) }),
  };
}

/**
 * What goes with the call. A class of the user's own gets every setting here: its `_generate` finds them in its
 * options.
 */
export function callOptions(traits: ModelTraits, request: SampleRequest): Record<string, unknown> {
  const { stop, seeds, temperature, maxTokens, topP, topK, minP, logprobs } = request;
  const common = {
    ...(stop !== undefined && stop.length > 0 && { stop: [...stop] }),
    ...((traits.dialect === null || traits.dialect.seed === "call") && { seed: seeds[0] }),
  };
  return traits.dialect === null ? { ...common, temperature, maxTokens, topP, topK, minP, logprobs } : common;
}

/** Settings that need a model of their own, as a key. */
export function variantKey(traits: ModelTraits, request: SampleRequest): string {
  const { temperature, maxTokens, topP, topK, minP, logprobs, n } = request;
  const seed = traits.dialect?.seed === "call" ? null : request.seeds[0];
  return JSON.stringify([temperature, maxTokens, topP, topK, minP, logprobs, n, seed]);
}
