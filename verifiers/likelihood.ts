import { z } from "zod";
import type { Candidate } from "../src/core/candidate.ts";
import type { Score } from "../src/core/score.ts";
import type { Step } from "../src/core/trajectory.ts";
import { defineVerifier } from "../src/core/verifier.ts";

type By = "mean" | "sum" | "least";

function ofCandidate({ logprobs, confidence }: Candidate, by: By): Score {
  if (logprobs === undefined || logprobs.length === 0) {
    // A stored candidate has kept the mean and the least.
    const kept = by === "sum" ? null : confidence?.[by === "mean" ? 0 : 1];
    if (typeof kept !== "number") return { value: null, reason: "the sample carries no log-probabilities" };
    return { value: Math.min(1, Math.exp(kept)), reason: `${by} log-probability ${kept.toFixed(3)}` };
  }
  const values = logprobs.map(({ logprob }) => Math.min(0, logprob));
  const sum = values.reduce((a, b) => a + b, 0);
  const log = by === "sum" ? sum : by === "mean" ? sum / values.length : Math.min(...values);
  return { value: Math.exp(log), reason: `${by} log-probability ${log.toFixed(3)}` };
}

function ofStep({ logprob, tokens }: Step, by: By): Score {
  if (logprob === undefined) return { value: null, reason: "the step carries no log-probability" };
  if (by === "least") return { value: null, reason: "a step carries the sum of its log-probabilities only" };
  const log = Math.min(0, by === "sum" ? logprob : logprob / Math.max(1, tokens ?? 1));
  return { value: Math.exp(log), reason: `${by} log-probability ${log.toFixed(3)}` };
}

/**
 * How likely the policy found its own text: exp of the mean log-probability per token (1 / perplexity), of the sum (the
 * probability of the whole text, which favours short ones), or of the least likely token. Process: the same over each
 * step's tokens.
 *
 * Cost: none. Null where the server gives no log-probabilities.
 */
export const likelihood = defineVerifier({
  name: "likelihood",
  summary: "how likely the policy found its own text; no extra calls",
  paper: "Wang et al. 2022, arXiv:2203.11171, section 3.1 (normalised probability)",
  options: z.strictObject({
    by: z.enum(["mean", "sum", "least"]).default("mean").describe("mean per token, sum, or the least likely token"),
  }),
  needs: () => ({ logprobs: 0 }),
  outcome: ({ by }) => ({
    score: async (_question, candidates) => candidates.map((candidate) => ofCandidate(candidate, by)),
  }),
  process: ({ by }) => ({
    scoreSteps: async (_question, trajectories) =>
      trajectories.map(({ steps }) => steps.map((step) => ofStep(step, by))),
  }),
});
