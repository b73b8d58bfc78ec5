import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { solutionCandidate } from "../../../src/engine/sampling.ts";
import type { Reviser } from "../kit/finding.ts";
import { continued, tokensOf } from "../kit/resume.ts";
import { lookAgain } from "../kit/rewrite.ts";

/** The hierarchical thought template of SuperCorrect (arXiv:2410.09008, section 3.1), in our words. */
const TEMPLATE_SYSTEM = `Solve the problem in numbered steps, each in a paragraph of its own that begins with "Step k:". Under a step that is easily got wrong add a line "Key:" with what to watch out for. After the steps write a paragraph "Lesson:" that says in one sentence how problems of this kind are solved. End with your final answer within \\boxed{}.`;

const GO_ON_INSTRUCTION =
  "Take up the solution before that step: write the step anew, then the rest in the same form. Put your final answer within \\boxed{}.";

const templateMessages = ({ question }: Run): Message[] => [
  { role: "system", content: TEMPLATE_SYSTEM },
  { role: "user", content: question.text },
];

/** A solution in the form of the template. Cost: one call. */
export const templateAttempt = (temperature: number) => async (run: Run) => {
  const [sample] = await run.sample({ messages: templateMessages(run), temperature, purpose: "solve" });
  return sample === undefined ? null : solutionCandidate(run, sample);
};

/**
 * The student goes on from the steps before the first wrong one, with its attempt and the teacher's note (which step, why, how it should read) in view. Where no step
 * is named the note is followed from the start. Cost: one call.
 */
export const followNote =
  (temperature: number): Reviser =>
  async (run, { candidate }, { said, step }) => {
    const kept = step ?? 0;
    const prefix = candidate.trajectory.steps
      .slice(0, kept)
      .map(({ text }) => text)
      .join("");
    const note = `A teacher's note on your solution:\n${said}\n\n${GO_ON_INSTRUCTION}`;
    const [sample] = await run.sample({
      messages: [
        ...templateMessages(run),
        { role: "assistant", content: candidate.text },
        { role: "user", content: said === "" ? lookAgain(run.question) : note },
      ],
      ...(prefix === "" ? {} : { prefix }),
      temperature,
      purpose: "revise",
    });
    if (sample === undefined) return null;
    const revised = kept === 0 ? solutionCandidate(run, sample) : continued(run, candidate, kept, "", sample);
    return { candidate: revised, settled: kept, notes: { saved: tokensOf(candidate, kept) } };
  };
