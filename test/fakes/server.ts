import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Message, Policy, Sample, SampleRequest, TokenLogprob } from "../../src/core/policy.ts";
import { estimatePromptTokens } from "../../src/core/policy.ts";
import { Random } from "../../src/core/random.ts";
import { endBeforeStop } from "../../src/policy/stop-text.ts";
import { recordingsOf } from "./recordings.ts";
import { recordingFor, sendRecording } from "./replay-server.ts";
import {
  failures,
  modelList,
  type Owner,
  type Refusal,
  recordedAs,
  refusals,
  streamedReply,
  type Written,
  wholeReply,
} from "./replies.ts";

export const faultKinds = ["429", "500", "reset", "hang", "malformed", "short"] as const;
export type Fault = (typeof faultKinds)[number];

/** What the server was asked, as it came. */
export interface ChatBody {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly n?: number;
  readonly seed?: number;
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly stop?: readonly string[];
  readonly logprobs?: boolean;
  readonly top_logprobs?: number;
  readonly stream?: boolean;
  readonly [other: string]: unknown;
}

export interface FakeServerOptions {
  /**
   * The text of choice `index`; or a policy, which is asked with seeds counted up from the body's. Default: "The
   * answer is 4."
   */
  readonly answer?: ((body: ChatBody, index: number) => string) | Policy;
  /**
   * Default: as the server does. False: one choice whatever `n` says; a number: at most so many; "refuse": more than
   * one is refused, as by llama.cpp with one slot.
   */
  readonly honoursN?: boolean | "refuse" | number;
  readonly latencyMs?: number;
  /** `rate` of all requests fail, which ones and how drawn from `seed` by the order of arrival. */
  readonly faults?: { readonly rate: number; readonly seed: number | string; readonly kinds?: readonly Fault[] };
  /** Faults of the first requests, before `faults` counts; null for none. */
  readonly script?: readonly (Fault | null)[];
  /** The value of Retry-After with a 429. Default "0"; null sends none. */
  readonly retryAfter?: string | null;
  /** Which recorded server it is: its fields, its limits, and how it goes on with a begun turn. Default "vllm". */
  readonly ownedBy?: Owner;
  /** Others get status 404. Default: "test". */
  readonly models?: readonly string[];
  /** Of vLLM: the folder its model is served from. Default: one of its own, so that nobody takes it for another. */
  readonly root?: string;
  /** Other keys get status 401, and a message that repeats them. */
  readonly apiKey?: string;
  readonly port?: number;
  /** Keep bodies and headers for tests to look at. Default true. */
  readonly keepBodies?: boolean;
  /** Hears of each counted request when it has come, and may listen to its response. */
  readonly watch?: (body: ChatBody, request: IncomingMessage, response: ServerResponse) => void;
}

export interface FakeServerCounts {
  requests: number;
  /** Choices of replies that went out whole. */
  completions: number;
  promptTokens: number;
  completionTokens: number;
  /** Requests whose client went away before the reply was whole. */
  aborted: number;
  readonly faults: Record<Fault, number>;
}

export interface FakeServer {
  /** "http://127.0.0.1:PORT/v1". */
  readonly baseUrl: string;
  readonly counts: FakeServerCounts;
  readonly bodies: ChatBody[];
  readonly headers: IncomingMessage["headers"][];
  /** Requests being worked on now. */
  readonly active: number;
  /** The most that were worked on at a time. */
  readonly mostActive: number;
  /** @throws Error where it was asked for something that the real server was never seen to send. */
  close(): Promise<void>;
}

/**
 * A recorded server with other texts, whose faults are chosen by seed and which keeps its own count of what it served.
 * Its replies have the fields of that server's and no others (replies.ts).
 */
