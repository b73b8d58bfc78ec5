import { addLedgers, emptyLedger, type Ledger, totalCalls, totalDollars, type Usage } from "../core/usage.ts";
import type { Reply } from "./think.ts";

/** Dollars are null where the price of a model that was asked is not known. */
type Priced<T extends { readonly dollars: number }> = Omit<T, "dollars"> & { readonly dollars: number | null };

/** The account under OpenAI's usage. */
export type FullAccount = Pick<Ledger, "sandbox"> & {
  readonly policy: Priced<Usage>;
  readonly verifier: Priced<Usage>;
  readonly calls: number;
  readonly dollars: number | null;
};

/** OpenAI's usage, with everything that was spent in it, and the full account under `ruminate`. */
export interface ChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
  /** Completion tokens that are not in the delivered replies. */
  readonly completion_tokens_details: { readonly reasoning_tokens: number };
  readonly ruminate: FullAccount;
}

/** What was billed in all. */
export const sumOf = (ledgers: readonly Ledger[]): Ledger => ledgers.reduce(addLedgers, emptyLedger);

/** The usage of all replies of a request: what the upstreams billed. */
export function usageOf(replies: readonly Pick<Reply, "usage" | "tokens" | "priced">[]): ChatUsage {
  const ledger = sumOf(replies.map(({ usage }) => usage.actual));
  const { policy, verifier } = ledger;
  const prompt = policy.promptTokens + verifier.promptTokens;
  const completion = policy.completionTokens + verifier.completionTokens;
  const priced = replies.every((reply) => reply.priced);
  const known = (dollars: number) => (priced ? dollars : null);
  const delivered = replies.reduce((sum, { tokens }) => sum + tokens, 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: policy.cachedPromptTokens + verifier.cachedPromptTokens },
    completion_tokens_details: { reasoning_tokens: Math.max(0, completion - delivered) },
    ruminate: {
      policy: { ...policy, dollars: known(policy.dollars) },
      verifier: { ...verifier, dollars: known(verifier.dollars) },
      sandbox: ledger.sandbox,
      calls: totalCalls(ledger),
      dollars: known(totalDollars(ledger)),
    },
  };
}
