import type { IncomingHttpHeaders } from "node:http";
import { FailedAttempt } from "../failed-attempt.ts";
import type { HttpReply } from "./transport.ts";

/** Statuses that another attempt may get over; so may every 5xx. */
const passing = new Set([408, 409, 425, 429]);

export function isPassingStatus(status: number): boolean {
  return passing.has(status) || status >= 500;
}

/** What a reply that is no success means: whether to try again, when, and what the server says. */
export function failureOfReply(server: string, reply: HttpReply, redact: (text: string) => string): FailedAttempt {
  const said = redact(spokenError(reply.body));
  const retryable = isPassingStatus(reply.status);
  const remedy =
    reply.status === 401 || reply.status === 403
      ? " Check the key: it is read from the environment variable that apiKeyEnv names."
      : "";
  return new FailedAttempt(`${server} answered ${reply.status}${said === "" ? "" : `: ${said}`}.${remedy}`, {
    status: reply.status,
    retryable,
    retryAfterMs: retryAfterMs(reply.headers),
  });
}

/** A reply that says success but cannot be read, or not to its end. Another attempt may do better. */
export function malformedReply(server: string, why: string, cause?: unknown): FailedAttempt {
  return new FailedAttempt(`${server} sent a reply that cannot be read: ${why}.`, { retryable: true, cause });
}

/** A connection that could not be made, broke, or stayed silent. A name that does not exist is not tried again. */
export function failureOfConnection(server: string, error: unknown, redact: (text: string) => string): FailedAttempt {
  const code = errorCode(error);
  const message = redact(error instanceof Error ? error.message : String(error));
  return new FailedAttempt(
    `${server} could not be reached or broke off: ${message}${code === "" ? "" : ` (${code})`}.`,
    {
      retryable: code !== "ENOTFOUND" && code !== "UND_ERR_INVALID_ARG" && code !== "UND_ERR_DESTROYED",
      cause: error,
    },
  );
}

export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof AggregateError ? errorCode(error.errors[0]) : "";
}

/**
 * How long a reply asks to wait, from `Retry-After` (seconds, or a date, which is read against the reply's own
 * `Date`, so that no clock has to agree) or `retry-after-ms`; null when it does not say.
 */
export function retryAfterMs(headers: IncomingHttpHeaders): number | null {
  const exact = Number(headers["retry-after-ms"] ?? Number.NaN);
  if (Number.isFinite(exact)) return Math.max(0, exact);
  const after = headers["retry-after"]?.trim();
  if (after === undefined || after === "") return null;
  if (/^\d+(\.\d+)?$/.test(after)) return Number(after) * 1000;
  const wait = Date.parse(after) - Date.parse(headers.date ?? "");
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/**
 * The server's own words, from `{"error": {"message"}}`, `{"error": ""}`, `{"message"}`, `{"detail"}` or plain text;
 * at most 300 characters.
 */
export function spokenError(body: string): string {
  let said = body;
  try {
    const parsed = JSON.parse(body) as Record<string, unknown> | null;
    const error = parsed?.error as Record<string, unknown> | string | undefined;
    const found = typeof error === "string" ? error : (error?.message ?? parsed?.message ?? parsed?.detail);
    said = typeof found === "string" ? found : body;
  } catch {
    // Plain text, or nothing: shown as it is.
  }
  const line = said.replace(/\s+/g, " ").trim().replace(/\.$/, "");
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** Takes keys and other secrets out of texts that people or files will see. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const long = secrets.filter((secret) => secret.length >= 6);
  return (text) => long.reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}
