import { isDeepStrictEqual } from "node:util";
import { openThought, splitThought, type ThoughtFormat, thoughtFormats } from "../thinking.ts";
import { type Completion, completionBuilder, readCompletion } from "./completion.ts";
import type { Endpoint } from "./endpoint.ts";
import { asArray, asRecord, asText, type Fields } from "./fields.ts";
import type { HttpReply, Transport } from "./http.ts";
import { begunStep, begunTurn, type ProbeName, probeQuestion, probes } from "./probes.ts";
import { type ServerProfile, unknownServer } from "./profile.ts";
import { continuedPrompt, type Rendered, type Renderer, rendererOf } from "./render.ts";
import type { PrefixMode } from "./request.ts";
import { eventReader } from "./sse.ts";
import { believable } from "./usage.ts";

/** What the server replied to a probe; null where it failed in a way that shows nothing. */
interface Answer {
  readonly refused: boolean;
  readonly completion: Completion | null;
  readonly reply: Fields | null;
  readonly headers: HttpReply["headers"];
  readonly words: string;
}

type Send = (name: ProbeName) => Promise<Answer | null>;

export interface ProbeSettings {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly model: string;
  readonly contextTokens: number | null;
  /** What `/models` says of its owner. */
  readonly owner: string | null;
  /** Ask for tools, JSON schemas and images, too. */
  readonly all: boolean;
}

/**
 * Finds out by ten requests of about eight tokens what a server does. What a reply does not show stays null; the
 * server is then taken for one of which nobody knows.
 */
export async function probe(settings: ProbeSettings): Promise<ServerProfile> {
  const send = sender(settings);
  const stop = await send("stop");
  const [bare, flagged] = [await send("bare"), await send("flagged")];
  const several = await send("several");
  const seeds = [await send("seed"), await send("sameSeed"), await send("otherSeed")];
  const stream = await send("stream");
  const rendered = await templateOf(rendererOf(settings));
  const thought = thoughtOf(stop ?? several, rendered.prompt);
  const prefix = prefixOf(stop, bare, flagged, thought);
  const template = rendered.template ?? templateByCount(prefix, stop, bare, flagged);
  const spoils = rendered.template === "trims" || rendered.template === "rewrites";
  const further = settings.all ? await furtherOf(send) : {};
  return {
    ...unknownServer,
    server: serverName(stop ?? several ?? bare, settings.owner),
    model: settings.model,
    contextTokens: settings.contextTokens,
    prefix: spoils && thought?.from !== "field" ? "completions" : prefix,
    template,
    ...severalOf(several),
    ...stopsOf(stop, await send("fiveStops")),
    seeds: seedsOf(seeds),
    streamUsage: stream === null || stream.refused ? null : stream.completion?.usage !== null,
    thought,
    tokenLimitField: settings.endpoint.isOpenAi ? "max_completion_tokens" : "max_tokens",
    refuses: stream?.refused && stream.words.includes("stream_options") ? ["stream_options"] : [],
    ...further,
  };
}

function sender({ endpoint, transport, model }: ProbeSettings): Send {
  return async (name) => {
    const reply = await transport.send({
      method: "POST",
      path: endpoint.pathOf("chat/completions"),
      headers: { ...endpoint.headers, "user-agent": "ruminate/probe" },
      body: JSON.stringify({ model, ...probes[name] }),
    });
    if (reply.status >= 500 || reply.status === 429) return null;
    const read = reply.status === 200 ? readAny(reply.body) : null;
    return {
      refused: reply.status >= 400,
      completion: read,
      reply: recordIn(reply.body),
      headers: reply.headers,
      words: reply.body.slice(0, 2000),
    };
  };
}

function readAny(body: string): Completion | null {
  try {
    if (!/^\s*(data|event|:)/.test(body)) return readCompletion(body);
    const builder = completionBuilder(() => undefined);
    const reader = eventReader(builder.add);
    reader.take(body);
    reader.end();
    return builder.finish();
  } catch {
    return null; // No completion: it shows nothing.
  }
}

