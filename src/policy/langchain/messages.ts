import type { AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import type { Message } from "../../core/policy.ts";

/** LangChain's kinds of messages, which are loaded only where they are needed. */
export interface MessageClasses {
  readonly AIMessage: typeof AIMessage;
  readonly HumanMessage: typeof HumanMessage;
  readonly SystemMessage: typeof SystemMessage;
  readonly ToolMessage: typeof ToolMessage;
}

interface Wire {
  readonly role?: string;
  readonly content?: string | readonly Readonly<Record<string, unknown>>[] | null;
  readonly name?: string;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { name: string; arguments: string } }[];
}

type Content = HumanMessage["content"];

/** A conversation as LangChain's messages; what a message's raw form has beside its text is kept. */
export function messagesOf(
  messages: readonly Pick<Message, "role" | "content" | "raw">[],
  { AIMessage, HumanMessage, SystemMessage, ToolMessage }: MessageClasses,
): BaseMessage[] {
  return messages.map((message) => {
    const raw = (message.raw ?? message) as Wire;
    const parts = Array.isArray(raw.content) ? (raw.content as unknown as Content) : null;
    const text = typeof raw.content === "string" ? raw.content : message.content;
    const name = raw.name;
    const content = parts ?? text;
    if (raw.role === "system" || raw.role === "developer") return new SystemMessage({ content, name });
    if (raw.role === "tool") return new ToolMessage({ content, tool_call_id: raw.tool_call_id ?? "", name });
    if (raw.role !== "assistant") return new HumanMessage({ content, name });
    const calls = raw.tool_calls ?? [];
    const said = calls.length > 0 && raw.content == null ? "" : content;
    return new AIMessage({ content: said, name, ...callsOf(calls) });
  });
}

/** Calls with arguments that are no JSON object stay beside the others, as LangChain itself keeps them. */
function callsOf(calls: NonNullable<Wire["tool_calls"]>) {
  const read = calls.map(({ id, function: { name, arguments: text } }) => ({ id, name, text, args: objectIn(text) }));
  return {
    tool_calls: read.flatMap(({ id, name, args }) =>
      args === null ? [] : [{ type: "tool_call" as const, id, name, args }],
    ),
    invalid_tool_calls: read.flatMap(({ id, name, text, args }) =>
      args === null ? [{ type: "invalid_tool_call" as const, id, name, args: text, error: "not a JSON object" }] : [],
    ),
  };
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
