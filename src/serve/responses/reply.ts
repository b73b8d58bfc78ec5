import type { ChatMessage } from "../chat/schema.ts";
import type { Reply } from "../think.ts";
import { usageOf } from "../usage.ts";
import type { ResponsesBody } from "./schema.ts";

export interface ResponseObject {
  readonly id: string;
  readonly object: "response";
  readonly status: "in_progress" | "completed" | "incomplete" | "failed";
  readonly output: readonly object[];
  readonly [field: string]: unknown;
}

export interface ResponseHead {
  readonly id: string;
  readonly created: number;
  readonly body: ResponsesBody;
}

/** Why a response is incomplete. */
const reasons: Readonly<Partial<Record<Reply["finish"], string>>> = {
  length: "max_output_tokens",
  content_filter: "content_filter",
};

/** A response as it stands: before the reply all but the output is there. */
export function responseObject(
  { id, created, body }: ResponseHead,
  reply: Reply | null,
  output: readonly object[],
): ResponseObject {
  const usage = reply === null ? null : usageOf([reply]);
  const missing = reply === null ? undefined : reasons[reply.finish];
  return {
    id,
    object: "response",
    created_at: created,
    status: reply === null ? "in_progress" : missing === undefined ? "completed" : "incomplete",
    error: null,
    incomplete_details: missing === undefined ? null : { reason: missing },
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    model: body.model,
    output,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: body.reasoning?.effort ?? null, summary: null },
    store: body.store ?? true,
    temperature: body.temperature ?? null,
    text: { format: body.text?.format ?? { type: "text" } },
    tool_choice: body.tool_choice ?? "auto",
    tools: body.tools ?? [],
    top_p: body.top_p ?? null,
    truncation: "disabled",
    usage: usage && {
      input_tokens: usage.prompt_tokens,
      input_tokens_details: usage.prompt_tokens_details,
      output_tokens: usage.completion_tokens,
      output_tokens_details: usage.completion_tokens_details,
      total_tokens: usage.total_tokens,
      ruminate: usage.ruminate,
    },
    user: body.user ?? null,
    ruminate: reply?.evidence ?? null,
  };
}

export const reasoningItem = (id: string, text: string) => ({
  id: `rs_${id}`,
  type: "reasoning",
  summary: text === "" ? [] : [{ type: "summary_text", text }],
});

export const messageItem = (id: string, parts: readonly object[] | null) => ({
  id: `msg_${id}`,
  type: "message",
  role: "assistant",
  status: parts === null ? "in_progress" : "completed",
  content: parts ?? [],
});

export const textPart = (text: string) => ({ type: "output_text" as const, text, annotations: [], logprobs: [] });
export const refusalPart = (refusal: string) => ({ type: "refusal" as const, refusal });

/** What a reply says: its text, and its refusal where it refuses in words. Nothing where it only calls functions. */
export function partsOf({ content, refusal, toolCalls }: Pick<Reply, "content" | "refusal" | "toolCalls">) {
  const text = content === "" && (refusal !== null || toolCalls.length > 0) ? [] : [textPart(content)];
  return [...text, ...(refusal === null ? [] : [refusalPart(refusal)])];
}

export const callItem = (id: string, call: Reply["toolCalls"][number], place: number) => ({
  id: `fc_${id}_${place}`,
  type: "function_call",
  status: "completed",
  call_id: call.id,
  name: call.name,
  arguments: call.arguments,
});

/** The reply as a turn that a later request can go on from. */
export function turnOfReply({ content, refusal, toolCalls }: Reply): ChatMessage {
  if (refusal !== null) return { role: "assistant", content: content === "" ? null : content, refusal };
  if (toolCalls.length === 0) return { role: "assistant", content };
  const calls = toolCalls.map(({ id, name, arguments: text }) => ({
    id,
    type: "function" as const,
    function: { name, arguments: text },
  }));
  return { role: "assistant", content: content === "" ? null : content, tool_calls: calls };
}