export async function startFakeServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  const counts: FakeServerCounts = {
    requests: 0,
    completions: 0,
    promptTokens: 0,
    completionTokens: 0,
    aborted: 0,
    faults: { "429": 0, "500": 0, reset: 0, hang: 0, malformed: 0, short: 0 },
  };
  const bodies: ChatBody[] = [];
  const headers: IncomingMessage["headers"][] = [];
  let [active, mostActive] = [0, 0];
  const root = options.root ?? randomUUID();
  const broken: unknown[] = [];
  const server = createServer(async (request, response) => {
    if (request.url?.startsWith("/v1/models")) {
      sendJson(response, 200, modelList(options.ownedBy ?? "vllm", options.models ?? ["test"], root));
      return;
    }
    if (request.url === "/props") {
      answerProbe(options, "/props", null, response);
      return;
    }
    if (["/lora-adapters", "/api/tags", "/favicon.ico"].includes(request.url ?? "")) {
      response.writeHead(404).end();
      return;
    }
    if (request.url === "/counts") {
      sendJson(response, 200, counts);
      return;
    }
    const body = JSON.parse(await textOf(request)) as ChatBody;
    if (request.headers["user-agent"] === "ruminate/probe" || !request.url?.endsWith("/completions")) {
      answerProbe(options, request.url ?? "", body, response);
      return;
    }
    const fault = faultOf(options, counts.requests++);
    if (options.keepBodies !== false) {
      bodies.push(body);
      headers.push(request.headers);
    }
    options.watch?.(body, request, response);
    mostActive = Math.max(mostActive, ++active);
    response.once("close", () => {
      active--;
      if (!response.writableFinished && fault === null) counts.aborted++;
    });
    if (fault !== null) counts.faults[fault]++;
    if (options.latencyMs) await sleep(options.latencyMs);
    if (response.destroyed) return;
    await reply(options, counts, body, fault, request, response).catch((error: unknown) => {
      broken.push(error);
      response.writeHead(501).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    counts,
    bodies,
    headers,
    get active() {
      return active;
    },
    get mostActive() {
      return mostActive;
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      if (broken.length > 0) throw broken[0];
    },
  };
}

/** Who asks what kind of server this is hears what the real one replied; such requests are not counted. */
function answerProbe(
  { ownedBy = "vllm" }: FakeServerOptions,
  path: string,
  body: ChatBody | null,
  response: ServerResponse,
) {
  const recordings = recordingsOf(recordedAs[ownedBy]);
  const found = recordingFor(recordings, path, body, { apartFrom: ["max_tokens"] });
  if (found === undefined) response.writeHead(501).end("not recorded");
  else sendRecording(response, found);
}

function faultOf({ faults, script = [] }: FakeServerOptions, place: number): Fault | null {
  if (place < script.length) return script[place] ?? null;
  if (faults === undefined) return null;
  const random = new Random(faults.seed).fork("request", place);
  return random.uniform() < faults.rate ? random.choice(faults.kinds ?? faultKinds) : null;
}

async function reply(
  options: FakeServerOptions,
  counts: FakeServerCounts,
  body: ChatBody,
  fault: Fault | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refused = refusalOf(options, body, request);
  if (refused !== null) {
    sendRefusal(response, refused);
    return;
  }
  if (fault === "hang") return;
  if (fault === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault === "429") {
    const { retryAfter = "0" } = options;
    if (retryAfter !== null) response.setHeader("retry-after", retryAfter);
    sendRefusal(response, failures.rate());
    return;
  }
  if (fault === "500") {
    sendRefusal(response, failures.broken());
    return;
  }
  const { ownedBy = "vllm", honoursN = true } = options;
  const wanted = body.n ?? 1;
  const one = honoursN === false || ownedBy === "library" || ownedBy === "somebody";
  const samples = await samplesFor(
    options,
    body,
    Math.min(wanted, one ? 1 : typeof honoursN === "number" ? honoursN : wanted),
  );
  const promptTokens = samples[0]?.promptTokens ?? 0;
  const written = samples.map((sample) => writtenBy(ownedBy, sample, body));
  const completionTokens = written.reduce((sum, { tokens }) => sum + tokens, 0);
  if (fault === null) {
    response.once("finish", () => {
      counts.completions += samples.length;
      counts.promptTokens += promptTokens;
      counts.completionTokens += completionTokens;
    });
  }
  const counted = ownedBy === "llamacpp" ? (written[0]?.tokens ?? 0) : completionTokens;
  const usage = { prompt_tokens: promptTokens, completion_tokens: counted };
  if (!body.stream) sendWhole(response, wholeReply(ownedBy, body.model, written, usage), fault);
  else {
    const withUsage = (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;
    await sendStream(response, [...streamedReply(ownedBy, written, withUsage ? usage : null)], fault);
  }
}

/** The slots of the recorded llama.cpp. */
const SLOTS = 4;

function refusalOf(options: FakeServerOptions, body: ChatBody, request: IncomingMessage): Refusal | null {
  const { models = ["test"], apiKey, ownedBy = "vllm", honoursN } = options;
  const { model, n = 1, stop = [] } = body;
  const given = request.headers.authorization?.replace("Bearer ", "");
  if (apiKey !== undefined && given !== apiKey) return failures.key(given);
  if (!models.includes(model)) return refusals.model(model);
  const slots = honoursN === "refuse" ? 1 : ownedBy === "llamacpp" ? SLOTS : Number.POSITIVE_INFINITY;
  if (n > slots) return refusals.samples(n, slots);
  return ownedBy === "vllm" && stop.length > 4 ? refusals.stops() : null;
}

/**
 * The sample as the server sends it. All of them count the tokens of a stop text; vLLM lists them among the
 * log-probabilities, llama.cpp lists the end of the text as a token that spells nothing.
 */
function writtenBy(owner: Owner, sample: Sample, body: ChatBody): Written {
  const { text, finish, stoppedBy } = sample;
  const stop = stoppedBy === undefined ? [] : piecesOf(stoppedBy);
  const ended = owner === "llamacpp" && finish === "stop" && stoppedBy === undefined ? [""] : [];
  const listed = [...piecesOf(text), ...(owner === "vllm" ? stop : []), ...ended];
  return {
    ...{ text, finish, stoppedBy },
    tokens: sample.completionTokens + stop.length + ended.length,
    logprobs: body.logprobs ? listed.map((token) => logprobOf(token, body.top_logprobs ?? 0)) : undefined,
  };
}

function sendWhole(response: ServerResponse, reply: unknown, fault: Fault | null) {
  const text = JSON.stringify(reply);
  const half = text.slice(0, Math.floor(text.length / 2));
  const sent = fault === "malformed" ? half : text;
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(sent) });
  if (fault !== "short") response.end(sent);
  else response.write(half, () => response.destroy());
}

async function sendStream(response: ServerResponse, events: readonly unknown[], fault: Fault | null): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const [place, event] of events.entries()) {
    response.write(`data: ${JSON.stringify(event)}\n\n`);
    if (place === 0 && fault === "malformed") response.write("data: {broken\n\n");
    if (place === 1 && fault === "short") {
      response.destroy();
      return;
    }
    await sleep(0);
  }
  response.end("data: [DONE]\n\n");
}

