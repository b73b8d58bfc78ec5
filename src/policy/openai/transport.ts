import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { type ConnectionOptions, openConnections } from "./connections.ts";
import { type BodyDecoder, bodyDecoder } from "./decoding.ts";

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty where the text went to `onText`. */
  readonly body: string;
}

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** Takes the text of a successful reply piece by piece. */
  readonly onText?: ((text: string) => void) | undefined;
}

/** The server said nothing for too long. */
export class SilenceError extends Error {
  constructor(milliseconds: number) {
    super(`no byte came for ${milliseconds / 1000} s`);
    this.name = "SilenceError";
  }
}

/**
 * HTTP to one server over connections of its own, kept alive. It is five to ten times as fast as the global fetch,
 * whose cost per call would otherwise be the largest of all outside the model.
 */
export interface Transport {
  /** Rejects with the signal's reason at once when it fires, and then the connection is closed. */
  send(request: HttpRequest): Promise<HttpReply>;
  close(): Promise<void>;
}

/** `timeoutMs` is the longest silence allowed, from when the request is on the wire. */
export function openTransport(origin: string, options: ConnectionOptions & { readonly timeoutMs: number }): Transport {
  const connections = openConnections(origin, options);
  return {
    send: (request) => exchange(connections, origin, request, options.timeoutMs),
    close: () => connections.destroy(),
  };
}

function exchange(
  connections: Dispatcher,
  origin: string,
  request: HttpRequest,
  timeoutMs: number,
): Promise<HttpReply> {
  const { method, path, headers, body, signal, onText } = request;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    let abortRequest: ((reason: Error) => void) | undefined;
    const end = (act: () => void) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      act();
    };
    const breakOff = (reason: unknown) => {
      end(() => reject(reason));
      abortRequest?.(reason instanceof Error ? reason : new Error(String(reason)));
    };
    const onAbort = () => breakOff(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });

    const take = replyReader(onText);
    connections.dispatch(
      { origin, method, path, headers, body: body ?? null },
      {
        onRequestStart(controller) {
          abortRequest = (reason) => controller.abort(reason);
          if (over) controller.abort(new Error("aborted before it was sent"));
          else timer = setTimeout(() => breakOff(new SilenceError(timeoutMs)), timeoutMs);
        },
        onResponseStart(_, status, received) {
          take.start(status, received);
          timer?.refresh();
        },
        onResponseData(_, chunk) {
          timer?.refresh();
          take.data(chunk);
        },
        onResponseEnd() {
          take.end().then(
            (reply) => end(() => resolve(reply)),
            (error: unknown) => end(() => reject(error)),
          );
        },
        onResponseError(_, error) {
          end(() => reject(error));
        },
      },
    );
  });
}

/** Puts a reply together; the text of a successful one goes to `onText` piece by piece, where that is given. */
function replyReader(onText: ((text: string) => void) | undefined) {
  let [status, headers] = [0, {} as IncomingHttpHeaders];
  let body: BodyDecoder | undefined;
  const chunks: Buffer[] = [];
  return {
    start(code: number, received: IncomingHttpHeaders): void {
      [status, headers] = [code, received];
      const streams = onText !== undefined && status >= 200 && status < 300;
      const text = new TextDecoder("utf-8", { ignoreBOM: true });
      body = bodyDecoder(received["content-encoding"], (data) => {
        if (streams) onText(text.decode(data, { stream: true }));
        else chunks.push(data);
      });
    },
    data: (chunk: Buffer): void => body?.write(chunk),
    async end(): Promise<HttpReply> {
      await body?.end();
      return { status, headers, body: Buffer.concat(chunks).toString("utf8") };
    },
  };
}
