import type { Message } from "../../../src/core/policy.ts";
import type { Question } from "../../../src/core/question.ts";
import type { Run } from "../../../src/core/run.ts";
import { solutionCandidate, solutionMessages } from "../../../src/engine/sampling.ts";
import type { Attempt, Finding, Reviser } from "./finding.ts";

const REVISE_INSTRUCTION = "Use the feedback to write a corrected solution from the start.";

/** Huang et al. 2023, arXiv:2310.01798, appendix A: look again, with nothing said about the attempt. */
const BLIND_INSTRUCTION =
  "Look at your solution once more, and write it anew from the start with whatever you find put right.";

/** How an answer to this question is to be given: what a request for a new solution ends with. */
export function closing({ kind, conversation }: Question): string {
  if (conversation !== undefined) return "Give the whole reply.";
  if (kind === "code") return "Give the whole program in one ```python block.";
  const what = kind === "choice" ? "the letter of the right option" : "your final answer";
  return `Reason step by step, and put ${what} within \\boxed{}.`;
}

/** A request to write the solution anew with nothing said about it. */
export const lookAgain = (question: Question): string => `${BLIND_INSTRUCTION} ${closing(question)}`;

/** The first attempt: the plain solution that other strategies draw too. Null when the budget has no room for it. */
export const plainAttempt = (temperature: number, model?: string) => async (run: Run) => {
  const [sample] = await run.sample({
    messages: solutionMessages(run.question),
    temperature,
    purpose: "solve",
    ...(model === undefined ? {} : { model }),
  });
  return sample === undefined ? null : solutionCandidate(run, sample);
};

/** The conversation up to and including the attempt. */
export const attemptShown = ({ question }: Run, { candidate }: Pick<Attempt, "candidate">): Message[] => [
  ...solutionMessages(question),
  { role: "assistant", content: candidate.text },
];

const wordsFor = (question: Question, { said }: Finding): string =>
  said === "" ? lookAgain(question) : `Feedback:\n${said}\n\n${REVISE_INSTRUCTION} ${closing(question)}`;

/** Writes the whole solution anew with the attempt and what was said of it in view. Cost: one call. */
export const rewrite =
  (temperature: number): Reviser =>
  async (run, attempt, finding) => {
    const messages: Message[] = [
      ...attemptShown(run, attempt),
      { role: "user", content: wordsFor(run.question, finding) },
    ];
    const [sample] = await run.sample({ messages, temperature, purpose: "revise" });
    return sample === undefined ? null : { candidate: solutionCandidate(run, sample) };
  };
