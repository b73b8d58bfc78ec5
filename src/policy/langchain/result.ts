import type { AIMessage } from "@langchain/core/messages";
import type { Generation, LLMResult } from "@langchain/core/outputs";
import type { TokenLogprob } from "../../core/policy.ts";
import type { Choice, Completion, RequestUsage } from "../openai/completion.ts";
import { finishOf } from "../openai/finish.ts";

type Facts = Record<string, unknown>;

/** Reads what `generate` gives for one prompt. */
export function completionOf(result: LLMResult): Completion {
  const generations = result.generations[0] ?? [];
  return { choices: generations.map(choiceOf), usage: usageFrom(result, generations) };
}

function choiceOf(generation: Generation): Choice {
  const message = messageOf(generation);
  const facts: Facts = { ...generation.generationInfo, ...message?.response_metadata };
  const reason =
    facts.finish_reason ?? facts.finishReason ?? facts.stop_reason ?? facts.stopReason ?? facts.done_reason;
  const thought = thoughtOf(message);
  const refusal = message?.additional_kwargs.refusal;
  const refused = typeof refusal === "string" && refusal !== "";
  const logprobs = (facts.logprobs as { content?: readonly RawToken[] | null } | null | undefined)?.content;
  return {
    text: message?.text ?? generation.text,
    ...finishOf(reason, refused),
    ...(refused && { refusal }),
    ...(thought !== "" && { thought }),
    ...callsOf(message),
    ...(typeof facts.stop_sequence === "string" && { stoppedBy: facts.stop_sequence }),
    ...(logprobs && { logprobs: logprobs.map(tokenOf) }),
  };
}

/** Calls of tools, those with arguments that are no JSON among them: whoever reads the reply says so. */
function callsOf(message: AIMessage | undefined): Pick<Choice, "toolCalls"> {
  const made = (message?.tool_calls ?? []).map(({ id, name, args }) => ({ id, name, text: JSON.stringify(args) }));
  const broken = (message?.invalid_tool_calls ?? []).map(({ id, name, args }) => ({ id, name, text: args ?? "" }));
  const calls = [...made, ...broken];
  if (calls.length === 0) return {};
  return {
    toolCalls: calls.map(({ id, name = "", text }, place) => ({ id: id ?? `call_${place}`, name, arguments: text })),
  };
}

/** LangChain's classes put a thought beside the text: as blocks of reasoning, or as a further field. */
function thoughtOf(message: AIMessage | undefined): string {
  const given = message?.additional_kwargs.reasoning_content;
  if (typeof given === "string") return given;
  const content: unknown = message?.content;
  const blocks = Array.isArray(content) ? (content as Facts[]) : [];
  return blocks
    .map(({ type, thinking, reasoning }) =>
      type === "thinking" || type === "reasoning" ? (thinking ?? reasoning) : "",
    )
    .filter((part) => typeof part === "string")
    .join("");
}

interface RawToken {
  readonly token: string;
  readonly logprob: number;
  readonly top_logprobs?: readonly RawToken[];
}

const tokenOf = ({ token, logprob, top_logprobs }: RawToken): TokenLogprob => ({
  token,
  logprob,
  ...(top_logprobs && { top: top_logprobs.map((top) => ({ token: top.token, logprob: top.logprob })) }),
});

/**
 * Of the whole request. With several samples each message carries the usage of all of them, so it is read once: from
 * `llmOutput` where the class gives it, else from the first message.
 */
function usageFrom(result: LLMResult, generations: readonly Generation[]): RequestUsage | null {
  const first = generations[0] && messageOf(generations[0])?.usage_metadata;
  const whole = result.llmOutput?.tokenUsage as { promptTokens?: number; completionTokens?: number } | undefined;
  const promptTokens = whole?.promptTokens || first?.input_tokens;
  const completionTokens = whole?.completionTokens || first?.output_tokens;
  if (promptTokens === undefined || completionTokens === undefined) return null;
  return { promptTokens, completionTokens, cachedPromptTokens: first?.input_token_details?.cache_read ?? 0 };
}

function messageOf(generation: Generation): AIMessage | undefined {
  return "message" in generation ? (generation.message as AIMessage) : undefined;
}
