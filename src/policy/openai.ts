import { hash } from "node:crypto";
import { InvalidOptionError, ModelCallError } from "../core/errors.ts";
import type { Capabilities, Policy, Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { completionBuilder, readCompletion } from "./openai/completion.ts";
import { type Endpoint, type EndpointOptions, endpointOf } from "./openai/endpoint.ts";
import { failureOfConnection, failureOfReply, malformedReply } from "./openai/failure.ts";
import { type PrefixMode, requestBody } from "./openai/request.ts";
import { dollarsFor, echoLength, type Prices, samplesOf } from "./openai/samples.ts";
import { eventReader } from "./openai/sse.ts";
import { openTransport } from "./openai/transport.ts";
import { sampleSingly } from "./singly.ts";

export interface OpenAiOptions extends EndpointOptions {
  readonly model: string;
  /** Connections, and calls worth having in flight at a time. Default 16. */
  readonly parallel?: number;
  /** The longest silence of the server before a call counts as failed. Default ten minutes. */
  readonly timeoutMs?: number;
  /** Further fields of every request: `{ chat_template_kwargs: { enable_thinking: false } }`. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
  readonly prices?: Prices;
  /** How the server goes on with a begun assistant turn. Default "instructed", which every server can. */
  readonly prefix?: PrefixMode;
  /** Does the server give `n` samples in one request? Default: assumed until it gives fewer. */
  readonly severalPerRequest?: boolean;
  /**
   * Ask for each sample by itself, so that its text depends on its own seed and not on those it was asked for with.
   * Costs the prompt once per sample. Default false.
   */
  readonly seeds?: boolean;
  /** Default: up to 20 alternatives a token. */
  readonly logprobs?: Capabilities["logprobs"];
  readonly contextTokens?: number | null;
  /** Default: made from host, model and settings. */
  readonly id?: string;
}

/**
 * A model behind any server that speaks OpenAI's chat completions: vLLM, SGLang, llama.cpp, Ollama, api.openai.com.
 * One call makes one request, for all its samples where the server can give several; where it gives fewer than asked
 * for, those are kept, the others are asked for one by one, and so are all from then on. It does not retry: see
 * retry.ts.
 */
export function openAiPolicy(options: OpenAiOptions): Policy {
  const { parallel = 16, timeoutMs = 600_000, prefix = "instructed" } = options;
  if (options.model === "")
    throw new InvalidOptionError('openai: "model"', "must be the name of a model, got an empty text.");
  const endpoint = endpointOf(options);
  const transport = openTransport(endpoint.origin, { connections: parallel, timeoutMs });
  const server = `${options.model} at ${endpoint.host}`;
  let several = (options.severalPerRequest ?? true) && options.seeds !== true;

  const ask = async (request: SampleRequest, { signal, onText }: SampleOptions): Promise<Sample[]> => {
    const stream = onText !== undefined;
    const tokenLimitField = endpoint.isOpenAi ? "max_completion_tokens" : "max_tokens";
    const { model, extraBody = {} } = options;
    const send = (take?: (text: string) => void) =>
      transport
        .send({
          method: "POST",
          path: endpoint.pathOf("chat/completions"),
          headers: endpoint.headers,
          body: requestBody(request, { model, prefix, tokenLimitField, extraBody, stream }),
          signal,
          onText: take,
        })
        .catch((error: unknown) => {
          signal?.throwIfAborted();
          throw failureOfConnection(server, error, endpoint.redact);
        });
    const completion = stream
      ? await streamed(send, withoutEcho(onText, request, prefix), server, endpoint)
      : await whole(send, server, endpoint);
    return samplesOf(completion, request, { prefix, prices: options.prices, sharedPrompt: several });
  };

  const { seeds = false, logprobs = { top: 20 }, contextTokens = null, prices } = options;
  return {
    id: options.id ?? idOf(options, endpoint, prefix),
    get capabilities(): Capabilities {
      const mode = prefix === "instructed" ? "instructed" : "native";
      return {
        prefix: mode,
        logprobs,
        sharedPrompt: several,
        seeds,
        embeds: false,
        contextTokens,
        parallel,
        conversations: true,
      };
    },
    async sample(request, callOptions = {}) {
      if (request.n === 1) return ask(request, callOptions);
      if (!several) return sampleSingly(request, callOptions, ask);
      const arrived = await ask(request, callOptions).catch((error: unknown) => {
        if (refusesSeveral(error)) return [];
        throw error;
      });
      if (arrived.length === request.n) return arrived;
      several = false;
      return sampleSingly(request, callOptions, ask, arrived);
    },
    ...(prices && { price: (prompt, completion) => dollarsFor(prices, prompt, completion) }),
    dispose: () => transport.close(),
  };
}

type Send = (take?: (text: string) => void) => ReturnType<ReturnType<typeof openTransport>["send"]>;

async function whole(send: Send, server: string, endpoint: Endpoint) {
  const reply = await send();
  if (reply.status < 200 || reply.status >= 300) throw failureOfReply(server, reply, endpoint.redact);
  try {
    return readCompletion(reply.body);
  } catch (error) {
    throw malformedReply(server, endpoint.redact(firstLine(error)));
  }
}

async function streamed(send: Send, onText: (index: number, text: string) => void, server: string, endpoint: Endpoint) {
  const builder = completionBuilder(onText);
  let broken: unknown = null;
  const read = eventReader((data) => {
    if (broken !== null) return;
    try {
      builder.add(data);
    } catch (error) {
      broken = error;
    }
  });
  const reply = await send(read);
  if (reply.status < 200 || reply.status >= 300) throw failureOfReply(server, reply, endpoint.redact);
  try {
    if (broken !== null) throw broken;
    return builder.finish();
  } catch (error) {
    throw malformedReply(server, endpoint.redact(firstLine(error)));
  }
}

/** Holds each text back until it is clear whether it begins with the prefix once more, and shows it without. */
function withoutEcho(onText: (index: number, text: string) => void, request: SampleRequest, mode: PrefixMode) {
  const { prefix = "" } = request;
  if (echoLength(prefix, prefix, mode) === 0) return onText;
  const held = new Map<number, string | null>();
  return (index: number, piece: string) => {
    const before = held.get(index);
    if (before === null) {
      onText(index, piece);
      return;
    }
    const text = (before ?? "") + piece;
    if (prefix.startsWith(text) && text.length < prefix.length) {
      held.set(index, text);
      return;
    }
    held.set(index, null);
    const shown = text.slice(echoLength(text, prefix, mode));
    if (shown !== "") onText(index, shown);
  };
}

/** Some servers refuse `n` above 1 instead of giving one sample. */
function refusesSeveral(error: unknown): boolean {
  return (
    error instanceof ModelCallError &&
    (error.status === 400 || error.status === 422) &&
    /(^|[^\w])n([^\w]|$)/.test(error.message.replace(/^.*? answered \d+: /, ""))
  );
}

function idOf(options: OpenAiOptions, endpoint: Endpoint, prefix: PrefixMode): string {
  const provider = endpoint.isOpenAi ? "openai" : endpoint.host;
  const settings = [
    ...(prefix === "instructed" ? [] : [prefix]),
    ...(options.seeds === true ? ["seeds"] : []),
    ...(options.extraBody === undefined ? [] : [hash("sha256", JSON.stringify(options.extraBody), "hex").slice(0, 8)]),
  ];
  return `${provider}/${options.model}${settings.length === 0 ? "" : `@${settings.join(",")}`}`;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s+/g, " ").slice(0, 200);
}
