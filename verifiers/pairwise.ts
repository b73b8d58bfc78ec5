import { z } from "zod";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { comparisonOptions, preference } from "../src/engine/picking/tournament.ts";
import { solutionMessages } from "../src/engine/sampling.ts";

/**
 * A candidate against `rivals` independent solutions, drawn once per question: the share of comparisons that it wins,
 * each asked in both orders (½ where the orders disagree). The rivals are the same for all candidates, so the scores
 * are comparable and do not depend on who else is scored. The selection `tournament` lets candidates meet each other
 * instead.
 *
 * Cost: `rivals` solutions per question and 2 × `rivals` comparisons per candidate. A rival with the candidate's own
 * text or answer is a draw and is not asked about. Null when no comparison can be read.
 */
export const pairwise = defineVerifier({
  name: "pairwise",
  summary: "a chat model compares the candidate with independent solutions, in both orders",
  paper: "Zheng et al. 2023, arXiv:2306.05685 (both orders)",
  options: comparisonOptions.extend({
    rivals: z.int().min(1).default(4).describe("independent solutions to be compared with"),
    temperature: z.number().min(0).default(0.7).describe("of the rivals"),
  }),
  outcome: ({ rivals, temperature, ...comparison }) => ({
    score: async (question, candidates, run) => {
      const messages = solutionMessages(question);
      const drawn = await run.sample({
        messages,
        n: rivals,
        from: 0,
        temperature,
        purpose: "solve",
        branch: "pairwise",
      });
      const answers = drawn.map(({ text }) => run.extract(text)?.text ?? null);
      const judgeOne = async (text: string, answer: string | null): Promise<Score> => {
        const classes = run.classes([answer, ...answers]);
        const results = await Promise.all(
          drawn.map((rival, i) => {
            const same = rival.text === text || (classes[0] !== -1 && classes[i + 1] === classes[0]);
            return same ? 0.5 : preference(run, text, rival.text, comparison);
          }),
        );
        const known = results.filter((result) => result !== null);
        if (known.length === 0) return { value: null, reason: "no comparison could be read" };
        const value = known.reduce<number>((a, b) => a + b, 0) / known.length;
        return { value, reason: `won ${value.toFixed(2)} of ${known.length} comparisons` };
      };
      return await Promise.all(candidates.map(({ text, answer }) => judgeOne(text, answer?.text ?? null)));
    },
  }),
});
