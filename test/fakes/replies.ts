import type { TokenLogprob, ToolCall } from "../../src/core/policy.ts";
import { recordingOf } from "./recordings.ts";
import { type ReplyKind, reshaped, valuesOf } from "./shapes.ts";

/** The recorded servers that a fake can be, by what `/models` says of their owner. */
export const recordedAs = {
  vllm: "vllm-0.32.0",
  llamacpp: "llama.cpp-xllamacpp-2026.10",
  library: "ollama-0.17.4",
  somebody: "transformers-serve-5.19.0",
} as const;
export type Owner = keyof typeof recordedAs;

/** A sample as a server would send it: its tokens spell the text, and the stop text where the server counts that. */
export interface Written {
  /** Null beside calls of tools. */
  readonly text: string | null;
  readonly finish: string;
  readonly stoppedBy?: string | undefined;
  readonly tokens: number;
  readonly logprobs?: readonly TokenLogprob[] | undefined;
  readonly calls?: readonly ToolCall[];
}

export interface RepliedUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}

/** What the recordings show of each server beside its fields. */
const habits = {
  vllm: { namesStop: true, logprobs: "09-logprobs", stream: "10-stream", streamLogprobs: "10-stream-logprobs" },
  llamacpp: { namesStop: false, logprobs: "09-logprobs", stream: "10-stream", streamLogprobs: "10-stream-logprobs" },
  library: { namesStop: false, logprobs: "06-stop-sure-logprobs", stream: null, streamLogprobs: null },
  somebody: { namesStop: false, logprobs: null, stream: "10-stream", streamLogprobs: null },
} as const;

const recorded = (owner: Owner, id: string): unknown[] => valuesOf(recordingOf(recordedAs[owner], id));

const shaped = (owner: Owner, kind: ReplyKind, from: unknown, given: unknown): unknown =>
  reshaped(recordedAs[owner], kind, from, given);

/** A whole reply in the shape of one that the server gave. */
export function wholeReply(owner: Owner, model: string, samples: readonly Written[], usage: RepliedUsage): unknown {
  const { logprobs, namesStop } = habits[owner];
  const listed = logprobs !== null && samples.some((sample) => sample.logprobs !== undefined);
  return shaped(owner, "whole", recorded(owner, listed ? logprobs : "01-plain")[0], {
    model,
    choices: samples.map((sample, index) => ({
      index,
      message: { content: sample.text, tool_calls: callsOf(sample.calls) },
      finish_reason: sample.finish,
      stop_reason: namesStop ? (sample.stoppedBy ?? null) : undefined,
      logprobs: listed ? { content: tokensOf(sample.logprobs ?? []) } : undefined,
    })),
    usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens },
  });
}

/** The events of a stream, in the shape of a recorded one: text piece by piece, usage where the server puts it. */
export function* streamedReply(
  owner: Owner,
  samples: readonly Written[],
  usage: RepliedUsage | null,
): Generator<unknown> {
  const { stream, streamLogprobs, namesStop } = habits[owner];
  if (stream === null) throw new Error(`No stream of ${recordedAs[owner]} was recorded.`);
  const listed = streamLogprobs !== null && samples.some(({ logprobs }) => logprobs !== undefined);
  const events = recorded(owner, listed ? streamLogprobs : stream) as {
    choices: { delta: object }[];
    usage?: object;
  }[];
  const [first, middle, ...rest] = events.filter(({ choices }) => choices.length > 0);
  const last = rest.at(-1);
  const closing = events.find(({ choices }) => choices.length === 0);
  const event = (from: unknown, given: unknown) => shaped(owner, "stream", from, given);
  for (const index of samples.keys()) yield event(first, { choices: [{ index }] });
  const pieces = samples.map(({ text }) => text?.match(/[\s\S]{1,4}/g) ?? []);
  // Where the last piece comes with the end of the text, as vLLM sends it, it waits for that.
  const withEnd = last !== undefined && "content" in (last.choices[0]?.delta ?? {});
  const before = pieces.map((list) => (withEnd ? list.slice(0, -1) : list));
  for (let place = 0; place < Math.max(0, ...before.map(({ length }) => length)); place++) {
    for (const [index, list] of before.entries()) {
      if (list[place] === undefined) continue;
      const logprobs = listed
        ? { content: tokensOf(samples[index]?.logprobs?.slice(place, place + 1) ?? []) }
        : undefined;
      yield event(middle, { choices: [{ index, delta: { content: list[place] }, logprobs }] });
    }
  }
  for (const [index, sample] of samples.entries()) {
    const content = withEnd ? (pieces[index]?.at(-1) ?? "") : undefined;
    const logprobs = listed ? { content: tokensOf(sample.logprobs?.slice(before[index]?.length) ?? []) } : undefined;
    const stop_reason = namesStop ? (sample.stoppedBy ?? null) : undefined;
    const own = closing === undefined && index === samples.length - 1 && usage !== null ? withTotal(usage) : undefined;
    const choices = [{ index, delta: { content }, finish_reason: sample.finish, stop_reason, logprobs }];
    yield event(last, { choices, usage: own });
  }
  if (closing !== undefined && usage !== null) yield event(closing, { usage: withTotal(usage) });
}

