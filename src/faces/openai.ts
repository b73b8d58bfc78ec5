import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "../core/clock.ts";
import { ModelCallError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import { warn } from "../core/host.ts";
import type { Strategy } from "../core/strategy.ts";
import type { Prices } from "../policy/openai/samples.ts";
import type { Ask } from "../serve/ask.ts";
import { type CompletionStore, chatCompletions, deleteCompletion, readCompletion } from "../serve/chat/endpoint.ts";
import { chatSchema } from "../serve/chat/schema.ts";
import { apiErrorOf, refused } from "../serve/errors.ts";
import type { Hosted, HostedJob } from "../serve/exchange.ts";
import { Kept } from "../serve/kept.ts";
import { createResponse, deleteResponse, readResponse } from "../serve/responses/endpoint.ts";
import type { ResponseStore } from "../serve/responses/store.ts";
import { timeOfDay } from "../serve/time-of-day.ts";
import {
  type ClientUpstream,
  clientUpstream,
  type Fetch,
  headersOf,
  type UpstreamSettings,
} from "./openai/upstream.ts";
import { openThinker, type Thinker, type ThinkerSetup, thinkerFor } from "./thinker.ts";

/** What is needed of a client of the npm package `openai`. */
export interface OpenAiClient {
  readonly maxRetries: number;
  withOptions(options: { fetch: Fetch }): unknown;
}

export interface OpenAiThinkingOptions extends Omit<ThinkerSetup, "policy"> {
  /** Default "self-consistency". */
  readonly strategy?: string | Strategy;
  /** Calls in flight at a time, for each request; default 16. */
  readonly parallel?: number;
  readonly prices?: Prices;
}

/**
 * A client of the npm package `openai` whose chat completions and responses think: `create`, `stream`, `parse` and
 * `runTools` alike. Everything else is sent as it is. It is the client with another `fetch`: streams, errors, signals
 * and timeouts are its own, and samples go out through its own fetch with the headers of the request. One request may
 * think otherwise: a field `ruminate: {strategy, options, verifiers, budget, …}`, as requests to the server have.
 *
 * Without a limit in the request an answer has 4096 tokens at most. Failed calls are tried again sample by sample.
 */
export function withThinking<Client extends OpenAiClient>(client: Client, options: OpenAiThinkingOptions = {}): Client {
  const own = (Reflect.get(client, "fetch") as Fetch | undefined) ?? globalThis.fetch;
  const { parallel = 16, prices, strategy = "self-consistency", ...setup } = options;
  const upstream = { fetch: own, maxRetries: client.maxRetries, parallel, prices };
  return client.withOptions({ fetch: thinkingFetch({ strategy, setup, upstream }) }) as Client;
}

interface Settings {
  readonly strategy: string | Strategy;
  readonly setup: Omit<ThinkerSetup, "policy">;
  readonly upstream: UpstreamSettings;
}

/** Completions and responses that are kept for later requests: those of `store: true`, as the server has it. */
interface Stores {
  readonly chats: CompletionStore;
  readonly responses: ResponseStore;
}

const owner = "client";
/** Models that are kept ready, with what is known of their servers; made again beyond that. */
const upstreamsKept = 100;

function thinkingFetch(settings: Settings): Fetch {
  const { upstream, setup } = settings;
  const clock = setup.clock ?? systemClock;
  const kept = [1000, 3_600_000, clock] as const;
  const stores: Stores = { chats: new Kept(...kept), responses: new Kept(...kept) };
  const upstreams = new Map<string, ClientUpstream>();
  return async (input, init) => {
    const method = init?.method?.toUpperCase() ?? "GET";
    const url = new URL(input instanceof Request ? input.url : input);
    const [, base = "", endpoint, id] = /^(.*)\/(chat\/completions|responses)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (endpoint === undefined || input instanceof Request) return upstream.fetch(input, init);
    if (id !== undefined) return (await keptReply(method, endpoint, url, id, stores)) ?? upstream.fetch(input, init);
    if (method !== "POST" || typeof init?.body !== "string") return upstream.fetch(input, init);
    const body = JSON.parse(init.body) as Record<string, unknown>;
    const { origin, search } = url;
    const headers = headersOf(init);
    const model = String(body.model ?? "");
    const retries = Number(new Headers(init.headers).get("x-stainless-retry-count") ?? 0);
    const key = JSON.stringify([origin, base, search, headers, model, retries > 0]);
    const found =
      upstreams.get(key) ?? clientUpstream({ origin, base, search, headers, init, model, retries }, upstream);
    if (upstreams.size >= upstreamsKept) upstreams.clear();
    upstreams.set(key, found);
    return await answered(endpoint, body, { url, init, upstream: found, settings, stores, clock });
  };
}

/** A reply that is kept here, or its deletion; null for one that is not. */
async function keptReply(method: string, endpoint: string, { href }: URL, id: string, { chats, responses }: Stores) {
  const chat = endpoint === "chat/completions";
  if ((chat ? chats : responses).get(id, owner) === undefined) return null;
  const hosted = { owner, request: { url: href }, json: (value: unknown) => Response.json(value) };
  if (method === "GET") return (chat ? readCompletion(chats) : readResponse(responses))(hosted);
  if (method === "DELETE") return (chat ? deleteCompletion(chats) : deleteResponse(responses))(hosted);
  return null;
}

interface Call {
  readonly url: URL;
  readonly init: RequestInit;
  readonly upstream: ClientUpstream;
  readonly settings: Settings;
  readonly stores: Stores;
  readonly clock: Clock;
}

async function answered(endpoint: string, body: Record<string, unknown>, call: Call): Promise<Response> {
  const { upstream, stores, init } = call;
  const signal = init.signal ?? undefined;
  const begun = Promise.withResolvers<void>();
  begun.promise.catch(() => {}); // awaited below, where there is a stream
  try {
    const hosted = hostedBy(body, call, begun);
    const think = endpoint === "responses" ? createResponse(stores.responses) : chatCompletions(stores.chats);
    const response = await think(hosted);
    if (response.headers.get("content-type")?.startsWith("text/event-stream") !== true) return response;
    await begun.promise; // what fails before anything is there is an error of the request
    const stream = response.body?.pipeThrough(new TransformStream(), { signal });
    return new Response(stream, { headers: response.headers });
  } catch (error) {
    signal?.throwIfAborted();
    const reply = upstream.replyFor(error);
    if (reply !== null) return reply;
    if (error instanceof ModelCallError) throw error; // no reply came: the client says so in its own words
    const { status, error: said } = apiErrorOf(error);
    return Response.json({ error: said }, { status, headers: { "x-should-retry": "false" } });
  }
}

function hostedBy(given: Record<string, unknown>, call: Call, begun: PromiseWithResolvers<void>): Hosted {
  const { url, init, upstream, settings, clock } = call;
  const { known, further } = url.pathname.endsWith("/responses") ? { known: given, further: {} } : split(given);
  const leave = new AbortController();
  const signal = init.signal ? AbortSignal.any([init.signal, leave.signal]) : leave.signal;
  const { strategy, setup } = settings;
  const usual = openThinker(strategy, { maxTokens: 4096, ...setup, policy: upstream.policy });
  return {
    owner,
    request: { url: url.href },
    images: "public", // passed on, never fetched here
    clock,
    time: timeOfDay,
    heartbeatMs: 10_000,
    body: async () => known,
    async admit([ask]) {
      const asked: Ask = { ...ask, fields: { ...ask.fields, ...further } };
      const thinker = thinkerFor(usual, ask.ruminate);
      return jobOf(thinker, asked, { signal, begun, leave: () => leave.abort(new Error("the reader has left")) });
    },
    json: (value, id) => Response.json(value, { headers: id === undefined ? {} : { "x-request-id": id } }),
    troubled: (event, id, error) => warn(`${event} (${id}): ${error instanceof Error ? error.message : String(error)}`),
  };
}

function jobOf(
  thinker: Thinker,
  ask: Ask,
  { signal, begun, leave }: { signal: AbortSignal; begun: PromiseWithResolvers<void>; leave: () => void },
): HostedJob {
  return {
    id: `chatcmpl-${randomUUID()}`,
    plan: { progress: thinker.setup.progress ?? "summary" },
    leave,
    async run(onEvent?: (choice: number, event: RunEvent) => void) {
      const watched = (choice: number, event: RunEvent) => {
        if (event.type === "candidate") begun.resolve();
        onEvent?.(choice, event);
      };
      try {
        return await thinker.replies(ask, { signal, onEvent: watched });
      } catch (error) {
        begun.reject(error);
        throw error;
      } finally {
        begun.resolve();
      }
    },
  };
}

/** Replies to these would come in fields that nothing here reads. */
const unread = ["functions", "function_call", "audio", "web_search_options"];

/** Fields that are not known here are for the server that the client asks. @throws ApiError. */
function split(body: Record<string, unknown>) {
  const [field] = unread.filter((name) => body[name] != null);
  if (field !== undefined) throw refused(field, `"${field}" cannot be passed on: ask the client without thinking.`);
  const isKnown = ([name]: [string, unknown]) => Object.hasOwn(chatSchema.shape, name);
  const entries = Object.entries(body);
  return {
    known: Object.fromEntries(entries.filter(isKnown)),
    further: Object.fromEntries(entries.filter((entry) => !isKnown(entry))),
  };
}
