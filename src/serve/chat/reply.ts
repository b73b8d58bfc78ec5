import type { TokenLogprob } from "../../core/policy.ts";
import type { Reply } from "../think.ts";
import { usageOf } from "../usage.ts";

/** What all parts of one completion share. */
export interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

/** The body of a completion that is not streamed. */
export function completionOf(head: Head, replies: readonly Reply[]) {
  return {
    ...head,
    object: "chat.completion",
    choices: replies.map((reply, index) => ({
      index,
      message: {
        role: "assistant",
        content:
          (reply.toolCalls.length > 0 || refusalOf(reply) !== null) && reply.content === "" ? null : reply.content,
        refusal: refusalOf(reply),
        ...(reply.toolCalls.length > 0 && { tool_calls: reply.toolCalls.map(wireCall) }),
      },
      finish_reason: reply.finish,
      logprobs: wireLogprobs(reply.logprobs),
      ruminate: reply.evidence,
    })),
    usage: usageOf(replies),
  };
}

/** Why there is no text: in the model's words, or because no reply of this choice could be delivered. */
export const refusalOf = ({ refusal, failure }: Reply): string | null => refusal ?? failure?.message ?? null;

export const wireCall = ({ id, name, arguments: text }: Reply["toolCalls"][number]) => ({
  id,
  type: "function",
  function: { name, arguments: text },
});

export function wireLogprobs(logprobs: readonly TokenLogprob[] | null) {
  if (logprobs === null) return null;
  const bytes = (token: string) => [...new TextEncoder().encode(token)];
  const one = ({ token, logprob }: Pick<TokenLogprob, "token" | "logprob">) => ({
    token,
    logprob: Number.isFinite(logprob) ? logprob : -9999, // as OpenAI shows a probability of zero
    bytes: bytes(token),
  });
  return {
    content: logprobs.map((entry) => ({ ...one(entry), top_logprobs: (entry.top ?? []).map(one) })),
    refusal: null,
  };
}
