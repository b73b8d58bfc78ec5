import type { Message } from "../../core/policy.ts";
import { refused } from "../errors.ts";
import { checkImage, type ImageRule } from "./images.ts";
import type { ChatMessage } from "./schema.ts";

/**
 * A conversation's turns. What is text alone becomes plain text; everything else keeps its wire form beside a text that
 * people and verifiers can read.
 * @throws ApiError for a part that is no part, or an image address that is not allowed.
 */
export function turnsOf(messages: readonly ChatMessage[], images: ImageRule): readonly Message[] {
  return messages.map((message, index) => turnOf(message, images, `messages[${index}]`));
}

const roles = { system: "system", developer: "system", user: "user", tool: "user", assistant: "assistant" } as const;

function turnOf(message: ChatMessage, images: ImageRule, path: string): Message {
  const { content = null } = message;
  const parts = typeof content === "string" ? null : content;
  const text =
    typeof content === "string"
      ? content
      : (parts ?? []).map((part, place) => partText(part, images, `${path}.content[${place}]`)).join("");
  const role = roles[message.role];
  const calls = message.role === "assistant" ? (message.tool_calls ?? []) : [];
  if (message.role === "assistant" && content === null && calls.length === 0) {
    throw refused(`${path}.content`, `"${path}.content" must be given where there are no tool calls.`);
  }
  const shown = [text, ...calls.map((call) => `[calls ${call.function.name}(${call.function.arguments})]`)]
    .filter((line) => line !== "")
    .join("\n");
  const known = new Set(["role", "content"]);
  const extra = Object.entries(message).some(
    ([key, value]) => !known.has(key) && value !== undefined && value !== null,
  );
  const plainParts = parts === null || parts.every((part) => part.type === "text");
  const plain = !extra && plainParts && message.role !== "tool" && content !== null;
  return plain ? { role, content: text } : { role, content: shown, raw: message };
}

interface Part {
  readonly type: string;
  readonly [key: string]: unknown;
}

function partText(part: Part, images: ImageRule, path: string): string {
  if (part.type === "text" || part.type === "refusal") {
    const said = part[part.type];
    if (typeof said !== "string") throw refused(`${path}.${part.type}`, `"${path}.${part.type}" must be a text.`);
    return said;
  }
  if (part.type === "image_url") {
    const image = part.image_url as { readonly url?: unknown } | null | undefined;
    checkImage(image?.url, images, `${path}.image_url.url`);
    return "[image]";
  }
  if (part.type === "input_audio") return "[audio]";
  if (part.type === "file") {
    const file = part.file as { readonly file_data?: unknown } | null | undefined;
    if (typeof file?.file_data !== "string") {
      throw refused(`${path}.file.file_data`, "Files are taken as data only: give file_data.");
    }
    return "[file]";
  }
  throw refused(`${path}.type`, `"${path}.type" must be one of text, image_url, input_audio, file, refusal.`);
}
