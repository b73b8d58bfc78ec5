import { z } from "zod";
import type { Candidate } from "../src/core/candidate.ts";
import type { TokenLogprob } from "../src/core/policy.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";

/** Alternatives per token that the entropy is taken over: the most that servers give. */
const alternatives = 20;

/**
 * Entropy in nats of one token's distribution over its known alternatives, the rest of the mass taken as one more; at
 * most ln(alternatives + 1). Null without alternatives.
 */
export function tokenEntropy({ top }: TokenLogprob): { readonly nats: number; readonly most: number } | null {
  if (top === undefined || top.length === 0) return null;
  const known = top.map(({ logprob }) => Math.exp(Math.min(0, logprob)));
  const rest = Math.max(0, 1 - known.reduce((a, b) => a + b, 0));
  const nats = [...known, rest].reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
  return { nats, most: Math.log(known.length + 1) };
}

function certainty({ logprobs }: Candidate, over: "mean" | "highest", share: number): Score {
  const entropies = (logprobs ?? []).map(tokenEntropy).filter((entropy) => entropy !== null);
  if (entropies.length === 0) return { value: null, reason: "the sample carries no alternatives per token" };
  const relative = entropies.map(({ nats, most }) => Math.min(1, nats / most)).sort((a, b) => b - a);
  const counted = over === "mean" ? relative : relative.slice(0, Math.max(1, Math.ceil(share * relative.length)));
  const mean = counted.reduce((a, b) => a + b, 0) / counted.length;
  return { value: 1 - mean, reason: `mean relative entropy ${mean.toFixed(3)} over ${counted.length} tokens` };
}

/**
 * One less the mean relative entropy of the policy's next-token distributions: 1 where it never hesitated. `highest`
 * looks only at the most uncertain tokens, the forks at which a solution can go wrong (Wang et al. 2025,
 * arXiv:2506.01939: a minority of tokens decides).
 *
 * Cost: none. Null where the server gives no alternatives.
 */
export const entropy = defineVerifier({
  name: "entropy",
  summary: "how little the policy hesitated between tokens; no extra calls",
  paper: "Wang et al. 2025, arXiv:2506.01939",
  options: z.strictObject({
    over: z.enum(["mean", "highest"]).default("mean").describe("all tokens, or the most uncertain ones"),
    share: z.number().gt(0).max(1).default(0.2).describe("share of the tokens that `highest` looks at"),
  }),
  needs: () => ({ logprobs: alternatives }),
  outcome: ({ over, share }) => ({
    score: async (_question, candidates) => candidates.map((candidate) => certainty(candidate, over, share)),
  }),
});
