import type { FailureKind } from "../../core/errors.ts";
import { asNumber, asRecord, asText, type Fields } from "./fields.ts";

/** What a server's error is about, and whether another attempt may get over it. */
export interface ErrorFacts {
  readonly kind: FailureKind;
  readonly retryable: boolean;
  readonly status: number | null;
}

/** An error that stands inside a reply which says success. */
export class SaidError extends Error {
  readonly facts: ErrorFacts;
  constructor(message: string, facts: ErrorFacts) {
    super(message);
    this.name = "SaidError";
    this.facts = facts;
  }
}

/** Statuses that another attempt may get over; so may every 5xx. */
const passing = new Set([408, 409, 425, 429]);

export function isPassingStatus(status: number): boolean {
  return passing.has(status) || status >= 500;
}

const quotaWords =
  /insufficient_quota|billing|credit balance|exceeded your current quota|out of credits|payment required|insufficient[ _]balance/i;
const contextWords =
  /context_length_exceeded|exceed_context_size|ContextWindowExceeded|maximum context length|context (size|window|length)|prompt is too long|too many (input )?tokens|input is too long/i;
const contentWords = /content_filter|content_policy|content management policy|moderation|safety system|flagged/i;
const rateWords = /rate[ _]?limit|too many requests|RESOURCE_EXHAUSTED|throttl/i;
const serverWords = /server[ _]?error|InternalServerError|internal error|overloaded|unavailable|timeout|timed out/i;

/** From the status and the words of an error: its kind. Quota comes first, because it hides behind status 429. */
export function errorFacts(status: number | null, words: string): ErrorFacts {
  const kind = kindOf(status, words);
  const passes = kind === "rate" || kind === "server" || kind === "connection";
  return { kind, status, retryable: passes || (kind === "request" && status !== null && isPassingStatus(status)) };
}

function kindOf(status: number | null, words: string): FailureKind {
  if (status === 402 || quotaWords.test(words)) return "quota";
  if (status === 401 || status === 403) return contentWords.test(words) ? "content" : "key";
  if (contextWords.test(words) && !(status !== null && status >= 500)) return "context";
  if (contentWords.test(words) && (status === null || status < 500)) return "content";
  if (status === 429 || (status === null && rateWords.test(words))) return "rate";
  if (status !== null) return status >= 500 ? "server" : "request";
  return serverWords.test(words) ? "server" : "request";
}

/** The error in a reply or an event, in any of its forms; null where there is none. */
export function saidError(reply: Fields | null): SaidError | null {
  const given = reply?.error ?? (reply?.object === "error" ? reply : null) ?? errorOfType(reply);
  if (given === null || given === undefined || given === false || given === "") return null;
  const fields = asRecord(given);
  const message = asText(given) ?? asText(fields?.message) ?? asText(fields?.detail) ?? JSON.stringify(given);
  const code = fields?.code ?? fields?.status ?? null;
  const status = asNumber(code) ?? (/^[45]\d\d$/.test(String(code)) ? Number(code) : null);
  const words = [message, asText(fields?.type), asText(code)].filter((part) => part !== null).join(" ");
  return new SaidError(message, errorFacts(status !== null && status >= 400 ? status : null, words));
}

const errorOfType = (reply: Fields | null): unknown =>
  reply?.type === "error" && reply.choices === undefined ? (reply.message ?? reply) : null;
