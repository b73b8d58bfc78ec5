import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Message, Policy, Sample, SampleRequest } from "../../src/core/policy.ts";
import { estimatePromptTokens } from "../../src/core/policy.ts";
import { Random } from "../../src/core/random.ts";
import { endBeforeStop } from "../../src/policy/stop-text.ts";
import { recordingsOf } from "./recordings.ts";
import { recordingFor, sendRecording } from "./replay-server.ts";

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
  /** Default true. False: one choice whatever `n` says; "refuse": status 400; a number: at most so many. */
  readonly honoursN?: boolean | "refuse" | number;
  readonly latencyMs?: number;
  /** `rate` of all requests fail, which ones and how drawn from `seed` by the order of arrival. */
  readonly faults?: { readonly rate: number; readonly seed: number | string; readonly kinds?: readonly Fault[] };
  /** Faults of the first requests, before `faults` counts; null for none. */
  readonly script?: readonly (Fault | null)[];
  /** The value of Retry-After with a 429. Default "0"; null sends none. */
  readonly retryAfter?: string | null;
  /**
   * What it does with a final assistant message: goes on with it, repeats it first (llama.cpp), or takes it as it
   * comes. Default "continue".
   */
  readonly prefix?: "continue" | "echo" | "none";
  /** What `/models` says of it. Default "vllm". */
  readonly ownedBy?: string;
  /** Others get status 404. Default: "test". */
  readonly models?: readonly string[];
  /** Other keys get status 401, and a message that repeats them. */
  readonly apiKey?: string;
  readonly port?: number;
  /** Keep bodies and headers for tests to look at. Default true. */
  readonly keepBodies?: boolean;
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
  close(): Promise<void>;
}

/**
 * An OpenAI-compatible server on this machine whose faults are chosen by seed and which keeps its own count of what
 * it served.
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
  const identity = randomUUID();
  const server = createServer(async (request, response) => {
    if (request.url?.startsWith("/v1/models")) {
      sendJson(response, 200, modelList(options, identity));
      return;
    }
    if (request.url === "/props") {
      answerProbe(options, "/props", null, response);
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
    mostActive = Math.max(mostActive, ++active);
    response.once("close", () => {
      active--;
      if (!response.writableFinished && fault === null) counts.aborted++;
    });
    if (fault !== null) counts.faults[fault]++;
    if (options.latencyMs) await sleep(options.latencyMs);
    if (response.destroyed) return;
    await reply(options, counts, body, fault, request, response).catch(() =>
      sendJson(response, 500, { error: "broken" }),
    );
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The real servers that the names in `/models` stand for. */
const recorded: Readonly<Record<string, string>> = {
  vllm: "vllm-0.32.0",
  llamacpp: "llama.cpp-xllamacpp-2026.10",
  library: "ollama-0.17.4",
};

/** Who asks what kind of server this is hears what the real one replied; such requests are not counted. */
function answerProbe(
  { ownedBy = "vllm" }: FakeServerOptions,
  path: string,
  body: ChatBody | null,
  response: ServerResponse,
) {
  const recordings = recordingsOf(recorded[ownedBy] ?? "transformers-serve-5.19.0");
  const found = recordingFor(recordings, path, body, { apartFrom: ["max_tokens"] });
  if (found === undefined) sendJson(response, 501, { error: { message: "not recorded" } });
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
  const refusal = refusalOf(options, body, request);
  if (refusal !== null) {
    sendJson(response, refusal.status, { error: { message: refusal.message } });
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
    sendJson(response, 429, { error: { message: "Too many requests" } });
    return;
  }
  if (fault === "500") {
    sendJson(response, 500, { error: { message: "The server has a problem" } });
    return;
  }
  const wanted = body.n ?? 1;
  if (options.honoursN === "refuse" && wanted > 1) {
    sendJson(response, 400, { error: { message: "Invalid value for 'n': must be 1" } });
    return;
  }
  const most = options.honoursN === false ? 1 : typeof options.honoursN === "number" ? options.honoursN : wanted;
  const samples = await samplesFor(options, body, Math.min(wanted, most));
  const promptTokens = samples[0]?.promptTokens ?? 0;
  const completionTokens = samples.reduce((sum, sample) => sum + sample.completionTokens, 0);
  if (fault === null) {
    response.once("finish", () => {
      counts.completions += samples.length;
      counts.promptTokens += promptTokens;
      counts.completionTokens += completionTokens;
    });
  }
  const usage = { prompt_tokens: promptTokens, completion_tokens: completionTokens };
  if (body.stream) await sendStream(response, body, samples, usage, fault);
  else sendWhole(response, body, samples, usage, fault);
}

