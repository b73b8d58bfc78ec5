import type { Message, SampleRequest } from "../../core/policy.ts";

/**
 * How an assistant turn that has begun is gone on with: `continue` by `continue_final_message` (vLLM, SGLang); `echo`
 * by a final assistant message, which the server goes on with and repeats in its answer (llama.cpp); `instructed` by
 * asking in words.
 */
export type PrefixMode = "continue" | "echo" | "instructed";

/** Sent after the text so far where the server cannot go on with a turn by itself. */
export const continueInstruction =
  "Your last message was cut off. Go on from exactly where it ends. Write only what comes next: do not repeat any of it, do not comment.";

export interface BodySettings {
  readonly model: string;
  readonly prefix: PrefixMode;
  readonly tokenLimitField: "max_tokens" | "max_completion_tokens";
  readonly extraBody: Readonly<Record<string, unknown>>;
  readonly stream: boolean;
}

/**
 * The body of a chat-completions request. The seed is the first sample's; a server derives those of the others from
 * it.
 */
export function requestBody(request: SampleRequest, settings: BodySettings): string {
  const { topP, topK, minP, stop, logprobs } = request;
  const begun = (request.prefix ?? "") !== "";
  return JSON.stringify({
    model: settings.model,
    messages: turnsOf({ ...request, messages: request.messages.map(onTheWire) }, settings.prefix),
    temperature: request.temperature,
    [settings.tokenLimitField]: request.maxTokens,
    ...(request.n > 1 && { n: request.n }),
    seed: request.seeds[0],
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
    ...(minP !== undefined && { min_p: minP }),
    ...(stop !== undefined && stop.length > 0 && { stop }),
    ...(logprobs !== undefined && { logprobs: true, ...(logprobs > 0 && { top_logprobs: logprobs }) }),
    ...(begun && settings.prefix === "continue" && { continue_final_message: true, add_generation_prompt: false }),
    ...(settings.stream && { stream: true, stream_options: { include_usage: true } }),
    ...request.fields,
    ...settings.extraBody,
  });
}

const onTheWire = (message: Message): Message => (message.raw ?? message) as Message;

/** The conversation as it is sent, with the assistant turn that has begun. */
export function turnsOf(
  request: Pick<SampleRequest, "messages" | "prefix">,
  mode: PrefixMode,
): readonly Pick<Message, "role" | "content">[] {
  const { messages, prefix = "" } = request;
  if (prefix === "") return messages;
  const begun: Message = { role: "assistant", content: prefix };
  if (mode !== "instructed") return [...messages, begun];
  return [...messages, begun, { role: "user", content: continueInstruction }];
}
