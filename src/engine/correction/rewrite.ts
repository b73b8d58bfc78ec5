import type { Message } from "../../core/policy.ts";
import type { Run } from "../../core/run.ts";
import { SOLVE_SYSTEM, solutionCandidate, solutionMessages } from "../sampling.ts";
import type { Attempt, Finding, Reviser } from "./finding.ts";

const REVISE_INSTRUCTION =
  "Use the feedback to write a corrected solution from the start. Reason step by step, and put your final answer within \\boxed{}.";

/** Huang et al. 2023, arXiv:2310.01798, appendix A: look again, with nothing said about the attempt. */
export const BLIND_INSTRUCTION =
  "Look at your solution once more, and write it anew from the start with whatever you find put right. Reason step by step, and put your final answer within \\boxed{}.";

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
export function attemptShown({ question }: Run, { candidate }: Pick<Attempt, "candidate">): Message[] {
  const task = solutionMessages(question);
  const head = question.conversation === undefined ? [{ role: "system" as const, content: SOLVE_SYSTEM }] : [];
  const rest = question.conversation === undefined ? task.slice(1) : task;
  return [...head, ...rest, { role: "assistant", content: candidate.text }];
}

const wordsFor = ({ said }: Finding): string =>
  said === "" ? BLIND_INSTRUCTION : `Feedback:\n${said}\n\n${REVISE_INSTRUCTION}`;

/** Writes the whole solution anew with the attempt and what was said of it in view. Cost: one call. */
export const rewrite =
  (temperature: number): Reviser =>
  async (run, attempt, finding) => {
    const messages: Message[] = [...attemptShown(run, attempt), { role: "user", content: wordsFor(finding) }];
    const [sample] = await run.sample({ messages, temperature, purpose: "revise" });
    return sample === undefined ? null : { candidate: solutionCandidate(run, sample) };
  };
