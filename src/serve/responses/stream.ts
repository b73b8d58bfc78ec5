import type { RunEvent } from "../../core/events.ts";
import { progressText } from "../chat/progress.ts";
import { piecesOf } from "../chat/stream.ts";
import type { ApiError } from "../errors.ts";
import type { EventSink } from "../sse.ts";
import type { Reply } from "../think.ts";
import { callItem, messageItem, type ResponseHead, reasoningItem, responseObject } from "./reply.ts";

/**
 * Writes a response as the events of /v1/responses: a reasoning item while it is thought, then the message piece by
 * piece, then its calls.
 */
export class ResponseWriter {
  readonly #sink: EventSink;
  readonly #head: ResponseHead;
  readonly #key: string;
  #number = 0;
  #thoughts = "";

  constructor(sink: EventSink, head: ResponseHead) {
    this.#sink = sink;
    this.#head = head;
    this.#key = head.id.slice("resp_".length);
  }

  begin(): void {
    const response = responseObject(this.#head, null, []);
    this.#send("response.created", { response });
    this.#send("response.in_progress", { response });
    this.#send("response.output_item.added", { output_index: 0, item: reasoningItem(this.#key, "") });
    this.#thought("part.added", { part: { type: "summary_text", text: "" } });
  }

  progress(event: RunEvent, progress: "none" | "summary" | "full"): void {
    const delta = progressText(event, progress);
    if (delta === null) return;
    this.#thoughts += delta;
    this.#thought("text.delta", { delta });
  }

  /** The items of the whole output, as a response that is not streamed has them. */
  end(reply: Reply): readonly object[] {
    const thoughts = reasoningItem(this.#key, this.#thoughts);
    this.#thought("text.done", { text: this.#thoughts });
    this.#thought("part.done", { part: { type: "summary_text", text: this.#thoughts } });
    this.#send("response.output_item.done", { output_index: 0, item: thoughts });
    const output: object[] = [thoughts];
    if (reply.content !== "" || reply.toolCalls.length === 0) output.push(this.#message(reply));
    for (const [place, call] of reply.toolCalls.entries()) {
      const item = callItem(this.#key, call, place);
      const at = { output_index: output.length };
      this.#send("response.output_item.added", { ...at, item: { ...item, status: "in_progress", arguments: "" } });
      this.#send("response.function_call_arguments.delta", { ...at, item_id: item.id, delta: call.arguments });
      this.#send("response.function_call_arguments.done", {
        ...at,
        item_id: item.id,
        name: call.name,
        arguments: call.arguments,
      });
      this.#send("response.output_item.done", { ...at, item });
      output.push(item);
    }
    const response = responseObject(this.#head, reply, output);
    this.#send(response.status === "incomplete" ? "response.incomplete" : "response.completed", { response });
    return output;
  }

  fail({ error }: ApiError): void {
    const response = {
      ...responseObject(this.#head, null, []),
      status: "failed",
      error: { code: error.code ?? error.type, message: error.message },
    };
    this.#send("response.failed", { response });
  }

  #message(reply: Reply): object {
    const item = messageItem(this.#key, reply.content, "completed");
    const at = { output_index: 1, item_id: item.id, content_index: 0 };
    this.#send("response.output_item.added", { output_index: 1, item: messageItem(this.#key, "", "in_progress") });
    this.#send("response.content_part.added", {
      ...at,
      part: { type: "output_text", text: "", annotations: [], logprobs: [] },
    });
    for (const { text } of piecesOf(reply))
      this.#send("response.output_text.delta", { ...at, delta: text, logprobs: [] });
    this.#send("response.output_text.done", { ...at, text: reply.content, logprobs: [] });
    this.#send("response.content_part.done", { ...at, part: item.content[0] });
    this.#send("response.output_item.done", { output_index: 1, item });
    return item;
  }

  #thought(name: string, more: object): void {
    this.#send(`response.reasoning_summary_${name}`, {
      item_id: `rs_${this.#key}`,
      output_index: 0,
      summary_index: 0,
      ...more,
    });
  }

  #send(type: string, data: object): void {
    this.#sink.send({ type, sequence_number: this.#number++, ...data }, type);
  }
}
