import { z } from "zod";
import type { Candidate } from "../src/core/candidate.ts";
import type { Score } from "../src/core/score.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { candidateIsRight, stepsAreRight, type Truth, truthOf } from "../src/policy/simulated/truth.ts";

const UNKNOWN: Score = { value: null, reason: "the question is not one of the simulated word problems" };

const judged = (right: boolean): Score => ({ value: right ? 1 : 0 });

export function oracleOutcome(truth: Truth | null, candidate: Candidate): Score {
  return truth === null ? UNKNOWN : judged(candidateIsRight(truth, candidate));
}

export function oracleSteps(truth: Truth | null, { steps }: Trajectory): Score[] {
  if (truth === null) return steps.map(() => UNKNOWN);
  return stepsAreRight(
    truth,
    steps.map(({ text, observation }) => text + (observation ?? "")),
  ).map(judged);
}

/**
 * The truth about solutions of the simulated arithmetic problems, worked out from the words of the question alone.
 * Outcome: 1 for the right answer, else 0 (a candidate that is not complete: is its last running value right?).
 * Process: 1 where the running value after the step is right, so a step after an uncorrected error is wrong and one
 * that corrects it is right; a step without a result is as right as the one before it; a program is right when it
 * returns the answer, a line of a plan when it names the right operation.
 *
 * For tests and demonstrations: it knows what no real verifier does. Cost: nothing. Null on any other question.
 */
export const oracle = defineVerifier({
  name: "oracle",
  summary: "the truth, for the simulated arithmetic problems (demonstrations only)",
  demonstrationOnly: true,
  options: z.strictObject({}),
  outcome: () => ({
    score: async (question, candidates) => {
      const truth = truthOf(question.text);
      return candidates.map((candidate) => oracleOutcome(truth, candidate));
    },
  }),
  process: () => ({
    scoreSteps: async (question, trajectories) => {
      const truth = truthOf(question.text);
      return trajectories.map((trajectory) => oracleSteps(truth, trajectory));
    },
  }),
});
