import { z } from "zod";
import type { Candidate } from "../src/core/candidate.ts";
import type { Run } from "../src/core/run.ts";
import { defineStrategy } from "../src/core/strategy.ts";
import { SOLVE_SYSTEM, solutionCandidate, solutionMessages } from "../src/engine/sampling.ts";
import { bestElseLast } from "../src/engine/selections.ts";

const NO_ERROR = "NO ERRORS";

const FEEDBACK_INSTRUCTION = `Check the solution above line by line: is every fact taken from the problem, is every calculation right, does it answer what was asked? If you find a mistake, say where it is and what is wrong. If there is none, write exactly ${NO_ERROR}.`;

const REVISE_INSTRUCTION =
  "Use the feedback to write a corrected solution from the start. Reason step by step, and put your final answer within \\boxed{}.";

/** Says which step a process verifier trusts least, so that the feedback looks there first. */
async function suspectedStep(run: Run, draft: Candidate): Promise<string> {
  if (!run.verifiers.process) return "";
  const [scores = []] = await run.scoreSteps([draft.trajectory]);
  const judged = scores.flatMap(({ value }, index) => (value === null ? [] : [{ value, index }]));
  const worst = judged.reduce((low, score) => (score.value < low.value ? score : low), { value: 0.5, index: -1 });
  const step = draft.trajectory.steps[worst.index];
  return step === undefined ? "" : `\n\nA checker finds this step the most doubtful:\n${step.text.trim()}`;
}

/**
 * Self-Refine: draft, feedback by the same model, revision, until the feedback finds nothing or the rounds end (Madaan et al. 2023,
 * arXiv:2303.17651). Every round is a candidate; the best-scored round wins, the last one when nothing scores.
 *
 * Cost: at most `1 + 2 · rounds` policy calls. The draft is the greedy solution of chain-of-thought. Departure: the published
 * feedback prompt for mathematics presumes an error; ours asks whether there is one, which costs fewer right answers.
 */
export const selfRefine = defineStrategy({
  name: "self-refine",
  summary: "draft, feedback, revision, until the feedback finds nothing",
  paper: "Madaan et al. 2023, arXiv:2303.17651",
  rewards: {
    outcome: "picks the best round (without it the last round stands)",
    process: "points the feedback at the least trusted step, and picks the round by its aggregated scores",
    none: "the last round stands",
  },
  options: z.strictObject({
    rounds: z.int().min(1).max(16).default(3).describe("revisions at most (the paper allows 4 attempts in all)"),
    temperature: z.number().min(0).default(0).describe("of the draft and the revisions"),
    feedbackTemperature: z.number().min(0).default(0),
  }),
  async *candidates(run, { rounds, temperature, feedbackTemperature }) {
    const task = solutionMessages(run.question);
    const [drafted] = await run.sample({ messages: task, temperature, purpose: "solve" });
    if (drafted === undefined) return;
    let draft = solutionCandidate(run, drafted, { round: 0 });
    yield draft;
    for (let round = 1; round <= rounds; round++) {
      const shown = { role: "assistant" as const, content: draft.text };
      const hint = await suspectedStep(run, draft);
      const [feedback] = await run.sample({
        messages: [...task, shown, { role: "user", content: FEEDBACK_INSTRUCTION + hint }],
        temperature: feedbackTemperature,
        purpose: "feedback",
      });
      if (feedback === undefined || feedback.text.toUpperCase().includes(NO_ERROR)) return;
      const [revised] = await run.sample({
        messages: [
          { role: "system", content: SOLVE_SYSTEM },
          ...task.slice(1),
          shown,
          { role: "user", content: `Feedback:\n${feedback.text.trim()}\n\n${REVISE_INSTRUCTION}` },
        ],
        temperature,
        purpose: "revise",
      });
      if (revised === undefined) return;
      draft = solutionCandidate(run, revised, { round });
      yield draft;
    }
  },
  select: () => bestElseLast(),
  cost: ({ rounds }) => ({ calls: 1 + 2 * rounds, scored: 2 * (1 + rounds) }),
});