function refusalOf({ models = ["test"], apiKey }: FakeServerOptions, { model }: ChatBody, request: IncomingMessage) {
  const given = request.headers.authorization?.replace("Bearer ", "");
  if (apiKey !== undefined && given !== apiKey)
    return { status: 401, message: `Incorrect API key provided: ${given}.` };
  return models.includes(model) ? null : { status: 404, message: `The model "${model}" does not exist` };
}

type Usage = { readonly prompt_tokens: number; readonly completion_tokens: number };

function sendWhole(
  response: ServerResponse,
  body: ChatBody,
  samples: readonly Sample[],
  usage: Usage,
  fault: Fault | null,
) {
  const choices = samples.map((sample, index) => ({
    index,
    message: { role: "assistant", content: sample.text },
    finish_reason: sample.finish,
    ...(sample.stoppedBy !== undefined && { stop_reason: sample.stoppedBy }),
    ...(body.logprobs && { logprobs: { content: logprobsOf(sample, body.top_logprobs ?? 0) } }),
  }));
  const text = JSON.stringify({ object: "chat.completion", model: body.model, choices, usage });
  const half = text.slice(0, Math.floor(text.length / 2));
  const sent = fault === "malformed" ? half : text;
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(sent) });
  if (fault !== "short") response.end(sent);
  else response.write(half, () => response.destroy());
}

async function sendStream(
  response: ServerResponse,
  body: ChatBody,
  samples: readonly Sample[],
  usage: Usage,
  fault: Fault | null,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (event: unknown) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  const pieces = samples.map((sample) => sample.text.match(/[\s\S]{1,4}/g) ?? []);
  const longest = Math.max(0, ...pieces.map((list) => list.length));
  for (let place = 0; place < longest; place++) {
    for (const [index, list] of pieces.entries()) {
      if (list[place] !== undefined)
        send({ choices: [{ index, delta: { content: list[place] }, finish_reason: null }] });
    }
    if (fault === "malformed") response.write("data: {broken\n\n");
    if (fault === "short") {
      response.destroy();
      return;
    }
    await sleep(0);
  }
  for (const [index, sample] of samples.entries()) {
    const logprobs = body.logprobs ? { logprobs: { content: logprobsOf(sample, body.top_logprobs ?? 0) } } : {};
    send({ choices: [{ index, delta: {}, finish_reason: sample.finish, ...logprobs }] });
  }
  send({ choices: [], usage });
  response.end("data: [DONE]\n\n");
}

async function samplesFor(options: FakeServerOptions, body: ChatBody, n: number): Promise<Sample[]> {
  const { answer = () => "The answer is 4.", prefix: mode = "continue" } = options;
  const last = body.messages.at(-1);
  const prefix = mode !== "none" && last?.role === "assistant" ? last.content : "";
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
  return mode === "echo" ? samples.map((sample) => ({ ...sample, text: prefix + sample.text })) : samples;
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

function logprobsOf(sample: Sample, top: number) {
  return (sample.text.match(/[\s\S]{1,4}/g) ?? []).map((token) => ({
    token,
    logprob: -0.25,
    top_logprobs: Array.from({ length: top }, (_, rank) => ({
      token: rank === 0 ? token : `${rank}`,
      logprob: -0.25 - rank,
    })),
  }));
}

/** Each server describes its models in its own way, so that nothing is remembered from one to the next. */
function modelList({ models = ["test"], ownedBy = "vllm" }: FakeServerOptions, server: string) {
  return {
    object: "list",
    data: models.map((id) => ({ id, object: "model", owned_by: ownedBy, root: server, max_model_len: 4096 })),
  };
}

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
