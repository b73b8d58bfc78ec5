import type { IncomingHttpHeaders } from "node:http";
import { Pool } from "undici";

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
export function openTransport(origin: string, options: { connections: number; timeoutMs: number }): Transport {
  const { connections, timeoutMs } = options;
  const pool = new Pool(origin, { connections, headersTimeout: 0, bodyTimeout: 0, allowH2: false });
  return {
    send: (request) => exchange(pool, request, timeoutMs),
    close: () => pool.destroy(),
  };
}

function exchange(pool: Pool, request: HttpRequest, timeoutMs: number): Promise<HttpReply> {
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

    let status = 0;
    let replyHeaders: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    const decoder = onText && new TextDecoder();
    const streams = () => onText !== undefined && status >= 200 && status < 300;
    pool.dispatch(
      { method, path, headers, body: body ?? null },
      {
        onRequestStart(controller) {
          abortRequest = (reason) => controller.abort(reason);
          if (over) controller.abort(new Error("aborted before it was sent"));
          else timer = setTimeout(() => breakOff(new SilenceError(timeoutMs)), timeoutMs);
        },
        onResponseStart(_, code, received) {
          status = code;
          replyHeaders = received;
          timer?.refresh();
        },
        onResponseData(_, chunk) {
          timer?.refresh();
          if (!streams()) chunks.push(chunk);
          else onText?.(decoder?.decode(chunk, { stream: true }) ?? "");
        },
        onResponseEnd() {
          end(() => resolve({ status, headers: replyHeaders, body: Buffer.concat(chunks).toString("utf8") }));
        },
        onResponseError(_, error) {
          end(() => reject(error));
        },
      },
    );
  });
}
