import { z } from "zod";
import { checkedTaskOf, resolveCheck, runCheck } from "../src/code/checks/run-check.ts";
import { checkShape } from "../src/code/checks/schema.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";

const optionsSchema = z.strictObject({
  ...checkShape,
  folders: z.array(z.string()).optional().describe("folders of this machine that the command may read"),
  tests: z.string().default("").describe("what {tests} stands for: tests that may be shown"),
});

/**
 * A checker of one's own decides about each candidate's answer: a command in the sandbox, by preset (Lean, Verilog, LP
 * models, JUnit …) or in parts. 1 or 0; null where the checker is broken, says nothing, or is missing here. It never
 * sees a hidden test: `tests` are an option.
 *
 * Cost: one command a candidate with an answer, two where it runs out of time.
 */
export const check = defineVerifier({
  name: "check",
  summary: "a command in the sandbox decides: Lean, Verilog, LP models, JUnit, or one's own",
  options: optionsSchema,
  outcome: ({ tests, ...spec }) => {
    const resolved = resolveCheck(spec);
    return {
      score: async (question, candidates, run): Promise<Score[]> => {
        const scores: Score[] = [];
        for (const { answer } of candidates) {
          if (answer === null) {
            scores.push({ value: null, reason: "no answer" });
            continue;
          }
          run.signal.throwIfAborted();
          const task = checkedTaskOf(question, { answer: answer.text, tests });
          const found = await runCheck((program, limits) => run.execute(program, limits), resolved, task);
          const value = found.verdict === "right" ? 1 : found.verdict === "undecided" ? null : 0;
          scores.push({ value, reason: found.reason });
        }
        return scores;
      },
    };
  },
});
