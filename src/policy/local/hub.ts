import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { fileBytes } from "./parts.ts";

const address = "https://huggingface.co";
const answerMs = 5_000;
const silenceMs = 30_000;
/** A file that comes more slowly than this is given up: what came is kept, and the next attempt goes on there. */
const leastBytesPerMs = 20;

export interface HubFile {
  readonly repository: string;
  readonly revision: string;
  readonly file: string;
  readonly bytes: number;
}

/**
 * Fetches a file of the model hub to `target`, going on where an earlier attempt stopped. Gives up when no answer
 * has come in five seconds, or no byte for thirty.
 * @throws Error with a reason of one line; the signal's reason.
 */
export async function fetchFromHub(
  source: HubFile,
  target: string,
  onBytes: (received: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const had = (await fileBytes(target)) ?? 0;
  if (had === source.bytes) return;
  const from = had < source.bytes ? had : 0;
  const stop = new AbortController();
  const watch = watchdog(() => stop.abort(new Error("no answer")), answerMs);
  const longest = setTimeout(() => stop.abort(new Error("too slow")), 60_000 + source.bytes / leastBytesPerMs);
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  try {
    const { repository, revision, file } = source;
    const reply = await fetch(`${address}/${repository}/resolve/${revision}/${file}`, {
      headers: from > 0 ? { range: `bytes=${from}-` } : {},
      signal: both,
    });
    if (!reply.ok || reply.body === null) throw new Error(`it answered ${reply.status}`);
    watch.extend(silenceMs);
    let received = reply.status === 206 ? from : 0;
    const { body } = reply;
    async function* counted() {
      for await (const chunk of body) {
        received += chunk.length;
        if (received > source.bytes) throw new Error("it sends more than the file has");
        watch.extend(silenceMs);
        onBytes(received);
        yield chunk;
      }
    }
    const flags = received > 0 ? "a" : "w";
    await pipeline(counted, createWriteStream(target, { flags }), { signal: both });
    if (received < source.bytes) throw new Error("the connection ended early");
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(reasonOf(error), { cause: error });
  } finally {
    watch.clear();
    clearTimeout(longest);
  }
}

function watchdog(bark: () => void, ms: number) {
  let timer = setTimeout(bark, ms);
  return {
    extend(more: number) {
      clearTimeout(timer);
      timer = setTimeout(bark, more);
    },
    clear: () => clearTimeout(timer),
  };
}

function reasonOf(error: unknown): string {
  const failure = error instanceof Error ? error : new Error(String(error));
  const cause = failure.cause instanceof Error ? failure.cause : failure;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : null;
  return code ?? cause.message.replace(/\s+/g, " ").slice(0, 120);
}
