import type { FinishReason, TokenLogprob, ToolCall } from "../../core/policy.ts";
import { asArray, asNumber, asRecord, asText, type Fields } from "./fields.ts";
import { finishOf } from "./finish.ts";
import { saidError } from "./said-error.ts";

/** A reply as the rest of the program sees it. */
export interface Completion {
  readonly choices: readonly Choice[];
  /** Of the whole request; null when the server does not say. */
  readonly usage: RequestUsage | null;
}

export interface Choice {
  readonly text: string;
  /** The thought, where the server took it out of the text. */
  readonly thought?: string;
  readonly finish: FinishReason;
  /** The server's own word for the end, where `finish` cannot say it. */
  readonly ending?: string;
  /** What the model said in place of an answer. */
  readonly refusal?: string;
  readonly stoppedBy?: string;
  /** True where the server says for every text which stop text ended it, if one did. */
  readonly namesStops?: boolean;
  readonly logprobs?: readonly TokenLogprob[];
  /** The id of the last token with a log-probability, where the server gives ids (llama.cpp). */
  readonly lastId?: number;
  readonly toolCalls?: readonly ToolCall[];
}

export interface RequestUsage {
  readonly promptTokens: number;
  readonly cachedPromptTokens: number;
  readonly completionTokens: number;
  readonly thoughtTokens?: number;
}

/**
 * Reads a whole reply. Only the texts are required.
 * @throws SyntaxError or TypeError when it is none; SaidError when it is an error.
 */
export function readCompletion(body: string): Completion {
  const reply = asRecord(JSON.parse(withoutMark(body)));
  const failure = saidError(reply);
  const choices = asArray(reply?.choices).map(asRecord);
  if (failure !== null && !choices.some((choice) => choice !== null && textOf(choice) !== null)) throw failure;
  if (choices.length === 0) throw new TypeError("it has no choices");
  const ordered = choices
    .map((choice, place) => ({ choice, index: asNumber(choice?.index) ?? place }))
    .toSorted((a, b) => a.index - b.index);
  return { choices: ordered.map(({ choice }) => wholeChoice(choice)), usage: usageFrom(reply?.usage) };
}

function wholeChoice(choice: Fields | null): Choice {
  const failure = saidError(choice);
  if (failure !== null) throw failure;
  const text = choice === null ? null : textOf(choice);
  if (choice === null || text === null) throw new TypeError("a choice of it has no text");
  const message = asRecord(choice.message);
  return choiceOf(choice, {
    text,
    thought: thoughtOf(message),
    refusal: asText(message?.refusal) || undefined,
    logprobs: tokensOf(choice.logprobs),
    lastId: lastIdOf(choice.logprobs),
    calls: callsOf(message?.tool_calls),
  });
}

/**
 * The text of a choice: null where it has none and nothing that takes its place (a thought, a call, a refusal, or a
 * message that says "no text" by null).
 */
function textOf(choice: Fields): string | null {
  if (typeof choice.text === "string") return choice.text;
  const message = asRecord(choice.message);
  if (message === null) return null;
  if (message.content === undefined && thoughtOf(message) === undefined && message.tool_calls === undefined)
    return typeof message.refusal === "string" ? "" : null;
  return plainText(message.content);
}

/**
 * Puts a streamed reply together. `add` takes the data of one event; `finish` gives the whole once the stream has
 * ended.
 * Where the stream came to its own end and some choices but not all did (LiteLLM), the end of the others is unknown.
 * @throws Error from `finish` when the stream ended before its choices did: it was cut; SaidError from `add` for an
 * event that is an error.
 */
export function completionBuilder(onText: (index: number, text: string) => void) {
  const parts = new Map<number, StreamedChoice>();
  let usage: RequestUsage | null = null;
  let done = false;
  return {
    add(data: string): void {
      done ||= data.trim() === "[DONE]";
      if (data.trim() === "[DONE]" || data.trim() === "") return;
      const chunk = asRecord(JSON.parse(data));
      const failure = saidError(chunk);
      if (failure !== null) throw failure;
      usage = usageFrom(chunk?.usage) ?? usage;
      for (const choice of asArray(chunk?.choices).map(asRecord)) {
        if (choice === null) continue;
        const piece = addPiece(parts, choice);
        if (piece !== "") onText(asNumber(choice.index) ?? 0, piece);
      }
    },
    finish(): Completion {
      const ordered = [...parts].toSorted(([a], [b]) => a - b).map(([, part]) => part);
      if (ordered.length === 0) throw new Error("the stream ended before it began");
      const ended = ordered.filter(({ raw }) => raw.finish_reason);
      if (ended.length < ordered.length && !(done && ended.length > 0))
        throw new Error("the stream ended in the middle of a text");
      const choices = ordered.map((part) => choiceOf(part.raw, { ...part, calls: inOrder(part.streamedCalls) }));
      return { choices, usage };
    },
  };
}

