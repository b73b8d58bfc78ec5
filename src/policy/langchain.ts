import { hash, randomUUID } from "node:crypto";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { EnvironmentError } from "../core/errors.ts";
import type { Capabilities, Policy, Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { beforeAbort } from "./abort.ts";
import { failureOfModel } from "./langchain/failure.ts";
import { fieldOptions } from "./langchain/fields.ts";
import { type MessageClasses, messagesOf } from "./langchain/messages.ts";
import { completionOf } from "./langchain/result.ts";
import { callOptions, traitsOf, variantKey, variantOf } from "./langchain/variants.ts";
import { failureInside } from "./openai/failure.ts";
import { SilenceError } from "./openai/http.ts";
import { isCredential } from "./openai/identity.ts";
import { turnsOf } from "./openai/request.ts";
import { SaidError } from "./openai/said-error.ts";
import { dollarsFor, type Prices, samplesOf } from "./openai/samples.ts";
import { sampleSingly } from "./singly.ts";

export interface LangchainOptions {
  /** Default: made from the class, the model's name and its settings. */
  readonly id?: string;
  /** Calls that pay off in flight at a time. Default 16. */
  readonly parallel?: number;
  /** The longest a call may take. Default ten minutes. */
  readonly timeoutMs?: number;
  readonly contextTokens?: number | null;
  readonly prices?: Prices;
}

/** Models with other settings that are kept ready; made again beyond that. */
const variantsKept = 100;

/**
 * Any LangChain chat model: an instance, or a name that LangChain knows how to make one from ("openai:gpt-4o-mini",
 * "anthropic:claude-sonnet-4-5"). Retries, caching and streaming of LangChain's own stay off: see retry.ts. Several
 * samples come from one request where the class can (the OpenAI family), else each from its own. A begun turn is gone
 * on with by instruction. Classes that are not known here get temperature, seed, token limit and so on as call
 * options, and may ignore them.
 * @throws EnvironmentError when a name cannot be made into a model: its package or its key is missing.
 */
export async function langchainPolicy(model: BaseChatModel | string, options: LangchainOptions = {}): Promise<Policy> {
  const base = typeof model === "string" ? await modelByName(model) : await unwrapped(model);
  const id = options.id ?? idOf(base, typeof model === "string" ? model : undefined);
  return chatModelPolicy(base, await import("@langchain/core/messages"), { ...options, id });
}

/** The same for a model that is there, where LangChain's messages are loaded already. */
export function chatModelPolicy(base: BaseChatModel, classes: MessageClasses, options: LangchainOptions = {}): Policy {
  const traits = traitsOf(base);
  const { parallel = 16, timeoutMs = 600_000, prices } = options;
  const id = options.id ?? idOf(base, undefined);
  const variants = new Map<string, BaseChatModel>();
  let several = traits.openAi;

  const modelFor = (request: SampleRequest): BaseChatModel => {
    const key = variantKey(traits, request);
    const variant = variants.get(key) ?? variantOf(base, traits, request);
    if (variants.size >= variantsKept) variants.clear();
    variants.set(key, variant);
    return variant;
  };

  const ask = async (request: SampleRequest, { signal, onText }: SampleOptions): Promise<Sample[]> => {
    const turns = messagesOf(turnsOf(request, "instructed"), classes);
    const call = (inner: AbortSignal) =>
      modelFor(request).generate([turns], {
        ...callOptions(traits, request),
        ...fieldOptions(base, traits, request.fields),
        signal: inner,
        callbacks: [],
      });
    const completion = await withinTime(call, signal, timeoutMs)
      .then(completionOf)
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error instanceof SaidError ? failureInside(id, error, (text) => text) : failureOfModel(id, error);
      });
    if (completion.choices.length === 0) throw failureOfModel(id, new SyntaxError("the reply holds no text"));
    const samples = samplesOf(completion, request, { prefix: "instructed", prices, sharedPrompt: several });
    for (const [index, { text }] of samples.entries()) onText?.(index, text);
    return samples;
  };

  return {
    id,
    get capabilities(): Capabilities {
      return {
        prefix: "instructed",
        logprobs: traits.openAi ? { top: 20 } : null,
        sharedPrompt: several,
        seeds: false,
        embeds: false,
        conversations: true,
        contextTokens: options.contextTokens ?? base.profile?.maxInputTokens ?? null,
        parallel,
      };
    },
    async sample(request, callerOptions = {}) {
      callerOptions.signal?.throwIfAborted();
      if (request.n === 1) return ask(request, callerOptions);
      if (!several) return sampleSingly(request, callerOptions, ask);
      const arrived = await ask(request, callerOptions);
      if (arrived.length === request.n) return arrived;
      several = false;
      return sampleSingly(request, callerOptions, ask, arrived);
    },
    ...(prices && { price: (prompt, completion) => dollarsFor(prices, prompt, completion) }),
  };
}

