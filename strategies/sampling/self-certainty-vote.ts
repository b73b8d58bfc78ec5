import { z } from "zod";
import type { ScoredCandidate } from "../../src/core/candidate.ts";
import type { TokenLogprob } from "../../src/core/policy.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import { majority, weightedByValue } from "../../src/engine/picking/selections.ts";
import { exemplarOptions, sampleSolutions, solutionCandidate } from "../../src/engine/sampling.ts";

/**
 * Self-certainty with Borda voting (Kang et al. 2025, arXiv:2502.18581): samples are ranked by how far the policy's
 * next-token distributions were from uniform, KL(U ‖ p) on average; of n the one at rank r votes with (n - r + 1)^p,
 * and the answer with the most votes wins. `power` 0 is the plain vote, a large one picks the surest sample.
 */
export const selfCertaintyVote = defineStrategy({
  name: "self-certainty-vote",
  summary: "n independent solutions, ranked by the policy's own certainty, vote by rank",
  paper: "Kang et al. 2025, arXiv:2502.18581",
  family: "sampling",
  how:
    "Self-certainty with Borda voting (Kang et al. 2025, arXiv:2502.18581): samples are ranked by how far the " +
    "policy's next-token distributions were from uniform, KL(U ‖ p) on average; of n the one at rank r votes with (n " +
    "- r + 1)^p, and the answer with the most votes wins. `power` 0 is the plain vote, a large one picks the surest " +
    "sample. No verifier and no further call is needed.",
  costNote:
    "`n` policy calls, with log-probabilities; a policy that gives none leaves the plain vote. Samples without an " +
    "answer take a rank and do not vote.",
  departures: [
    "The authors read the whole vocabulary; servers give the likeliest alternatives only, so KL is taken over " +
      "those, and is the authors' number where they are all there are.",
    "The vote reads nothing but its order.",
  ],
  rewards: {
    readBy: "rules",
    outcome: "is not read: the policy's own certainty ranks; `weighted-vote` reads it",
    process: "is not read, for the same reason",
    none: "the policy's own certainty weighs the votes",
  },
  options: z.strictObject({
    n: z.int().min(1).default(16).describe("independent samples"),
    power: z.number().min(0).default(0.5).describe("of the rank in its vote"),
    alternatives: z.int().min(2).default(20).describe("alternatives per token to ask for, fewer where fewer are given"),
    temperature: z.number().min(0).default(0.7),
    ...exemplarOptions,
  }),
  candidates: (run, { n, temperature, alternatives, ...shown }) => {
    const given = run.policy.capabilities.logprobs?.top ?? 0;
    return sampleSolutions(run, {
      ...{ n, temperature, shown, logprobs: given >= 2 ? Math.min(given, alternatives) : undefined },
      toCandidate: (of, sample) => ({
        ...solutionCandidate(of, sample),
        value: selfCertaintyOf(sample.logprobs ?? []) ?? undefined,
      }),
    });
  },
  select: ({ power }) => bordaVote(power),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n }),
});

/** Mean over the tokens of KL(U ‖ p) = -Σ log p_j / V - log V, over the alternatives given; null without any. */
export function selfCertaintyOf(tokens: readonly TokenLogprob[]): number | null {
  const certainties = tokens.flatMap(({ top = [] }) =>
    top.length < 2 ? [] : [-top.reduce((sum, { logprob }) => sum + logprob, 0) / top.length - Math.log(top.length)],
  );
  return certainties.length === 0 ? null : certainties.reduce((sum, one) => sum + one, 0) / certainties.length;
}

/**
 * Votes by rank of the candidates' own values; ties by order. One without a value votes like the last. Where nothing
 * has a value, the majority.
 */
export function bordaVote(power: number): Selection {
  return {
    name: `borda(${power})`,
    usesScores: false,
    pick: (candidates, run) => {
      const ranked = candidates
        .filter(({ value }) => value !== undefined)
        .sort((a, b) => (b.value ?? 0) - (a.value ?? 0) || a.index - b.index);
      if (ranked.length === 0) return majority().pick(candidates, run);
      const votes = new Map(ranked.map(({ index }, rank) => [index, (ranked.length - rank) ** power]));
      const weighed = candidates.map(
        (candidate): ScoredCandidate => ({ ...candidate, value: votes.get(candidate.index) ?? 1 }),
      );
      return weightedByValue().pick(weighed, run);
    },
  };
}
