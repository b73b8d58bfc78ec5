import {
  BudgetExceededError,
  type FailureKind,
  InvalidOptionError,
  ModelCallError,
  RuminateError,
  UnknownNameError,
} from "../core/errors.ts";

export interface ApiErrorParts {
  readonly status: number;
  readonly message: string;
  /** OpenAI's kind: "invalid_request_error", "rate_limit_error" … */
  readonly type?: string;
  readonly code?: string | null;
  /** The offending path: `messages[0].content`. */
  readonly param?: string | null;
  readonly retryAfterSeconds?: number;
  /** False where trying again cannot help although the status sounds as if it could. */
  readonly retry?: false;
  readonly cause?: unknown;
}

const kinds: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  429: "rate_limit_error",
};

/**
 * A failure as a client of OpenAI's protocol understands it. Its message never holds configuration, keys or addresses.
 */
export class ApiError extends RuminateError {
  readonly status: number;
  readonly retryAfterSeconds: number | null;
  /** Headers of the reply that say whether and when to try again. */
  readonly headers: Readonly<Record<string, string>>;
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };

  constructor(parts: ApiErrorParts) {
    super("api", parts.message, { cause: parts.cause });
    this.status = parts.status;
    this.retryAfterSeconds = parts.retryAfterSeconds ?? null;
    this.headers = {
      ...(this.retryAfterSeconds !== null && { "retry-after": String(this.retryAfterSeconds) }),
      ...(parts.retry === false && { "x-should-retry": "false" }),
    };
    const kind = kinds[parts.status] ?? (parts.status < 500 ? "invalid_request_error" : "server_error");
    this.error = {
      message: parts.message,
      type: parts.type ?? kind,
      param: parts.param ?? null,
      code: parts.code ?? null,
    };
  }
}

/** A request that asks for something that cannot be had, said in a sentence. */
export const refused = (param: string | null, message: string, code: string | null = null): ApiError =>
  new ApiError({ status: 400, message, param, code });

/**
 * Any failure as the client will see it. What is not meant for clients becomes one plain sentence; the log has the
 * rest.
 */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ModelCallError) return upstreamError(error);
  if (error instanceof InvalidOptionError) return refused("ruminate", error.message, error.code);
  if (error instanceof UnknownNameError) return refused("ruminate", error.message, error.code);
  if (error instanceof BudgetExceededError) return overBudget(error.message, error);
  const message = "The server failed on this request. Its log has the reason.";
  return new ApiError({ status: 500, message, cause: error });
}

export const overBudget = (message: string, cause?: unknown): ApiError =>
  new ApiError({ status: 429, type: "insufficient_quota", code: "budget_exceeded", message, cause });

/** Statuses with which an upstream says that the request itself is at fault. */
const clientsFault = new Set([400, 413, 422]);

const tooLong: ApiErrorParts = {
  status: 400,
  param: "messages",
  code: "context_length_exceeded",
  message: "The conversation is longer than the upstream model's context. Shorten it or choose another model.",
};

/** What clients have a code of their own for, by what the failure was about. */
const errorOfKind: Readonly<Partial<Record<FailureKind, ApiErrorParts>>> = {
  context: tooLong,
  content: {
    status: 400,
    param: "messages",
    code: "content_filter",
    message: "The upstream model's provider refuses this conversation for what it says.",
  },
  quota: {
    status: 429,
    type: "insufficient_quota",
    code: "insufficient_quota",
    retry: false,
    message: "The account with the upstream model's provider has nothing left to spend. Trying again does not help.",
  },
};

function upstreamError(error: ModelCallError): ApiError {
  const byKind = error.kind === null ? null : errorOfKind[error.kind];
  if (byKind != null) return new ApiError({ ...byKind, cause: error });
  const said = /answered \d+: (.*?)\.?(?: \(\d+ attempts\))?$/.exec(error.message)?.[1];
  if (error.status !== null && clientsFault.has(error.status)) {
    return new ApiError({
      status: 400,
      code: "upstream_refused",
      message: `The upstream model refuses this request${said === undefined ? "." : `: ${withoutAddresses(said)}.`}`,
      cause: error,
    });
  }
  if (error.status === null && /context of/.test(error.message)) return new ApiError({ ...tooLong, cause: error });
  if (error.status === 429 || error.kind === "rate") {
    const message = "The upstream model is overloaded. Try again in a moment.";
    return new ApiError({ status: 429, code: "upstream_overloaded", retryAfterSeconds: 1, message, cause: error });
  }
  const status = error.status === null ? "" : ` (it answered ${error.status})`;
  const message = `The upstream model cannot be had${status}. Try again later.`;
  return new ApiError({ status: 502, type: "upstream_error", code: "upstream_failed", message, cause: error });
}

const withoutAddresses = (text: string): string =>
  text.replace(/https?:\/\/\S+/g, "[address]").replace(/sk-\S+/g, "[key]");
