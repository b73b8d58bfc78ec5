import { z } from "zod";
import type { FinishReason, TokenLogprob, ToolCall } from "../../core/policy.ts";

/** A reply as the rest of the program sees it. */
export interface Completion {
  readonly choices: readonly Choice[];
  /** Of the whole request; null when the server does not say. */
  readonly usage: RequestUsage | null;
}

export interface Choice {
  readonly text: string;
  readonly finish: FinishReason;
  readonly stoppedBy?: string;
  readonly logprobs?: readonly TokenLogprob[];
  readonly toolCalls?: readonly ToolCall[];
}

export interface RequestUsage {
  readonly promptTokens: number;
  readonly cachedPromptTokens: number;
  readonly completionTokens: number;
}

const tokenSchema = z.object({ token: z.string(), logprob: z.number() });
const logprobsSchema = z.object({
  content: z.array(tokenSchema.extend({ top_logprobs: z.array(tokenSchema).nullish() })).nullish(),
});
const contentSchema = z.union([z.string(), z.array(z.object({ text: z.string().optional() }))]).nullish();
const toolCallsSchema = z
  .array(
    z.object({
      index: z.number().int().nonnegative().optional(),
      id: z.string().nullish(),
      function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
    }),
  )
  .nullish();
const choiceSchema = z.object({
  index: z.number().int().nonnegative().optional(),
  finish_reason: z.string().nullish(),
  /** vLLM: the stop text, or the id of a stop token. */
  stop_reason: z.union([z.string(), z.number()]).nullish(),
  /** SGLang: the same. */
  matched_stop: z.union([z.string(), z.number()]).nullish(),
  logprobs: logprobsSchema.nullish(),
});
const usageSchema = z.object({
  prompt_tokens: z.number().int().nonnegative(),
  completion_tokens: z.number().int().nonnegative().optional(),
  prompt_tokens_details: z.object({ cached_tokens: z.number().int().nonnegative().nullish() }).nullish(),
});
const replySchema = z.object({
  choices: z
    .array(choiceSchema.extend({ message: z.object({ content: contentSchema, tool_calls: toolCallsSchema }) }))
    .min(1),
  usage: usageSchema.nullish(),
});
const chunkSchema = z.object({
  choices: z.array(
    choiceSchema.extend({ delta: z.object({ content: contentSchema, tool_calls: toolCallsSchema }).nullish() }),
  ),
  usage: usageSchema.nullish(),
});

type RawChoice = z.infer<typeof choiceSchema>;
type RawLogprobs = z.infer<typeof logprobsSchema>["content"];

/** Reads a whole reply. @throws SyntaxError or ZodError when it is none. */
export function readCompletion(body: string): Completion {
  const reply = replySchema.parse(JSON.parse(body));
  const ordered = reply.choices.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0));
  return {
    choices: ordered.map((choice) =>
      choiceOf(choice, plainText(choice.message.content), choice.logprobs?.content, callsOf(choice.message.tool_calls)),
    ),
    usage: usageFrom(reply.usage),
  };
}

/**
 * Puts a streamed reply together. `add` takes the data of one event; `finish` gives the whole once the stream has
 * ended.
 * @throws Error from `finish` when the stream ended before each choice did: it was cut.
 */
export function completionBuilder(onText: (index: number, text: string) => void) {
  const parts = new Map<number, StreamedChoice>();
  let usage: RequestUsage | null = null;
  return {
    add(data: string): void {
      if (data === "[DONE]") return;
      const chunk = chunkSchema.parse(JSON.parse(data));
      usage = usageFrom(chunk.usage) ?? usage;
      for (const choice of chunk.choices) {
        const index = choice.index ?? 0;
        const part = parts.get(index) ?? { raw: {}, text: "", logprobs: [], calls: [] };
        const piece = plainText(choice.delta?.content);
        part.text += piece;
        if (choice.finish_reason) part.raw = choice;
        if (choice.logprobs?.content) part.logprobs.push(...choice.logprobs.content);
        addCalls(part.calls, choice.delta?.tool_calls);
        parts.set(index, part);
        if (piece !== "") onText(index, piece);
      }
    },
    finish(): Completion {
      const ordered = [...parts].toSorted(([a], [b]) => a - b).map(([, part]) => part);
      if (ordered.length === 0) throw new Error("the stream ended before it began");
      if (ordered.some(({ raw }) => !raw.finish_reason)) throw new Error("the stream ended in the middle of a text");
      return {
        choices: ordered.map(({ raw, text, logprobs, calls }) =>
          choiceOf(raw, text, logprobs.length > 0 ? logprobs : undefined, calls),
        ),
        usage,
      };
    },
  };
}

interface StreamedChoice {
  raw: RawChoice;
  text: string;
  readonly logprobs: NonNullable<RawLogprobs>;
  readonly calls: ToolCall[];
}

type RawCalls = z.infer<typeof toolCallsSchema>;

const callsOf = (raw: RawCalls): ToolCall[] =>
  (raw ?? []).map((call, place) => ({
    id: call.id ?? `call_${place}`,
    name: call.function?.name ?? "",
    arguments: call.function?.arguments ?? "",
  }));

/** Streamed calls come in pieces: the name first, the arguments bit by bit. */
function addCalls(calls: ToolCall[], raw: RawCalls): void {
  for (const [place, piece] of callsOf(raw).entries()) {
    const index = raw?.[place]?.index ?? place;
    const before = calls[index];
    calls[index] =
      before === undefined
        ? piece
        : { ...before, name: before.name + piece.name, arguments: before.arguments + piece.arguments };
  }
}

function choiceOf(raw: RawChoice, text: string, logprobs: RawLogprobs, calls: readonly ToolCall[]): Choice {
  const stopText = [raw.stop_reason, raw.matched_stop].find((reason) => typeof reason === "string");
  return {
    text,
    finish: raw.finish_reason === "length" ? "length" : "stop",
    ...(stopText !== undefined && { stoppedBy: stopText }),
    ...(calls.length > 0 && { toolCalls: calls }),
    ...(logprobs && {
      logprobs: logprobs.map(({ token, logprob, top_logprobs }) => ({
        token,
        logprob,
        ...(top_logprobs && { top: top_logprobs.map((top) => ({ token: top.token, logprob: top.logprob })) }),
      })),
    }),
  };
}

function plainText(content: z.infer<typeof contentSchema>): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => part.text ?? "").join("");
}

function usageFrom(usage: z.infer<typeof usageSchema> | null | undefined): RequestUsage | null {
  if (!usage) return null;
  return {
    promptTokens: usage.prompt_tokens,
    cachedPromptTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    completionTokens: usage.completion_tokens ?? 0,
  };
}
