import { readJsonBody } from "./json-body.ts";
import type { Caller } from "./keys.ts";
import type { Service } from "./service.ts";

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

export function exchangeOf(service: Service, caller: Caller, request: Request): Exchange {
  return {
    service,
    caller,
    request,
    signal: request.signal,
    body: () => readJsonBody(request, service.parts.config.limits.bodyBytes),
    json: (value, id) => Response.json(value, id === undefined ? {} : { headers: { "x-request-id": id } }),
  };
}
