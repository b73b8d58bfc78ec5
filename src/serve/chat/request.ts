import type { Ask } from "../ask.ts";
import { refused } from "../errors.ts";
import { issueOf } from "../issue.ts";
import { withoutNulls } from "../nulls.ts";
import { type ReplyFormat, replyFormat } from "./format.ts";
import type { ImageRule } from "./images.ts";
import { checkReferences } from "./references.ts";
import { type ChatBody, chatSchema, passedShape } from "./schema.ts";
import { turnsOf } from "./turns.ts";

/**
 * A body of /v1/chat/completions as an {@link Ask}.
 * @throws ApiError 400 with the offending path.
 */
export function readChat(sent: unknown, images: ImageRule): { readonly body: ChatBody; readonly ask: Ask } {
  const given = withoutNulls(sent, "messages");
  const parsed = chatSchema.safeParse(given);
  if (!parsed.success) {
    const { path, sentence } = issueOf(parsed.error, given);
    throw refused(path, `"${path}" ${sentence}`);
  }
  const body = parsed.data;
  const logprobs = body.logprobs === true ? (body.top_logprobs ?? 0) : null;
  if (body.top_logprobs && logprobs === null) {
    throw refused("top_logprobs", '"top_logprobs" needs "logprobs": true.');
  }
  const tools = (body.tools ?? []).length > 0;
  if (!tools && body.tool_choice && body.tool_choice !== "none" && body.tool_choice !== "auto") {
    throw refused("tool_choice", '"tool_choice" needs "tools".');
  }
  for (const [i, tool] of (body.tools ?? []).entries()) {
    checkReferences(tool.function.parameters, `tools[${i}].function.parameters`);
  }
  const format = formatOf(body);
  return {
    body,
    ask: {
      model: body.model,
      ruminate: body.ruminate ?? {},
      messages: turnsOf(body.messages, images),
      n: body.n ?? 1,
      maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
      temperature: body.temperature ?? null,
      topP: body.top_p ?? null,
      stop: (typeof body.stop === "string" ? [body.stop] : (body.stop ?? [])).filter((text) => text !== ""),
      seed: body.seed ?? null,
      logprobs,
      fields: {
        ...passedFields(body),
        ...(tools && { tools: body.tools }),
        ...(tools && body.tool_choice && { tool_choice: body.tool_choice }),
        ...format?.field,
      },
      tools: tools && body.tool_choice !== "none",
      format,
    },
  };
}

/** Fields with a value that only the upstream reads. */
export function passedFields(body: Readonly<Record<string, unknown>>, shape: object = passedShape) {
  const names = Object.keys(shape);
  return Object.fromEntries(names.flatMap((name) => (body[name] == null ? [] : [[name, body[name]]])));
}

function formatOf({ response_format: format }: ChatBody): ReplyFormat | null {
  if (!format || format.type === "text") return null;
  const field = { response_format: format };
  if (format.type === "json_object") return replyFormat(field, null, "response_format");
  return replyFormat(field, format.json_schema.schema ?? {}, "response_format.json_schema.schema");
}
