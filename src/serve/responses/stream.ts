import type { RunEvent } from "../../core/events.ts";
import { progressText } from "../chat/progress.ts";
import { piecesOf } from "../chat/stream.ts";
import type { ApiError } from "../errors.ts";
import type { EventSink } from "../sse.ts";
import type { Reply } from "../think.ts";
import {
  callItem,
  messageItem,
  partsOf,
  type ResponseHead,
  type ResponseObject,
  reasoningItem,
  refusalPart,
  responseObject,
  textPart,
} from "./reply.ts";

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

  /** Writes the items of the whole output. @returns them, as a response that is not streamed has them. */
  output(reply: Reply): readonly object[] {
    const thoughts = reasoningItem(this.#key, this.#thoughts);
    this.#thought("text.done", { text: this.#thoughts });
    this.#thought("part.done", { part: { type: "summary_text", text: this.#thoughts } });
    this.#send("response.output_item.done", { output_index: 0, item: thoughts });
    const output: object[] = [thoughts];
    if (partsOf(reply).length > 0) output.push(this.#message(reply));
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
    return output;
  }

  end(response: ResponseObject): void {
    this.#send(response.status === "incomplete" ? "response.incomplete" : "response.completed", { response });
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
    const parts = partsOf(reply);
    const item = messageItem(this.#key, parts);
    this.#send("response.output_item.added", { output_index: 1, item: messageItem(this.#key, null) });
    for (const [content_index, part] of parts.entries()) {
      const at = { output_index: 1, item_id: item.id, content_index };
      const empty = part.type === "refusal" ? refusalPart("") : textPart("");
      this.#send("response.content_part.added", { ...at, part: empty });
      if (part.type === "refusal") this.#refusal(part.refusal, at);
      else this.#text(reply, at);
      this.#send("response.content_part.done", { ...at, part });
    }
    this.#send("response.output_item.done", { output_index: 1, item });
    return item;
  }

  #text(reply: Reply, at: object): void {
    for (const { text } of piecesOf(reply))
      this.#send("response.output_text.delta", { ...at, delta: text, logprobs: [] });
    this.#send("response.output_text.done", { ...at, text: reply.content, logprobs: [] });
  }

  #refusal(refusal: string, at: object): void {
    this.#send("response.refusal.delta", { ...at, delta: refusal });
    this.#send("response.refusal.done", { ...at, refusal });
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
