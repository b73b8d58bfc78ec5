import { z } from "zod";
import { defineVerifier } from "../src/core/verifier.ts";
import { solutionMessages } from "../src/engine/sampling.ts";

/**
 * Agreement: the score of a candidate is the share of `n` independent solutions, drawn once per question, whose answer equals the candidate's
 * (self-consistency, Wang et al. 2022, arXiv:2203.11171, read as a verifier).
 *
 * Cost: `n` calls per question, charged to the verifier. Null for a candidate without an answer, or when no solution gave one.
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
      const peers = samples.map((sample) => run.extract(sample.text)?.text ?? null);
      const voters = peers.filter((answer) => answer !== null).length;
      const classes = run.classes([...peers, ...candidates.map(({ answer }) => answer?.text ?? null)]);
      return candidates.map(({ answer }, i) => {
        if (answer === null) return { value: null, reason: "no answer to compare" };
        if (voters === 0) return { value: null, reason: "no independent solution gave an answer" };
        const own = classes[peers.length + i];
        const agreeing = classes.slice(0, peers.length).filter((index) => index === own).length;
        return { value: agreeing / voters, reason: `${agreeing} of ${voters} independent solutions agree` };
      });
    },
  }),
});
