import type { IncomingHttpHeaders } from "node:http";
import { FailedAttempt, type SaidOfFault } from "../failed-attempt.ts";
import { asRecord, asText } from "./fields.ts";
import { DeadlineError, type HttpReply, TooLargeError } from "./http.ts";
import { errorFacts, isPassingStatus, type SaidError } from "./said-error.ts";

export { isPassingStatus };

/** What a reply that is no success means: whether to try again, when, and what the server says. */
export function failureOfReply(server: string, reply: HttpReply, redact: (text: string) => string): FailedAttempt {
  const { status } = reply;
  if (status >= 300 && status < 400) return failureOfRedirect(server, reply, redact);
  const said = redact(spokenError(reply.body));
  const { kind, retryable } = errorFacts(status, reply.body.slice(0, 4000));
  const remedies = {
    key: " Check the key: it is read from the environment variable that apiKeyEnv names.",
    quota: " The account has nothing left to spend: trying again does not help.",
  };
  const remedy = kind === "key" || kind === "quota" ? remedies[kind] : "";
  return new FailedAttempt(`${server} answered ${status}${said === "" ? "" : `: ${said}`}.${remedy}`, {
    status,
    kind,
    retryable,
    retryAfterMs: retryAfterMs(reply.headers),
    said: saidOfFault(reply.body),
  });
}

/** Redirects are not followed: a key must not go where nobody sent it. */
function failureOfRedirect(server: string, reply: HttpReply, redact: (text: string) => string): FailedAttempt {
  const { location } = reply.headers;
  const where = location === undefined ? "elsewhere" : `to ${redact(location)}`;
  return new FailedAttempt(`${server} answered ${reply.status} and points ${where}. Name that address as base URL.`, {
    status: reply.status,
    kind: "request",
    retryable: false,
  });
}

/** An error inside a reply that says success. */
export function failureInside(server: string, error: SaidError, redact: (text: string) => string): FailedAttempt {
  const said = redact(error.message).replace(/\s+/g, " ").slice(0, 300).replace(/\.$/, "");
  return new FailedAttempt(`${server} began to answer, then failed: ${said}.`, { ...error.facts, cause: error });
}

/** A reply that says success but cannot be read, or not to its end. Another attempt may do better. */
export function malformedReply(server: string, why: string, cause?: unknown): FailedAttempt {
  return new FailedAttempt(`${server} sent a reply that cannot be read: ${why}.`, {
    kind: "server",
    retryable: true,
    cause,
  });
}

/** A connection that could not be made, broke, or stayed silent. A name that does not exist is not tried again. */
export function failureOfConnection(server: string, error: unknown, redact: (text: string) => string): FailedAttempt {
  const code = errorCode(error);
  const beyond = error instanceof DeadlineError || error instanceof TooLargeError;
  const message = redact(error instanceof Error ? error.message : String(error));
  return new FailedAttempt(
    `${server} could not be reached or broke off: ${message}${code === "" ? "" : ` (${code})`}.`,
    {
      kind: "connection",
      retryable: !beyond && code !== "ENOTFOUND" && code !== "UND_ERR_INVALID_ARG" && code !== "UND_ERR_DESTROYED",
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

/** Which field is at fault, and how: `{"error": {"param", "code"}}`. */
function saidOfFault(body: string): SaidOfFault {
  try {
    const error = asRecord(asRecord(JSON.parse(body))?.error);
    return { param: asText(error?.param) || null, code: asText(error?.code) || null };
  } catch {
    return { param: null, code: null };
  }
}

/** Takes keys and other secrets out of texts that people or files will see. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const long = secrets.filter((secret) => secret.length >= 6);
  return (text) => long.reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}
