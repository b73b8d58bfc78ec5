import { ModelCallError } from "../../core/errors.ts";
import { FailedAttempt } from "../failed-attempt.ts";

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

/** What a request had in it, as far as it says what a refusal is about. */
export interface Sent {
  readonly n: number;
  readonly stop?: readonly string[] | undefined;
  /** The caller's own fields: the request is never sent without them. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** The server found fault with the request. */
export const isRefusal = (error: unknown): error is ModelCallError =>
  error instanceof ModelCallError && (error.status === 400 || error.status === 422);

const names = (words: string, field: string): boolean => new RegExp(`(^|[^\\w\\\\])${field}([^\\w]|$)`).test(words);

/** The field itself is not taken; a complaint about its value alone is the caller's matter. */
const notTaken =
  /unsupported|not support|doesn't support|unexpected|unrecogni[sz]ed|unknown|extra (inputs|fields)|not permitted|not allowed|not available|incompatible|disabled|cannot be used/i;

/** Fields of which some models take a single value: then the field is as good as not taken. */
const ofOneValue: ReadonlySet<string> = new Set(["temperature", "top_p"]);

/**
 * What to change about a refused request so that it may be taken; null where the refusal is about something that it
 * cannot do without. Fields to leave out are returned, for this request alone: the next reply shows whether that was
 * it, see {@link leaveOut}. Any other change is made in `refusals`; its text says it in words, and is empty where the
 * outcome is the same.
 *
 * A server names the field in its words, beside which it may repeat what the caller wrote. So the error's own `param`
 * goes before its words, and the values of the request are taken out of these.
 */
export function adaptTo(
  error: unknown,
  refusals: Refusals,
  sent: Sent,
  leftOut: ReadonlySet<string> = new Set(),
): string | readonly string[] | null {
  if (!isRefusal(error)) return null;
  const { param: given, code } = error instanceof FailedAttempt ? error.said : nothingSaid;
  const param = given?.replace(/^body\./, "") ?? null;
  const words = wordsOf(error, sent);
  const about = (field: string) => (param === null ? names(words, field) : param === field);
  if (about("max_tokens") && names(words, "max_tokens") && names(words, "max_completion_tokens")) {
    if (refusals.tokenLimitField === "max_completion_tokens") return null;
    refusals.tokenLimitField = "max_completion_tokens";
    return "takes max_completion_tokens in place of max_tokens";
  }
  const fewer =
    (about("stop") ? fewerStops(words, refusals, sent.stop?.length ?? 0) : null) ??
    (about("n") ? fewerSamples(words, refusals, sent.n) : null);
  if (fewer !== null) return fewer;
  if (!notTaken.test(words)) return null;
  const { fields = {} } = sent;
  const refused = optional.filter(
    (field) =>
      about(field) &&
      (code !== "unsupported_value" || ofOneValue.has(field)) &&
      !Object.hasOwn(fields, field) &&
      !leftOut.has(field),
  );
  return refused.length === 0 ? null : refused;
}

/** Fields without which a request was taken are left out from now on. @returns that in words, none where known. */
export function leaveOut(fields: ReadonlySet<string>, refusals: Refusals): string {
  const found = [...fields].filter((field) => !refusals.fields.has(field));
  for (const field of found) refusals.fields.add(field);
  if (refusals.fields.has("logprobs")) refusals.fields.add("top_logprobs");
  if (found.length === 0) return "";
  return `refuses ${found.join(", ")}, which ${found.length === 1 ? "is" : "are"} left out from now on`;
}

/** The fields that a request is sent without, where it is tried without some more. */
export function fieldsWithout(refusals: Refusals, tried: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...refusals.fields, ...tried, ...(tried.has("logprobs") ? ["top_logprobs"] : [])]);
}

const nothingSaid = { param: null, code: null };

/** The server's words: without our own before them, and without what the caller wrote. */
function wordsOf({ message }: ModelCallError, sent: Sent): string {
  const plain = (text: string) => text.replace(/\\[nrt]|\s+/g, " ").replaceAll("\\", "");
  const words = plain(message.replace(/^.*? answered \d+: /, ""));
  const values = valuesOf(sent).flatMap((value) => {
    const text = plain(value);
    return text.trim() === "" || text.length > words.length ? [] : [text];
  });
  return values
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, value) => {
      // A word may be a value and the server's own: it is the value only where it is quoted.
      if (!/^\w+$/.test(value) && value.length > 3) return rest.replaceAll(value, " ");
      return ["'", '"', "`"].reduce((left, mark) => left.replaceAll(`${mark}${value}${mark}`, " "), rest);
    }, words);
}

/** Texts that the caller chose, of those that servers repeat. */
function valuesOf({ stop = [], fields = {} }: Sent): string[] {
  const texts = (value: unknown): string[] => {
    if (typeof value === "string") return [value];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    return Object.entries(value).flatMap(([key, inner]) => (typeof inner === "string" ? [key, inner] : [key]));
  };
  const { tools: _, response_format: __, ...others } = fields;
  return [...stop, ...Object.values(others).flatMap(texts)];
}

function fewerStops(words: string, refusals: Refusals, sent: number): string | null {
  if (sent < 2) return null;
  const most = limitIn(words);
  if (most === null || most >= Math.min(sent, refusals.stopTexts ?? sent)) return null;
  refusals.stopTexts = most;
  return `takes at most ${most} stop texts: the others are looked for in what comes back`;
}

function fewerSamples(words: string, refusals: Refusals, sent: number): string | null {
  if (sent < 2) return null;
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