function recordIn(body: string): Fields | null {
  try {
    return asRecord(JSON.parse(body));
  } catch {
    return null;
  }
}

const textOf = (answer: Answer | null): string | null => answer?.completion?.choices[0]?.text ?? null;
const promptOf = (answer: Answer | null): number => answer?.completion?.usage?.promptTokens ?? Number.NaN;

/**
 * Tokens beyond which a begun turn of 26 characters was closed, and a new one opened, or something was put before it.
 */
const MOST_OF_BEGUN_TURN = 8;

/**
 * By the size of the prompt, because a flag that is heeded leaves out the end of the turn, and a turn that is left open
 * costs no more than its own tokens; and by what comes back: the prefix repeated (which a new turn of a good model may
 * do of itself), or a text that goes on in the middle of the word.
 */
function prefixOf(
  plain: Answer | null,
  bare: Answer | null,
  flagged: Answer | null,
  thought: ServerProfile["thought"],
): PrefixMode {
  const [bareText, flaggedText] = [textOf(bare), textOf(flagged)];
  if (thought?.from === "field" && (flaggedText ?? bareText ?? "") === "") return "instructed";
  const heeded = promptOf(flagged) < promptOf(bare);
  if (bareText?.startsWith(begunTurn) && !heeded) return "echo";
  if (flaggedText !== null && (heeded || (goesOn(flaggedText) && !goesOn(bareText)))) return "continue";
  const leftOpen = promptOf(bare) - promptOf(plain) <= MOST_OF_BEGUN_TURN;
  return bareText !== null && leftOpen && goesOn(bareText) ? "trailing" : "instructed";
}

const goesOn = (text: string | null): boolean => text !== null && /^[a-z]/.test(text);

/** Renders a begun step: nothing but that may be added to the prompt, else a continuation is none. */
async function templateOf(renderer: Renderer): Promise<{
  readonly template: ServerProfile["template"];
  readonly prompt: string | null;
}> {
  const asked = { role: "user" as const, content: probeQuestion };
  const nothing = { template: null, prompt: null };
  const chat = await renderer.chat([asked]).catch(() => null);
  if (chat === null) return nothing;
  const prompt = typeof chat === "string" ? chat : await renderer.text(chat).catch(() => null);
  const begun = await renderer.chat([asked, { role: "assistant", content: begunStep }]).catch(() => null);
  const [kept, trimmed] = [
    await continued(renderer, chat, begunStep),
    await continued(renderer, chat, begunStep.trim()),
  ];
  if (begun === null || kept === null || trimmed === null) return { ...nothing, prompt };
  if (isDeepStrictEqual(begun, kept)) return { template: "keeps", prompt };
  return { template: isDeepStrictEqual(begun, trimmed) ? "trims" : "rewrites", prompt };
}

const continued = (renderer: Renderer, chat: Rendered, prefix: string) =>
  continuedPrompt(renderer, chat, prefix).catch(() => null);

/** Where nothing renders: a continued prompt that holds more than the begun turn was rewritten. */
function templateByCount(prefix: PrefixMode, plain: Answer | null, bare: Answer | null, flagged: Answer | null) {
  const continued = prefix === "continue" ? flagged : prefix === "echo" || prefix === "trailing" ? bare : null;
  const added = promptOf(continued) - promptOf(plain);
  return added > MOST_OF_BEGUN_TURN ? ("rewrites" as const) : null;
}

