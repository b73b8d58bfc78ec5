import { addLedgers, emptyLedger, type Ledger, totalCalls, totalDollars } from "../core/usage.ts";
import type { Reply } from "./think.ts";

/** OpenAI's usage, with everything that was spent in it, and the full account under `ruminate`. */
export interface ChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
  /** Completion tokens that are not in the delivered replies. */
  readonly completion_tokens_details: { readonly reasoning_tokens: number };
  readonly ruminate: Ledger & { readonly calls: number; readonly dollars: number };
}

/** The usage of all replies of a request: what the upstreams billed. */
export function usageOf(replies: readonly Pick<Reply, "usage" | "tokens">[]): ChatUsage {
  const ledger = replies.reduce((sum, reply) => addLedgers(sum, reply.usage.actual), emptyLedger);
  const { policy, verifier } = ledger;
  const prompt = policy.promptTokens + verifier.promptTokens;
  const completion = policy.completionTokens + verifier.completionTokens;
  const delivered = replies.reduce((sum, { tokens }) => sum + tokens, 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: policy.cachedPromptTokens + verifier.cachedPromptTokens },
    completion_tokens_details: { reasoning_tokens: Math.max(0, completion - delivered) },
    ruminate: { ...ledger, calls: totalCalls(ledger), dollars: totalDollars(ledger) },
  };
}
