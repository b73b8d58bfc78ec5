import { z } from "zod";
import { defineVerifier } from "../src/core/verifier.ts";
import { solutionMessages } from "../src/engine/sampling.ts";
import { agreeingShare } from "./support/agreeing.ts";

/**
 * Agreement: the score of a candidate is the share of `n` independent solutions, drawn once per question, whose answer
 * equals the candidate's (self-consistency, Wang et al. 2022, arXiv:2203.11171, read as a verifier).
 *
 * Cost: `n` calls per question, charged to the verifier. Null for a candidate without an answer, or when no solution
 * gave one.
 */
export const agreement = defineVerifier({
  name: "agreement",
  summary: "share of independent solutions that reach the same answer",
  paper: "Wang et al. 2022, arXiv:2203.11171",
  options: z.strictObject({
    n: z.int().min(1).default(8).describe("independent solutions to compare with"),
    temperature: z.number().min(0).default(0.7),
  }),
  outcome: ({ n, temperature }) => ({
    score: async (question, candidates, run) => {
      const messages = solutionMessages(question);
      const samples = await run.sample({ messages, n, from: 0, temperature, purpose: "solve", branch: "agreement" });
      const answers = samples.map((sample) => run.extract(sample.text));
      const none = "no independent solution gave an answer";
      return candidates.map(({ answer }) =>
        agreeingShare(run, answer, { answers, none, what: "independent solutions agree" }),
      );
    },
  }),
});