async function modelByName(name: string): Promise<BaseChatModel> {
  try {
    const { initChatModel } = await import("langchain/chat_models/universal");
    return await unwrapped((await initChatModel(name, { maxRetries: 0 })) as unknown as BaseChatModel);
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").trim();
    throw new EnvironmentError(`The model "${name}" cannot be opened: ${message}`, { cause: error });
  }
}

/** The model itself where LangChain wraps it so that its settings can be changed later. */
async function unwrapped(model: BaseChatModel): Promise<BaseChatModel> {
  if (!("_getModelInstance" in model)) return model;
  return (model as BaseChatModel & { _getModelInstance(): Promise<BaseChatModel> })._getModelInstance();
}

/** Ends a call that takes too long or whose caller gives up, at once and also where the model ignores signals. */
async function withinTime<T>(
  call: (signal: AbortSignal) => Promise<T>,
  outer: AbortSignal | undefined,
  timeoutMs: number,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(outer?.reason);
  outer?.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(() => controller.abort(new SilenceError(timeoutMs)), timeoutMs);
  try {
    return await beforeAbort(call(controller.signal), controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", abort);
  }
}

/**
 * Settings enter as a hash, from which LangChain has taken the keys, and so does the address that the model took from
 * the environment. Settings that cannot be written down cannot tell two models apart: the id is then of this process
 * alone, and another is given with the option `id`.
 */
function idOf(model: BaseChatModel, name: string | undefined): string {
  const given = "model" in model && typeof model.model === "string" ? model.model : "";
  const own = name ?? (given === "" ? model.getName() : `${model.getName()}:${given}`);
  try {
    const address = addressOf(model);
    const settings = name === undefined ? [settingsOf(model)] : [];
    if (address.length > 0) settings.push(hash("sha256", JSON.stringify(address), "hex").slice(0, 12));
    return `langchain/${own}${settings.length === 0 ? "" : `@${settings.join(",")}`}`;
  } catch {
    return `langchain/${own}@${randomUUID()}`;
  }
}

function settingsOf(model: BaseChatModel): string {
  const kwargs = (model.toJSON() as { kwargs?: Record<string, unknown> }).kwargs ?? {};
  const { temperature: _, maxTokens: __, n: ___, ...settings } = kwargs;
  return hash("sha256", JSON.stringify(settings), "hex").slice(0, 8);
}

const addressFields = new Set([
  ...["baseUrl", "baseURL", "apiUrl", "endpoint", "endpointHost", "apiBase", "region", "location", "deploymentName"],
  ...["azureOpenAIEndpoint", "azureOpenAIBasePath", "azureOpenAIApiInstanceName", "azureOpenAIApiDeploymentName"],
]);

/** Where a class sends its requests: its own fields of that name, and those of its client's settings. */
function addressOf(model: BaseChatModel): readonly (readonly [string, string])[] {
  const fields = model as unknown as Readonly<Record<string, unknown>>;
  const parts = [fields, fields.clientConfig, fields.clientOptions].filter(
    (part): part is Readonly<Record<string, unknown>> => typeof part === "object" && part !== null,
  );
  return parts.flatMap((part) =>
    Object.entries(part).flatMap(([name, value]) =>
      addressFields.has(name) && typeof value === "string" && value !== "" ? [[name, withoutKeys(value)] as const] : [],
    ),
  );
}

/** An address without the query parameters that are keys. */
function withoutKeys(value: string): string {
  if (!URL.canParse(value)) return value;
  const url = new URL(value);
  for (const name of [...url.searchParams.keys()]) if (isCredential(name)) url.searchParams.delete(name);
  return url.href;
}
