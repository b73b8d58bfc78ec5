import type { RunEvent } from "../../core/events.ts";
import type { TokenLogprob } from "../../core/policy.ts";
import type { EventSink } from "../sse.ts";
import type { Reply } from "../think.ts";
import { usageOf } from "../usage.ts";
import { progressText } from "./progress.ts";
import { type Head, refusalOf, wireCall, wireLogprobs } from "./reply.ts";

/**
 * Writes a completion as chunks: reasoning while it is thought, then each reply piece by piece, then the usage where it
 * is asked for.
 */
export class ChunkWriter {
  readonly #sink: EventSink;
  readonly #head: Head;
  readonly #includeUsage: boolean;

  constructor(sink: EventSink, head: Head, includeUsage: boolean) {
    this.#sink = sink;
    this.#head = head;
    this.#includeUsage = includeUsage;
  }

  begin(choices: number): void {
    for (let index = 0; index < choices; index++) this.#chunk(index, { role: "assistant", content: "" });
  }

  progress(index: number, event: RunEvent, progress: "none" | "summary" | "full"): void {
    const text = progressText(event, progress);
    if (text !== null) this.#chunk(index, { reasoning_content: text });
  }

  /** `more` stands in the last chunk of each reply. */
  end(replies: readonly Reply[], more: object = {}): void {
    for (const [index, reply] of replies.entries()) this.#reply(index, reply, more);
    if (this.#includeUsage) this.#send({ choices: [], usage: usageOf(replies) });
    this.#sink.send("[DONE]");
  }

  #reply(index: number, reply: Reply, more: object): void {
    for (const { text, logprobs } of piecesOf(reply)) {
      this.#chunk(index, { content: text }, logprobs === null ? {} : { logprobs: wireLogprobs(logprobs) });
    }
    const refusal = refusalOf(reply);
    if (refusal !== null) this.#chunk(index, { refusal });
    for (const [place, call] of reply.toolCalls.entries()) {
      this.#chunk(index, { tool_calls: [{ index: place, ...wireCall(call) }] });
    }
    this.#chunk(index, {}, { finish_reason: reply.finish, ruminate: reply.evidence }, more);
  }

  #chunk(index: number, delta: object, ofChoice: object = {}, more: object = {}): void {
    this.#send({ choices: [{ index, delta, logprobs: null, finish_reason: null, ...ofChoice }], ...more });
  }

  #send(part: object): void {
    const usage = this.#includeUsage ? { usage: null } : {};
    this.#sink.send({ ...this.#head, object: "chat.completion.chunk", ...usage, ...part });
  }
}

interface Piece {
  readonly text: string;
  readonly logprobs: readonly TokenLogprob[] | null;
}

/** Token by token where the tokens are known and make up the text, else word by word. */
export function piecesOf({ content, logprobs }: Pick<Reply, "content" | "logprobs">): readonly Piece[] {
  if (logprobs !== null && logprobs.map(({ token }) => token).join("") === content) {
    return logprobs.map((entry) => ({ text: entry.token, logprobs: [entry] }));
  }
  const words = content.match(/\s*\S+\s*$|\s*\S+|\s+$/g) ?? [];
  // Log-probabilities that do not make up the text (a stop text was cut off) go with its first piece: none is lost.
  return words.map((text, place) => ({ text, logprobs: place === 0 ? logprobs : null }));
}
