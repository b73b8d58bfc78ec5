import type { Sample } from "../../../src/core/policy.ts";
import { solutionMessages } from "../../../src/engine/sampling.ts";
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
    return locatedIn(findingOf(reply), reply?.text ?? "", attempt);
  };

const finds = /\b(?:wrong|incorrect|mistakes?|errors?|should|not (?:right|correct))\b/i;
const absolves = /\b(?:no|without|any) (?:errors?|mistakes?)\b/gi;
const approves = /\b(?:right|correct)\b/i;
const namesStep = /\bstep\s*#?\**(\d+)/i;

const findsFault = (words: string): boolean => finds.test(words.replace(absolves, ""));

/**
 * A reply read as a finding: an empty one cannot tell, "NO ERRORS" finds nothing, and so do words of approval without any of blame (small models forget what
 * they were to write); anything else is what is wrong.
 */
export function findingOf(reply: Sample | undefined): Finding {
  const said = reply?.text.trim() ?? "";
  if (said === "") return cannotTell;
  if (said.toUpperCase().includes(NO_ERROR)) return nothingFound;
  return approves.test(said) && !findsFault(said) ? nothingFound : { wrong: true, said, step: null };
}

/** The step of the first sentence that finds fault with one, else the first step that is named at all; null for none. Counted from 1. */
export function stepNamed(reply: string): { readonly step: number; readonly fault: boolean } | null {
  const sentences = reply.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => namesStep.test(sentence));
  const faulted = sentences.find(findsFault);
  const step = namesStep.exec(faulted ?? sentences[0] ?? "")?.[1];
  return step === undefined ? null : { step: Number(step), fault: faulted !== undefined };
}

/**
 * Reads the first wrong step. A critic that goes through the steps may say "no errors" of one and find fault with the next, so fault found counts before that.
 * A settled step counts as no new error; one that does not exist locates nothing.
 */
function locatedIn(finding: Finding, reply: string, { candidate, settled }: Attempt): Finding {
  const named = stepNamed(reply);
  if (named === null || (finding.wrong !== true && !named.fault)) return finding;
  const found = { wrong: true, said: reply.trim() };
  const step = named.step - 1;
  if (step < 0 || step >= candidate.trajectory.depth) return { ...found, step: null };
  return step < settled ? nothingFound : { ...found, step };
}
