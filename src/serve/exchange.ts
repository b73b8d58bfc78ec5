import type { IncomingMessage, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { readJsonBody } from "./json-body.ts";
import type { Caller } from "./keys.ts";
import type { Service } from "./service.ts";

/**
 * A request and its reply as Node has them. Bodies are read and JSON is written here directly: by way of the web's
 * streams each would cost more than all the rest that the server does for a request.
 */
export interface Wire {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** One request and the means to answer it. */
export interface Exchange {
  readonly service: Service;
  readonly caller: Caller;
  readonly request: Request;
  /** Fires when the client leaves. */
  readonly signal: AbortSignal;
  /** The body as a JSON object. @throws ApiError. */
  body(): Promise<Record<string, unknown>>;
  json(value: unknown, id?: string): Response;
}

export function exchangeOf(
  service: Service,
  caller: Caller,
  request: Request,
  { incoming, outgoing }: Wire,
  signal: AbortSignal,
): Exchange {
  return {
    service,
    caller,
    request,
    signal,
    body: async () => {
      service.admission.check(caller);
      const { bodyBytes, readingBytes } = service.parts.config.limits;
      const maxBytes = caller.config.bodyBytes ?? bodyBytes;
      return await readJsonBody(incoming, { maxBytes, caller, maxReading: Math.max(maxBytes, readingBytes) });
    },
    json: (value, id) => {
      const text = JSON.stringify(value);
      outgoing.writeHead(200, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        ...(id !== undefined && { "x-request-id": id }),
      });
      outgoing.end(text);
      return RESPONSE_ALREADY_SENT;
    },
  };
}

/** Fires when the connection closes before the whole reply is on its way. */
export function leaveSignal({ outgoing }: Wire): AbortSignal {
  const left = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) left.abort(new Error("the client has left"));
  });
  return left.signal;
}