interface StreamedChoice extends Parts {
  raw: Fields;
  text: string;
  thought: string | undefined;
  refusal: string | undefined;
  logprobs: TokenLogprob[] | undefined;
  lastId: number | undefined;
  readonly streamedCalls: StreamedCall[];
}

/** A call under way: its place as the server numbers it, and the id that the server gave it, if any. */
interface StreamedCall {
  readonly index: number;
  readonly id: string | undefined;
  call: ToolCall;
}

/** Adds one piece to its choice and returns the text in it. */
function addPiece(parts: Map<number, StreamedChoice>, choice: Fields): string {
  const failure = saidError(choice);
  if (failure !== null) throw failure;
  const index = asNumber(choice.index) ?? 0;
  const part = parts.get(index) ?? newPart();
  parts.set(index, part);
  const delta = asRecord(choice.delta);
  const piece = typeof choice.text === "string" ? choice.text : plainText(delta?.content);
  const thought = thoughtOf(delta);
  part.text += piece;
  if (thought !== undefined) part.thought = (part.thought ?? "") + thought;
  const refusal = asText(delta?.refusal) || undefined;
  if (refusal !== undefined) part.refusal = (part.refusal ?? "") + refusal;
  if (choice.finish_reason) part.raw = choice;
  const tokens = tokensOf(choice.logprobs);
  if (tokens !== undefined) {
    part.logprobs ??= [];
    for (const token of tokens) part.logprobs.push(token);
  }
  part.lastId = lastIdOf(choice.logprobs) ?? part.lastId;
  addCalls(part.streamedCalls, delta?.tool_calls);
  return piece;
}

const newPart = (): StreamedChoice => ({
  raw: {},
  streamed: true,
  text: "",
  thought: undefined,
  refusal: undefined,
  logprobs: undefined,
  lastId: undefined,
  calls: [],
  streamedCalls: [],
});

function callsOf(raw: unknown): ToolCall[] {
  return asArray(raw).map((entry, place) => {
    const call = asRecord(entry);
    const named = asRecord(call?.function);
    return {
      id: asText(call?.id) ?? `call_${place}`,
      name: asText(named?.name) ?? "",
      arguments:
        typeof named?.arguments === "object" ? JSON.stringify(named.arguments) : (asText(named?.arguments) ?? ""),
    };
  });
}

/**
 * Streamed calls come in pieces: the name first, the arguments bit by bit. Those of one call have its index; some
 * servers give all calls the same one, and then another id begins another call.
 */
function addCalls(calls: StreamedCall[], raw: unknown): void {
  for (const [place, piece] of callsOf(raw).entries()) {
    const given = asRecord(asArray(raw)[place]);
    const index = asNumber(given?.index) ?? place;
    const id = asText(given?.id) || undefined;
    const before = calls.findLast((known) => known.index === index);
    if (before === undefined || (id !== undefined && before.id !== undefined && id !== before.id)) {
      calls.push({ index, id, call: { ...piece, id: id ?? `call_${calls.length}` } });
      continue;
    }
    const { call } = before;
    before.call = { ...call, name: call.name + piece.name, arguments: call.arguments + piece.arguments };
  }
}

const inOrder = (calls: readonly StreamedCall[]): ToolCall[] =>
  calls.toSorted((a, b) => a.index - b.index).map(({ call }) => call);

interface Parts {
  readonly streamed?: boolean;
  readonly text: string;
  readonly thought: string | undefined;
  readonly refusal: string | undefined;
  readonly logprobs: readonly TokenLogprob[] | undefined;
  readonly lastId: number | undefined;
  readonly calls: readonly ToolCall[];
}

