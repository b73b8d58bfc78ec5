import type { LanguageModelV4Message, LanguageModelV4Prompt } from "@ai-sdk/provider";
import type { Message } from "../../core/policy.ts";

type Parts = readonly Readonly<Record<string, unknown>>[];
interface Wire {
  readonly role?: string;
  readonly content?: string | Parts | null;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { name: string; arguments: string } }[];
}
type UserPart = Extract<LanguageModelV4Message, { role: "user" }>["content"][number];

/** A conversation as a prompt of the AI SDK; what a message's raw form has beside its text is kept. */
export function promptOf(messages: readonly Pick<Message, "role" | "content" | "raw">[]): LanguageModelV4Prompt {
  const names = new Map<string, string>();
  return messages.map((message): LanguageModelV4Message => {
    const raw = message.raw as Wire | undefined;
    const { role, content, tool_calls: calls = [], tool_call_id: answered } = raw ?? (message as Wire);
    const text = typeof content === "string" ? content : message.content;
    if (role === "system" || role === "developer") return { role: "system", content: text };
    if (role === "tool") {
      const toolCallId = answered ?? "";
      const output = { type: "text" as const, value: text };
      return {
        role: "tool",
        content: [{ type: "tool-result", toolCallId, toolName: names.get(toolCallId) ?? "", output }],
      };
    }
    if (role !== "assistant") {
      return { role: "user", content: Array.isArray(content) ? content.map(userPart) : [{ type: "text", text }] };
    }
    for (const { id, function: called } of calls) names.set(id, called.name);
    const said = typeof content === "string" && content !== "" ? [{ type: "text" as const, text: content }] : [];
    const made = calls.map(({ id, function: called }) => ({
      type: "tool-call" as const,
      toolCallId: id,
      toolName: called.name,
      input: argumentsOf(called.arguments),
    }));
    return { role: "assistant", content: [...said, ...made] };
  });
}

function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    return text;
  }
}

function userPart(part: Readonly<Record<string, unknown>>): UserPart {
  if (part.type === "text") return { type: "text", text: String(part.text) };
  const url = (part.image_url as { url?: string } | undefined)?.url;
  const file = part.file as { file_data?: string; filename?: string } | undefined;
  const given = url ?? file?.file_data ?? "";
  const [, mediaType, data] = /^data:([^;,]+)[^,]*,(.*)$/s.exec(given) ?? [];
  const filename = file?.filename;
  if (data === undefined) return { type: "file", mediaType: "image/*", data: { type: "url", url: new URL(given) } };
  return { type: "file", mediaType: mediaType ?? "application/octet-stream", data: { type: "data", data }, filename };
}