/** In a field of its own, at the beginning of the text, or opened by the template. */
function thoughtOf(answer: Answer | null, prompt: string | null): ServerProfile["thought"] {
  const choice = answer?.completion?.choices[0];
  if (choice?.thought !== undefined) return { from: "field", opened: false };
  const opened = prompt === null ? null : openThought(prompt);
  if (opened !== null) return { from: opened.name, opened: true };
  const lead = choice?.text.trimStart() ?? "";
  const begun = thoughtFormats.find((format: ThoughtFormat) => lead.startsWith(format.open));
  const empty = begun !== undefined && splitThought(lead).thought?.trim() === "" && !splitThought(lead).open;
  return begun === undefined || empty ? null : { from: begun.name, opened: false };
}

/** Three samples of eight tokens, none of which can end before. */
function severalOf(answer: Answer | null): Pick<ServerProfile, "samples" | "counts"> {
  const unknown = { samples: unknownServer.samples, counts: unknownServer.counts };
  if (answer?.refused) {
    const limit = Number(/(?:<=|at most|must be)\s*(\d+)/.exec(answer.words)?.[1] ?? 1);
    return { ...unknown, samples: limit < 3 ? limit : 1 };
  }
  const { choices = [], usage = null } = answer?.completion ?? {};
  if (choices.length === 0) return unknown;
  if (choices.length < 3) return { ...unknown, samples: choices.length };
  const cut = choices.every(({ finish }) => finish === "length");
  const written = choices.map(({ text, thought }) => (thought ?? "") + text).join("\n");
  const few = (tokens: number) => tokens <= probes.several.max_tokens || !believable(tokens, written);
  const one = usage !== null && cut && few(usage.completionTokens);
  return { samples: null, counts: one ? "one" : "all" };
}

type Stops = Pick<ServerProfile, "stopTexts" | "reportsStops" | "logprobs" | "logprobsOfStop">;

function stopsOf(stop: Answer | null, five: Answer | null): Stops {
  const most = Number(/at most (\d+)/.exec(five?.words ?? "")?.[1] ?? 4);
  const choice = stop?.completion?.choices[0];
  const listed = choice?.logprobs;
  const spelled = listed?.map(({ token }) => token).join("").length ?? 0;
  const written = (choice?.thought ?? "").length + (choice?.text ?? "").length;
  const ended = choice?.finish === "stop" && choice.stoppedBy !== undefined;
  return {
    stopTexts: five?.refused ? most : null,
    reportsStops: ended && choice.namesStops === true,
    logprobs: stop === null ? unknownServer.logprobs : listed === undefined ? null : 20,
    logprobsOfStop: listed === undefined || choice?.finish !== "stop" ? null : spelled > written,
  };
}

/**
 * Honoured where the same seed gave the same text and another seed another one. A server that gives one text whatever
 * the seed may heed it or not: null.
 */
function seedsOf(answers: readonly (Answer | null)[]): boolean | null {
  const [first, again, other] = answers.map(textOf);
  if (first === null || again === null || first === undefined || again === undefined) return null;
  if (!again.startsWith(first)) return false;
  return other === null || other === first ? null : true;
}

async function furtherOf(send: Send): Promise<Partial<ServerProfile>> {
  const takes = async (name: ProbeName) => {
    const answer = await send(name);
    return answer === null ? null : !answer.refused;
  };
  return { tools: await takes("tools"), jsonSchema: await takes("schema"), images: await takes("images") };
}

/** From what servers say of themselves in passing: for people, nothing is decided by it. */
function serverName(answer: Answer | null, owner: string | null): string {
  const { headers = {}, reply = null } = answer ?? {};
  if (headers["x-litellm-version"] !== undefined) return `LiteLLM ${String(headers["x-litellm-version"])}`;
  if (headers.server === "llama.cpp") return "llama.cpp";
  const print = asText(reply?.system_fingerprint) ?? "";
  const [, vllm] = /^vllm-([\d.]+)/.exec(print) ?? [];
  if (vllm !== undefined) return `vLLM ${vllm}`;
  if (print === "fp_ollama") return "Ollama";
  return owner ?? (asArray(reply?.choices).length > 0 ? "unnamed" : "unknown");
}
