import { z } from "zod";
import type { Candidate } from "../src/core/candidate.ts";
import type { TokenLogprob } from "../src/core/policy.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { lowestGroup } from "../src/learned/confidence.ts";
import { ownLogprobs } from "./support/own-words.ts";

/** Alternatives per token that confidence is the mean of. */
const alternatives = 5;

/** Confidence of one token: the negative mean log-probability of its likeliest alternatives; larger is surer. */
function tokenConfidence({ top }: TokenLogprob): number | null {
  if (top === undefined || top.length === 0) return null;
  return -top.reduce((sum, { logprob }) => sum + logprob, 0) / top.length;
}

function certainty(
  tokens: readonly TokenLogprob[] | undefined,
  by: "probability" | "confidence",
  window: number,
): Score {
  if (tokens === undefined || tokens.length === 0)
    return { value: null, reason: "the sample carries no log-probabilities" };
  if (by === "probability") {
    const mean = tokens.reduce((sum, { logprob }) => sum + logprob, 0) / tokens.length;
    return { value: Math.min(1, Math.exp(mean)), reason: "exp(mean log-probability)" };
  }
  const confidences = tokens.map(tokenConfidence).filter((value) => value !== null);
  const lowest = lowestGroup(confidences, window);
  if (lowest === null) return { value: null, reason: "the sample carries no alternatives per token" };
  return { value: 1 - Math.exp(-lowest / 10), reason: `lowest group confidence ${lowest.toFixed(3)}` };
}

/** Of a stored candidate, whose log-probabilities are kept in a few numbers. */
function keptCertainty({ logprobs, confidence }: Candidate): Score | null {
  const [mean] = confidence ?? [];
  if (logprobs !== undefined || typeof mean !== "number") return null;
  return { value: Math.min(1, Math.exp(mean)), reason: "exp(mean log-probability)" };
}

/**
 * How sure the policy was of its own words, at no further cost. `probability`: the length-normalised likelihood
 * exp(mean log p), a number in (0, 1]. `confidence`: the lowest group confidence of DeepConf (Fu et al. 2025,
 * arXiv:2508.15260: C_t = −mean of the top log-probabilities, the lowest sliding mean), mapped to [0, 1) by 1 −
 * exp(−C/10), which keeps its order and nothing more.
 *
 * Cost: none for what the policy sampled itself; of a text from elsewhere one call that reads it, where the policy can.
 * Null where the server gives no log-probabilities (for `confidence`: no alternatives).
 */
export const selfCertainty = defineVerifier({
  name: "self-certainty",
  summary: "how sure the policy was of its own words; no extra calls",
  paper: "Fu et al. 2025, arXiv:2508.15260; Kang et al. 2025, arXiv:2502.18581",
  options: z.strictObject({
    by: z.enum(["probability", "confidence"]).default("probability"),
    window: z.int().min(1).default(64).describe("tokens in a group, for `confidence`"),
  }),
  needs: () => ({ logprobs: alternatives }),
  outcome: ({ by, window }) => ({
    score: (_question, candidates, run) =>
      Promise.all(
        candidates.map(async (candidate) => {
          const kept = by === "probability" ? keptCertainty(candidate) : null;
          return kept ?? certainty(await ownLogprobs(run, candidate, alternatives), by, window);
        }),
      ),
  }),
});