function choiceOf(raw: Fields, parts: Parts): Choice {
  const stops = stopOf(raw);
  const { finish, ending } = finishOf(
    parts.streamed && !raw.finish_reason ? "none given" : raw.finish_reason,
    parts.refusal !== undefined,
  );
  return {
    text: parts.text,
    thought: parts.thought,
    finish,
    ending,
    ...(parts.refusal !== undefined && { refusal: parts.refusal }),
    stoppedBy: stops.text,
    ...(stops.named && { namesStops: true }),
    ...(parts.calls.length > 0 && { toolCalls: parts.calls }),
    ...(parts.logprobs && { logprobs: parts.logprobs, lastId: parts.lastId }),
  };
}

/**
 * Which stop text ended it: `stop_reason` (vLLM, which gives null at the end of the text), `matched_stop` (SGLang),
 * or what a proxy passes on of them. A number is the id of a token.
 */
function stopOf(raw: Fields): { readonly text?: string; readonly named: boolean } {
  const passedOn = asRecord(raw.provider_specific_fields);
  const fields = [raw.stop_reason, raw.matched_stop, passedOn?.stop_reason, passedOn?.matched_stop];
  const text = fields.find((reason) => typeof reason === "string");
  return { ...(text !== undefined && { text: text as string }), named: fields.some((reason) => reason !== undefined) };
}

/** Servers with a parser name the thought `reasoning_content` or, as vLLM since 0.32, `reasoning`. */
function thoughtOf(message: Fields | null): string | undefined {
  const given = [message?.reasoning_content, message?.reasoning].find((value) => typeof value === "string");
  return given === "" ? undefined : (given as string | undefined);
}

function tokensOf(logprobs: unknown): TokenLogprob[] | undefined {
  const fields = asRecord(logprobs);
  if (Array.isArray(fields?.tokens)) return tokensOfCompletions(fields);
  const content = fields?.content;
  if (!Array.isArray(content)) return undefined;
  const tokens = content.map((entry) => {
    const { token, logprob, top_logprobs } = asRecord(entry) ?? {};
    const alternatives = Array.isArray(top_logprobs) ? top_logprobs.flatMap((top) => tokenOf(asRecord(top))) : null;
    return tokenOf({ token, logprob }).map((one) => (alternatives === null ? one : { ...one, top: alternatives }));
  });
  return tokens.every((one) => one.length === 1) ? tokens.flat() : undefined;
}

function lastIdOf(logprobs: unknown): number | undefined {
  const last = asRecord(asArray(asRecord(logprobs)?.content).at(-1));
  return asNumber(last?.id) ?? undefined;
}

/** In the form of `/completions`: parallel lists, and alternatives as a record of words. */
function tokensOfCompletions({ tokens, token_logprobs, top_logprobs }: Fields): TokenLogprob[] | undefined {
  const list = asArray(tokens).map((token, place) => {
    const [one] = tokenOf({ token, logprob: asArray(token_logprobs)[place] });
    const top = asRecord(asArray(top_logprobs)[place]);
    if (one === undefined || top === null) return one;
    const alternatives = Object.entries(top).flatMap(([word, logprob]) => tokenOf({ token: word, logprob }));
    return { ...one, top: alternatives.toSorted((a, b) => b.logprob - a.logprob) };
  });
  return list.every((one) => one !== undefined) ? list : undefined;
}

function tokenOf(entry: Fields | null): { token: string; logprob: number }[] {
  const { token, logprob } = entry ?? {};
  return typeof token === "string" && typeof logprob === "number" ? [{ token, logprob }] : [];
}

function plainText(content: unknown): string {
  if (typeof content === "string") return content;
  return asArray(content)
    .map((part) => asText(asRecord(part)?.text) ?? "")
    .join("");
}

/** What the server counted, as far as these are numbers; whether they can be true is judged in usage.ts. */
function usageFrom(given: unknown): RequestUsage | null {
  const usage = asRecord(given);
  if (usage === null) return null;
  const thoughtTokens = asNumber(asRecord(usage.completion_tokens_details)?.reasoning_tokens);
  return {
    promptTokens: asNumber(usage.prompt_tokens) ?? Number.NaN,
    cachedPromptTokens: asNumber(asRecord(usage.prompt_tokens_details)?.cached_tokens) ?? 0,
    completionTokens: asNumber(usage.completion_tokens) ?? Number.NaN,
    ...(thoughtTokens !== null && thoughtTokens > 0 && { thoughtTokens }),
  };
}

/** Some servers begin their JSON with a byte-order mark. */
const withoutMark = (text: string): string => (text.startsWith("\uFEFF") ? text.slice(1) : text);
