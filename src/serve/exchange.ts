import type { IncomingMessage, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Clock } from "../core/clock.ts";
import type { Ask } from "./ask.ts";
import type { ImageRule } from "./chat/images.ts";
import { readJsonBody } from "./json-body.ts";
import type { Caller } from "./keys.ts";
import type { Plan } from "./plan.ts";
import type { Job, Service } from "./service.ts";
import type { TimeOfDay } from "./time-of-day.ts";

/**
 * A request and its reply as Node has them. Bodies are read and JSON is written here directly: by way of the web's
 * streams each would cost more than all the rest that the server does for a request.
 */
export interface Wire {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** What an endpoint needs of whoever hosts it: the server, or a client in the caller's own process. */
export interface Hosted {
  /** Whose the kept replies are. */
  readonly owner: string;
  readonly request: Pick<Request, "url">;
  readonly images: ImageRule;
  readonly clock: Clock;
  readonly time: TimeOfDay;
  readonly heartbeatMs: number;
  /** The body as a JSON object. @throws ApiError. */
  body(): Promise<Record<string, unknown>>;
  /** Lets a request in: see {@link Service.admit}. */
  admit(asks: readonly [Ask, ...Ask[]], endpoint: string): Promise<HostedJob>;
  json(value: unknown, id?: string): Response;
  /** Hears of what went wrong beside a reply, which is delivered all the same. */
  troubled(event: string, id: string, error: unknown): void;
}

/** What reading or deleting a kept reply needs. */
export type Reading = Pick<Hosted, "owner" | "request" | "json">;

/**
 * Keeps a reply that has been paid for. Whether it is kept or not it is delivered: a store that fails is reported, and
 * the reply says that it is not kept.
 */
export async function keptOrNot(
  { troubled }: Pick<Hosted, "troubled">,
  id: string,
  put: () => boolean | Promise<boolean>,
): Promise<boolean> {
  try {
    return await put();
  } catch (error) {
    troubled("keeping-failed", id, error);
    return false;
  }
}

export type HostedJob = Pick<Job, "id" | "run" | "leave"> & { readonly plan: Pick<Plan, "progress"> };

/** One request to the server and the means to answer it. */
export interface Exchange extends Hosted {
  readonly service: Service;
  readonly caller: Caller;
  readonly request: Request;
  /** Fires when the client leaves. */
  readonly signal: AbortSignal;
}

export function exchangeOf(
  service: Service,
  caller: Caller,
  request: Request,
  { incoming, outgoing }: Wire,
  signal: AbortSignal,
): Exchange {
  const { config, clock, time } = service.parts;
  return {
    service,
    caller,
    request,
    signal,
    owner: caller.name,
    images: config.images,
    clock,
    time,
    heartbeatMs: config.heartbeatSeconds * 1000,
    admit: (asks, endpoint) => service.admit(asks, { caller, signal, request }, endpoint),
    body: async () => {
      service.admission.check(caller);
      const { bodyBytes, readingBytes } = service.parts.config.limits;
      const maxBytes = caller.config.bodyBytes ?? bodyBytes;
      return await readJsonBody(incoming, { maxBytes, caller, maxReading: Math.max(maxBytes, readingBytes) });
    },
    troubled: (event, id, error) => service.troubled(event, id, error),
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
