import { FailedAttempt } from "../failed-attempt.ts";
import { errorCode, isPassingStatus, redactor, retryAfterMs } from "../openai/failure.ts";

/** Names and codes of errors that mean: the connection broke, stayed silent, or carried half a reply. */
const passingNames =
  /^(TimeoutError|SilenceError|AbortError|SyntaxError|APIConnectionError|APIConnectionTimeoutError|APIUserAbortError|FetchError)$/;
const passingCodes = /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|ETIMEDOUT|EPIPE|EAI_AGAIN|UND_ERR_.*)$/;
const passingWords = /^(fetch failed|terminated|Connection error\.?|Premature close)$/;

/**
 * What an error out of a LangChain model means: whether to try again, and when. Keys from the environment are taken
 * out of it.
 */
export function failureOfModel(name: string, error: unknown): FailedAttempt {
  const status = numberIn(error, "status") ?? numberIn(error, "statusCode");
  const text = error instanceof Error ? error.message : String(error);
  const redact = redactor(secretsInEnvironment());
  const cause = new Error(redact(text));
  cause.stack = redact(error instanceof Error ? (error.stack ?? "") : "");
  return new FailedAttempt(`${name} failed: ${redact(text).replace(/\s+/g, " ").slice(0, 400)}`, {
    status,
    retryable: status === null ? causes(error).some(isPassing) : isPassingStatus(status),
    cause,
    retryAfterMs: retryAfterMs(headersOf(error)),
  });
}

function isPassing(error: Error): boolean {
  return passingNames.test(error.name) || passingCodes.test(errorCode(error)) || passingWords.test(error.message);
}

function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

function numberIn(error: unknown, field: string): number | null {
  const value = typeof error === "object" && error !== null ? (error as Record<string, unknown>)[field] : null;
  return typeof value === "number" ? value : null;
}

function headersOf(error: unknown): Record<string, string> {
  const headers = typeof error === "object" && error !== null && "headers" in error ? error.headers : null;
  if (headers instanceof Headers) return Object.fromEntries(headers);
  return typeof headers === "object" && headers !== null ? (headers as Record<string, string>) : {};
}

function secretsInEnvironment(): string[] {
  return Object.entries(process.env).flatMap(([name, value]) =>
    /KEY|TOKEN|SECRET/.test(name) && value ? [value] : [],
  );
}
