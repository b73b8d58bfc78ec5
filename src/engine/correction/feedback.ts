import type { Sample } from "../../core/policy.ts";
import { solutionMessages } from "../sampling.ts";
import { type Attempt, cannotTell, type Finding, nothingFound, type Signal } from "./finding.ts";
import { suspectedStep } from "./scores.ts";

export const NO_ERROR = "NO ERRORS";

const FEEDBACK_INSTRUCTION = `Check the solution above line by line: is every fact taken from the problem, is every calculation right, does it answer what was asked? If you find a mistake, say where it is and what is wrong. If there is none, write exactly ${NO_ERROR}.`;

const LOCATE_INSTRUCTION = `Check the solution step by step. If a step is wrong, name the first wrong one as "Step k", say in one sentence what is wrong with it, and how it should read. If every step is right, write exactly ${NO_ERROR}.`;

export interface FeedbackSettings {
  /** Which model looks: the policy itself, or one by role name ("teacher"). */
  readonly model?: string;
  readonly temperature: number;
}

/**
 * The model's own words on the whole attempt, in the same conversation (Self-Refine's feedback). With a process verifier the step it trusts least is
 * pointed out. Cost: one call. An empty reply cannot tell.
 */
export const wordsOnWhole =
  ({ model, temperature }: FeedbackSettings): Signal =>
  async (run, { candidate }) => {
    const hint = await suspectedStep(run, candidate);
    const [reply] = await run.sample({
      messages: [
        ...solutionMessages(run.question),
        { role: "assistant", content: candidate.text },
        { role: "user", content: FEEDBACK_INSTRUCTION + hint },
      ],
      temperature,
      purpose: "feedback",
      ...(model === undefined ? {} : { model }),
    });
    return findingOf(reply);
  };

/**
 * A critic that is shown the numbered steps and names the first wrong one, its cause and a fix (the critic form of ProcessBench, arXiv:2412.06559, and the
 * teacher of SuperCorrect, arXiv:2410.09008, section 3.2). Steps that are settled are shown and not judged anew. Cost: one call. A reply that finds an error and names
 * no step locates nothing; an empty one cannot tell.
 */
export const wordsOnSteps =
  ({ model, temperature }: FeedbackSettings): Signal =>
  async (run, attempt) => {
    const numbered = attempt.candidate.trajectory.steps.map(({ text }, t) => `Step ${t + 1}: ${text.trim()}`);
    const content = `Problem:\n${run.question.text}\n\nSolution:\n${numbered.join("\n\n")}\n\n${LOCATE_INSTRUCTION}`;
    const [reply] = await run.sample({
      messages: [{ role: "user", content }],
      temperature,
      purpose: "feedback",
      ...(model === undefined ? {} : { model }),
    });
    return locatedIn(findingOf(reply), attempt);
  };

/** A reply read as a finding: empty cannot tell, "NO ERRORS" finds nothing, anything else is what is wrong. */
export function findingOf(reply: Sample | undefined): Finding {
  const said = reply?.text.trim() ?? "";
  if (said === "") return cannotTell;
  return said.toUpperCase().includes(NO_ERROR) ? nothingFound : { wrong: true, said, step: null };
}

/** Reads the step that the words name first. One that is settled counts as no new error; one that does not exist locates nothing. */
function locatedIn(finding: Finding, { candidate, settled }: Attempt): Finding {
  const named = /\bstep\s*#?\**(\d+)/i.exec(finding.said)?.[1];
  if (finding.wrong !== true || named === undefined) return finding;
  const step = Number(named) - 1;
  if (step < 0 || step >= candidate.trajectory.depth) return finding;
  return step < settled ? nothingFound : { ...finding, step };
}
