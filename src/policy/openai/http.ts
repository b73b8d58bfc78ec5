import type { IncomingHttpHeaders } from "node:http";
import type { ConnectionOptions } from "./connections.ts";

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
  /** The longest reply that is read, unpacked; default 64 MiB. Of a reply that is no success 1 MiB is read. */
  readonly maxBytes?: number;
}

/** The server said nothing for too long. */
export class SilenceError extends Error {
  constructor(milliseconds: number) {
    super(`no byte came for ${milliseconds / 1000} s`);
    this.name = "SilenceError";
  }
}

/** The whole reply was not there in time, though something of it came now and then. */
export class DeadlineError extends Error {
  constructor(milliseconds: number) {
    super(`the reply was not complete after ${milliseconds / 1000} s`);
    this.name = "DeadlineError";
  }
}

/** The server sends more than any reply to this request can have. */
export class TooLargeError extends Error {
  constructor(bytes: number) {
    super(`the reply is larger than ${bytes} bytes`);
    this.name = "TooLargeError";
  }
}

export interface TransportOptions extends ConnectionOptions {
  /** The longest silence allowed, from when the request is on the wire. */
  readonly timeoutMs: number;
  /** The longest time for all of it, waiting for a connection included. Default: six times the silence, or a minute. */
  readonly totalMs?: number;
}

/** HTTP to one server. */
export interface Transport {
  /**
   * Settles within the time limits whatever the server does. Rejects with the signal's reason at once when it fires;
   * then, and when a limit is passed, the connection is closed.
   * @throws SilenceError, DeadlineError, TooLargeError; what the connection failed of.
   */
  send(request: HttpRequest): Promise<HttpReply>;
  close(): Promise<void>;
}

/** The longest time for all of a request. */
export const totalOf = ({
  timeoutMs,
  totalMs = Math.max(6 * timeoutMs, 60_000),
}: Pick<TransportOptions, "timeoutMs" | "totalMs">): number => totalMs;

const usualMaxBytes = 64 * 1024 * 1024;
const failureBytes = 1024 * 1024;

/** Bytes of a reply with this status that are read. */
export function mostBytes(status: number, { maxBytes = usualMaxBytes }: HttpRequest): number {
  return isSuccess(status) ? maxBytes : Math.min(maxBytes, failureBytes);
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;
