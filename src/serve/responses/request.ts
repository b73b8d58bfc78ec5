import type { Ask } from "../ask.ts";
import { replyFormat } from "../chat/format.ts";
import type { ImageRule } from "../chat/images.ts";
import { checkReferences } from "../chat/references.ts";
import { passedFields } from "../chat/request.ts";
import { type ChatMessage, providerShape } from "../chat/schema.ts";
import { turnsOf } from "../chat/turns.ts";
import { refused } from "../errors.ts";
import { issueOf } from "../issue.ts";
import { withoutNulls } from "../nulls.ts";
import { type InputItem, type ResponsesBody, responsesSchema } from "./schema.ts";

/** @throws ApiError 400 with the offending path. */
export function readResponses(sent: unknown): ResponsesBody {
  const given = withoutNulls(sent, "input");
  const parsed = responsesSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const { path, sentence } = issueOf(parsed.error, given);
  throw refused(path, `"${path}" ${sentence}`);
}

/**
 * The input as turns of a chat, to follow those of the response before. `stored` finds an item of an earlier response
 * by its id.
 */
export async function turnsOfInput(
  input: ResponsesBody["input"],
  stored: (id: string) => Promise<InputItem | undefined>,
): Promise<ChatMessage[]> {
  if (typeof input === "string") return [{ role: "user", content: input }];
  const turns: ChatMessage[] = [];
  for (const [index, item] of input.entries()) addItem(turns, await referred(item, stored, index), `input[${index}]`);
  return turns;
}

type GivenItem = Exclude<InputItem, { type: "item_reference" }>;

async function referred(
  item: InputItem,
  stored: (id: string) => Promise<InputItem | undefined>,
  index: number,
): Promise<GivenItem> {
  if (item.type !== "item_reference") return item;
  const found = await stored(item.id);
  if (found !== undefined && found.type !== "item_reference") return found;
  const message = `"input[${index}].id" names no item of a response that is kept here. Send the item itself.`;
  throw refused(`input[${index}].id`, message, "item_not_found");
}

function addItem(turns: ChatMessage[], item: GivenItem, path: string): void {
  if (item.type === "reasoning") return; // summaries of our own: the model never saw them
  if (item.type === "function_call_output") {
    const { call_id, output } = item;
    turns.push({ role: "tool", tool_call_id: call_id, content: chatContent(output, `${path}.output`) });
    return;
  }
  if (item.type === "function_call") {
    const call = {
      id: item.call_id,
      type: "function" as const,
      function: { name: item.name, arguments: item.arguments },
    };
    const last = turns.at(-1);
    // Calls that stand side by side are those of one turn.
    if (last?.role === "assistant" && last.tool_calls) last.tool_calls.push(call);
    else turns.push({ role: "assistant", content: null, tool_calls: [call] });
    return;
  }
  const { role, content } = item;
  turns.push({ role, content: chatContent(content, `${path}.content`) });
}

const chatContent = (content: string | Part[], path: string) =>
  typeof content === "string" ? content : content.map((part, i) => chatPart(part, `${path}[${i}]`));

interface Part {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A content part in the words of chat completions. */
function chatPart(part: Part, path: string): Part {
  for (const elsewhere of ["file_url", "file_id"]) {
    if (part[elsewhere] == null) continue;
    throw refused(`${path}.${elsewhere}`, `"${path}.${elsewhere}" is not taken: images and files are taken as data.`);
  }
  if (part.type === "input_text" || part.type === "output_text") return { type: "text", text: part.text };
  if (part.type === "input_image") {
    if (typeof part.image_url !== "string")
      throw refused(`${path}.image_url`, "Images are taken by image_url, not by file_id.");
    return {
      type: "image_url",
      image_url: { url: part.image_url, ...(typeof part.detail === "string" && { detail: part.detail }) },
    };
  }
  if (part.type === "input_file") {
    if (part.file_data === undefined)
      throw refused(`${path}.file_data`, `"${path}.file_data" is needed: files are taken as data only.`);
    return { type: "file", file: { filename: part.filename, file_data: part.file_data } };
  }
  if (part.type === "refusal") return part;
  throw refused(
    `${path}.type`,
    `"${path}.type" must be one of input_text, input_image, input_file, output_text, refusal.`,
  );
}

/** A body and the turns before it as an {@link Ask}. @throws ApiError. */
export function askOfResponses(body: ResponsesBody, turns: readonly ChatMessage[], images: ImageRule): Ask {
  const tools = (body.tools ?? []).length > 0;
  for (const [i, tool] of (body.tools ?? []).entries()) checkReferences(tool.parameters, `tools[${i}].parameters`);
  const format = formatOf(body);
  const all: ChatMessage[] = body.instructions
    ? [{ role: "system", content: body.instructions }, ...turns]
    : [...turns];
  return {
    model: body.model,
    ruminate: body.ruminate ?? {},
    messages: turnsOf(all, images),
    n: 1,
    maxTokens: body.max_output_tokens ?? null,
    temperature: body.temperature ?? null,
    topP: body.top_p ?? null,
    stop: [],
    seed: body.seed ?? null,
    logprobs: null,
    fields: {
      ...passedFields(body, providerShape),
      ...(tools && { tools: (body.tools ?? []).map(({ type, ...rest }) => ({ type, function: rest })) }),
      ...(tools && body.tool_choice && { tool_choice: chatChoice(body.tool_choice) }),
      ...(body.parallel_tool_calls != null && tools && { parallel_tool_calls: body.parallel_tool_calls }),
      ...(body.reasoning?.effort && { reasoning_effort: body.reasoning.effort }),
      ...(body.text?.verbosity && { verbosity: body.text.verbosity }),
      ...format?.field,
    },
    tools: tools && body.tool_choice !== "none",
    format,
  };
}

const chatChoice = (choice: NonNullable<ResponsesBody["tool_choice"]>) =>
  typeof choice === "string" ? choice : { type: "function", function: { name: choice.name } };

function formatOf({ text }: ResponsesBody) {
  const format = text?.format;
  if (!format || format.type === "text") return null;
  if (format.type === "json_object") return replyFormat({ response_format: format }, null, "text.format");
  const { type, ...json_schema } = format;
  return replyFormat({ response_format: { type, json_schema } }, format.schema, "text.format.schema");
}
