import type { FinishReason } from "../../core/policy.ts";
import { SaidError } from "./said-error.ts";

/** Words of servers and makers that mean: the model came to its end, or to a stop text, or calls a function. */
const ends = new Set([
  "stop",
  "eos",
  "eos_token",
  "end_turn",
  "stop_sequence",
  "stop_token",
  "stop_word",
  "tool_calls",
  "tool_call",
  "tool_use",
  "function_call",
  "complete",
  "completed",
]);
const cuts = new Set(["length", "max_tokens", "max_output_tokens", "max_new_tokens", "model_length", "limit"]);
const refusals = new Set([
  "content_filter",
  "content_filtered",
  "refusal",
  "safety",
  "recitation",
  "prohibited_content",
  "blocklist",
  "spii",
  "guardrail_intervened",
]);
/** The server gave up in the middle: no text of the model's, and another attempt may do better. */
const failures = new Set(["error", "abort", "aborted", "cancelled", "timeout", "insufficient_system_resource"]);

export interface Ending {
  readonly finish: FinishReason;
  readonly ending?: string;
}

/**
 * What a server's reason for the end means. Only words known to mean an end count as one. A reply that came whole and
 * gives no reason has ended, and says so by `ending: "none given"`.
 * @throws SaidError where the reason says that the server failed.
 */
export function finishOf(reason: unknown, refused = false): Ending {
  if (refused) return { finish: "refused", ending: typeof reason === "string" ? `refusal, ${reason}` : "refusal" };
  if (reason === undefined || reason === null || reason === "") return { finish: "stop", ending: "none given" };
  const word = String(reason);
  const plain = word.toLowerCase();
  if (ends.has(plain)) return { finish: "stop" };
  if (cuts.has(plain)) return { finish: "length", ...(plain !== "length" && { ending: word }) };
  if (refusals.has(plain)) return { finish: "refused", ending: word };
  if (failures.has(plain)) {
    throw new SaidError(`the text ended with "${word}"`, { kind: "server", retryable: true, status: null });
  }
  return { finish: "unknown", ending: word };
}
