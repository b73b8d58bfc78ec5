import { z } from "zod";
import type { Message } from "../../core/policy.ts";
import { refused } from "../errors.ts";
import { issueOf } from "../issue.ts";
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

/** What only a server or a client's helper says. The reasoning is how our vote went, no thought of a model. */
const ofReplies = new Set(["annotations", "parsed", "reasoning", "reasoning_content"]);

/** The message as it is sent: without fields that say nothing, and without what only replies say. */
function withoutNulls(message: ChatMessage): ChatMessage {
  const kept = Object.entries(message).flatMap(([key, value]): [string, unknown][] => {
    if (key === "content") return [[key, value]];
    if (value === undefined || value === null || ofReplies.has(key)) return [];
    if (key !== "tool_calls" || !Array.isArray(value)) return [[key, value]];
    return value.length === 0 ? [] : [[key, value.map(sentCall)]];
  });
  return Object.fromEntries(kept) as ChatMessage;
}

type AssistantCall = NonNullable<Extract<ChatMessage, { role: "assistant" }>["tool_calls"]>[number];

const sentCall = ({ id, type, function: { name, arguments: text } }: AssistantCall): AssistantCall => ({
  id,
  type,
  function: { name, arguments: text },
});

const roles = { system: "system", developer: "system", user: "user", tool: "user", assistant: "assistant" } as const;

function turnOf(message: ChatMessage, images: ImageRule, path: string): Message {
  const { content = null } = message;
  const given = typeof content === "string" ? null : content;
  const text =
    typeof content === "string"
      ? content
      : (given ?? []).map((part, place) => partText(part, images, `${path}.content[${place}]`)).join("");
  const role = roles[message.role];
  const calls = message.role === "assistant" ? (message.tool_calls ?? []) : [];
  if (message.role === "assistant" && content === null && calls.length === 0 && !message.refusal) {
    throw refused(`${path}.content`, `"${path}.content" must be given where there are no tool calls.`);
  }
  const shown = [text, ...calls.map((call) => `[calls ${call.function.name}(${call.function.arguments})]`)]
    .filter((line) => line !== "")
    .join("\n");
  const wire = withoutNulls(message);
  const extra = Object.keys(wire).some((key) => key !== "role" && key !== "content");
  const plainParts = given === null || given.every((part) => part.type === "text");
  const plain = !extra && plainParts && message.role !== "tool" && content !== null;
  return plain ? { role, content: text } : { role, content: shown, raw: wire };
}

interface Part {
  readonly type: string;
  readonly [key: string]: unknown;
}

const base64 = /^[A-Za-z0-9+/_-]*={0,2}\s*$/;
const encoded = z.string().regex(base64, "must be base64");
/** A mark of where a provider may keep the prompt. */
const cache_control = z.strictObject({ type: z.string().max(100), ttl: z.string().max(10).optional() }).nullish();

/** The parts of a message's content, as far as they are known here. What is not known is refused, not passed on. */
const parts = {
  text: z.strictObject({ type: z.literal("text"), text: z.string(), cache_control }),
  refusal: z.strictObject({ type: z.literal("refusal"), refusal: z.string() }),
  image_url: z.strictObject({
    type: z.literal("image_url"),
    image_url: z.strictObject({ url: z.string(), detail: z.enum(["auto", "low", "high", "original"]).nullish() }),
    cache_control,
  }),
  input_audio: z.strictObject({
    type: z.literal("input_audio"),
    input_audio: z.strictObject({
      data: encoded,
      format: z.string().regex(/^\w{1,10}$/, "must be wav, mp3 or the like"),
    }),
    cache_control,
  }),
  file: z.strictObject({
    type: z.literal("file"),
    file: z.strictObject({
      file_data: z.string("is needed: files are taken as data only"),
      filename: z.string().max(256).nullish(),
    }),
    cache_control,
  }),
};

function partText(part: Part, images: ImageRule, path: string): string {
  if (!Object.hasOwn(parts, part.type)) {
    throw refused(`${path}.type`, `"${path}.type" must be one of ${Object.keys(parts).join(", ")}.`);
  }
  const parsed = parts[part.type as keyof typeof parts].safeParse(part);
  if (!parsed.success) {
    const issue = issueOf(parsed.error, part);
    throw refused(`${path}.${issue.path}`, `"${path}.${issue.path}" ${issue.sentence}`);
  }
  const { data } = parsed;
  if (data.type === "text") return data.text;
  if (data.type === "refusal") return data.refusal;
  if (data.type === "input_audio") return "[audio]";
  if (data.type === "image_url") checkImage(data.image_url.url, images, `${path}.image_url.url`);
  else checkData(data.file.file_data, `${path}.file.file_data`);
  return data.type === "file" ? "[file]" : "[image]";
}

/** Data itself, or a data URL: never an address, which an upstream might fetch. */
function checkData(data: string, path: string): void {
  const body = /^data:[\w.+-]+\/[\w.+-]+(?:;[\w-]+=[\w.-]+)*;base64,/i.exec(data)?.[0].length ?? 0;
  if (body > 0 || !data.includes(":")) {
    if (base64.test(data.slice(body))) return;
  }
  throw refused(path, `"${path}" must be base64, or "data:TYPE;base64,…": files are taken as data only.`);
}
