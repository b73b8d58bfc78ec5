import type { LanguageModelV4Prompt } from "@ai-sdk/provider";
import { refused } from "../../serve/errors.ts";

type Turn = LanguageModelV4Prompt[number];
type FilePart = Extract<Extract<Turn, { role: "user" }>["content"][number], { type: "file" }>;
type ToolOutput = Extract<Extract<Turn, { role: "tool" }>["content"][number], { type: "tool-result" }>["output"];

/** A prompt of the AI SDK in OpenAI's words. @throws ApiError for parts that have none. */
export function messagesOf(prompt: LanguageModelV4Prompt): object[] {
  return prompt.flatMap((turn, index) => turnsOf(turn, `prompt[${index}]`));
}

function turnsOf(turn: Turn, path: string): object[] {
  switch (turn.role) {
    case "system":
      return [{ role: "system", content: turn.content }];
    case "user": {
      const only = turn.content.length === 1 ? turn.content[0] : undefined;
      if (only?.type === "text") return [{ role: "user", content: only.text }];
      const parts = turn.content.map((part) =>
        part.type === "text" ? { type: "text", text: part.text } : filePart(part, path),
      );
      return [{ role: "user", content: parts }];
    }
    case "assistant":
      return [assistantTurn(turn, path)];
    case "tool":
      return turn.content.map((part) => {
        if (part.type !== "tool-result") throw refused(path, "Approvals of tools cannot be passed on.");
        return { role: "tool", tool_call_id: part.toolCallId, content: outputText(part.output) };
      });
  }
}

function assistantTurn(turn: Extract<Turn, { role: "assistant" }>, path: string): object {
  let text = "";
  const calls: object[] = [];
  for (const part of turn.content) {
    if (part.type === "text") text += part.text;
    else if (part.type === "tool-call") {
      const call = { name: part.toolName, arguments: JSON.stringify(part.input ?? {}) };
      calls.push({ id: part.toolCallId, type: "function", function: call });
    } else if (part.type !== "reasoning") throw refused(path, `Parts of type "${part.type}" cannot be passed on.`);
  }
  return {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function filePart({ data, mediaType, filename }: FilePart, path: string): object {
  if (data.type === "text") return { type: "text", text: data.text };
  if (data.type === "reference") throw refused(path, "Files kept by a provider cannot be passed on: give their data.");
  const type = mediaType.includes("/") && !mediaType.endsWith("/*") ? mediaType : "image/png";
  const url =
    data.type === "url"
      ? String(data.url)
      : `data:${type};base64,${typeof data.data === "string" ? data.data : Buffer.from(data.data).toString("base64")}`;
  if (mediaType.startsWith("image")) return { type: "image_url", image_url: { url } };
  if (data.type === "url") throw refused(path, "Files other than images are passed on as data only.");
  return { type: "file", file: { filename: filename ?? "file", file_data: url } };
}

function outputText(output: ToolOutput): string {
  if (output.type === "text" || output.type === "error-text") return output.value;
  if (output.type === "execution-denied") return output.reason ?? "The call was not allowed.";
  return JSON.stringify(output.value);
}
