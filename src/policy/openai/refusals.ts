import { ModelCallError } from "../../core/errors.ts";

/** Fields that a request can do without. */
const optional = [
  "seed",
  "top_p",
  "top_k",
  "min_p",
  "logprobs",
  "top_logprobs",
  "stream_options",
  "temperature",
  "reasoning_effort",
  "thinking_token_budget",
  "chat_template_kwargs",
] as const;

/** What a server has been found to refuse, and what follows from it for later requests. */
export interface Refusals {
  /** Fields that are left out from now on. */
  readonly fields: Set<string>;
  /** Samples a request at most. */
  mostSamples: number;
  /** Stop texts a request at most; null where no limit is known. */
  stopTexts: number | null;
  tokenLimitField: "max_tokens" | "max_completion_tokens";
}

/** The server found fault with the request. */
export const isRefusal = (error: unknown): error is ModelCallError =>
  error instanceof ModelCallError && (error.status === 400 || error.status === 422);

/** Without our own words before the server's. */
const wordsOf = (error: ModelCallError): string => error.message.replace(/^.*? answered \d+: /, "");

const names = (words: string, field: string): boolean => new RegExp(`(^|[^\\w\\\\])${field}([^\\w]|$)`).test(words);

/** The field itself is not taken; a complaint about its value alone is the caller's matter. */
const notTaken =
  /unsupported|not support|doesn't support|unexpected|unrecogni[sz]ed|unknown|extra (inputs|fields)|not permitted|not allowed|not available|incompatible|disabled|cannot be used/i;

/**
 * What to change about a refused request so that it may be taken; null where the refusal is about something that it
 * cannot do without. The change is made in `refusals`; the text says it in words, and is empty where the outcome is the
 * same.
 */
export function adaptTo(error: unknown, refusals: Refusals, sent: { n: number; stops: number }): string | null {
  if (!isRefusal(error)) return null;
  const words = wordsOf(error);
  if (names(words, "max_tokens") && names(words, "max_completion_tokens")) {
    if (refusals.tokenLimitField === "max_completion_tokens") return null;
    refusals.tokenLimitField = "max_completion_tokens";
    return "takes max_completion_tokens in place of max_tokens";
  }
  const fewer = fewerStops(words, refusals, sent.stops) ?? fewerSamples(words, refusals, sent.n);
  if (fewer !== null) return fewer;
  if (!notTaken.test(words)) return null;
  const refused = optional.filter((field) => names(words, field) && !refusals.fields.has(field));
  if (refused.length === 0) return null;
  for (const field of refused) refusals.fields.add(field);
  if (refused.includes("logprobs")) refusals.fields.add("top_logprobs");
  return `refuses ${refused.join(", ")}, which ${refused.length === 1 ? "is" : "are"} left out from now on`;
}

function fewerStops(words: string, refusals: Refusals, sent: number): string | null {
  if (sent < 2 || !names(words, "stop")) return null;
  const most = limitIn(words);
  if (most === null || most >= Math.min(sent, refusals.stopTexts ?? sent)) return null;
  refusals.stopTexts = most;
  return `takes at most ${most} stop texts: the others are looked for in what comes back`;
}

function fewerSamples(words: string, refusals: Refusals, sent: number): string | null {
  if (sent < 2 || !names(words, "n")) return null;
  const most = limitIn(words);
  refusals.mostSamples = most !== null && most < sent ? most : 1;
  return "";
}

/** "value <= 4", "at most 4 items", "must be 1". */
function limitIn(words: string): number | null {
  const found = /(?:<=|at most|no more than|less than or equal to|maximum(?: of| is)?|must be)\s*(\d+)/i.exec(words);
  const most = Number(found?.[1] ?? Number.NaN);
  return Number.isInteger(most) && most >= 1 ? most : null;
}