async function samplesFor(options: FakeServerOptions, body: ChatBody, n: number): Promise<Sample[]> {
  const { answer = () => "The answer is 4.", ownedBy = "vllm" } = options;
  const last = body.messages.at(-1);
  const goesOn = ownedBy === "vllm" ? body.continue_final_message === true : ownedBy !== "somebody";
  const prefix = goesOn && last?.role === "assistant" ? last.content : "";
  const messages = prefix === "" ? body.messages : body.messages.slice(0, -1);
  const maxTokens = body.max_tokens ?? body.max_completion_tokens ?? 1024;
  const seeds = Array.from({ length: n }, (_, index) => (body.seed ?? 0) + index);
  const request: SampleRequest = {
    messages,
    ...(prefix !== "" && { prefix }),
    n,
    seeds,
    temperature: body.temperature ?? 1,
    maxTokens,
    ...(body.stop && { stop: body.stop }),
    purpose: "solve",
  };
  const samples =
    typeof answer === "function"
      ? seeds.map((_, index) => written(answer(body, index), request))
      : await answer.sample(request);
  return ownedBy === "llamacpp" ? samples.map((sample) => ({ ...sample, text: prefix + sample.text })) : samples;
}

/** Four characters make a token here. */
function written(whole: string, request: SampleRequest): Sample {
  const { text: ended, stop } = endBeforeStop(whole, request.stop ?? []);
  const text = ended.slice(0, request.maxTokens * 4);
  const cut = text.length < ended.length;
  return {
    text,
    finish: cut ? "length" : "stop",
    ...(stop !== undefined && !cut && { stoppedBy: stop }),
    seed: 0,
    promptTokens: estimatePromptTokens(request),
    cachedPromptTokens: 0,
    completionTokens: Math.ceil(text.length / 4),
    sharedPrompt: true,
    dollars: 0,
  };
}

const piecesOf = (text: string): string[] => text.match(/[\s\S]{1,4}/g) ?? [];

const logprobOf = (token: string, top: number): TokenLogprob => ({
  token,
  logprob: -0.25,
  top: Array.from({ length: top }, (_, rank) => ({ token: rank === 0 ? token : `${rank}`, logprob: -0.25 - rank })),
});

const sendRefusal = (response: ServerResponse, { status, body }: Refusal): void => sendJson(response, status, body);

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