const withTotal = (usage: RepliedUsage) => ({
  ...usage,
  total_tokens: usage.prompt_tokens + usage.completion_tokens,
});

const tokensOf = (logprobs: readonly TokenLogprob[]) =>
  logprobs.map(({ token, logprob, top }) => ({
    token,
    logprob,
    bytes: [...Buffer.from(token)],
    top_logprobs: (top ?? []).map((one) => ({ ...one, bytes: [...Buffer.from(one.token)] })),
  }));

const callsOf = (calls: readonly ToolCall[] = []) =>
  calls.length === 0
    ? undefined
    : calls.map(({ id, name, arguments: text }) => ({ id, type: "function", function: { name, arguments: text } }));

/** The list of models in the shape of a recorded one; transformers serve lists none. */
export function modelList(owner: Owner, models: readonly string[], server: string): unknown {
  if (owner === "somebody") return recorded(owner, "00-models")[0];
  const own = owner === "vllm" ? { root: server } : {};
  return shaped(owner, "models", recorded(owner, "00-models")[0], { data: models.map((id) => ({ id, ...own })) });
}

export interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

const refusal = (owner: Owner, id: string, error: object = {}): Refusal => {
  const { status } = recordingOf(recordedAs[owner], id).reply;
  return { status, body: shaped(owner, "error", recorded(owner, id)[0], { error }) };
};

/** Refusals that were recorded. llama.cpp takes any name of a model. */
export const refusals = {
  model: (model: string): Refusal =>
    refusal("vllm", "21-error-model", { message: `The model \`${model}\` does not exist. Valid aliases: m.` }),
  /** Of a server with so many slots. */
  samples: (n: number, slots: number): Refusal =>
    refusal("llamacpp", "04-n8-refused", {
      message: `Field 'n': Value must be between 1 <= value <= ${slots}, but got ${n}`,
    }),
  /** What vLLM sends of a request that it does not take, with other words. */
  request: (message: string): Refusal => refusal("vllm", "21-error-temperature", { message }),
  stops: (): Refusal => refusal("vllm", "06-stop-five"),
};

/** Failures that no server gave while it was recorded. */
export const failures = {
  /** OpenAI API guide, error codes: "401 - Incorrect API key provided"; the message repeats the key. */
  key: (key: string | undefined): Refusal => ({
    status: 401,
    body: inError({
      message: `Incorrect API key provided: ${key}.`,
      type: "invalid_request_error",
      code: "invalid_api_key",
    }),
  }),
  /** OpenAI API guide, error codes: "429 - Rate limit reached for requests". */
  rate: (): Refusal => ({
    status: 429,
    body: inError({ message: "Rate limit reached for requests", type: "requests", code: "rate_limit_exceeded" }),
  }),
  /** vLLM, `create_error_response` with `HTTPStatus.INTERNAL_SERVER_ERROR`. */
  broken: (): Refusal => ({
    status: 500,
    body: inError({ message: "The server has a problem", type: "InternalServerError", code: 500 }),
  }),
};

const inError = (error: object): unknown =>
  shaped("vllm", "error", recorded("vllm", "21-error-model")[0], { error: { param: null, ...error } });
