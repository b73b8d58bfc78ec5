import { z } from "zod";
import { answerOf, spoken, wasCut } from "../../../src/answer/verdicts/spoken.ts";
import type { Candidate } from "../../../src/core/candidate.ts";
import type { Sample } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { solutionMessages } from "../../../src/engine/sampling.ts";
import type { Attempt, Finding, Signal } from "./loop.ts";

export const nothingFound: Finding = Object.freeze({ wrong: false, said: "", step: null });
export const cannotTell: Finding = Object.freeze({ wrong: null, said: "", step: null });

export const signalNames = ["auto", "none", "own", "teacher", "score", "steps"] as const;
export type SignalName = (typeof signalNames)[number];

export const signalOption = (preset: SignalName) =>
  z
    .enum(signalNames)
    .default(preset)
    .describe(
      "what says that the attempt is wrong: none, own (the policy's words), teacher (another model's), score (outcome), steps (first bad step), auto (the strongest there is)",
    )
    .meta({ role: { teacher: "teacher" } });

export const thresholdOption = z.number().min(0).max(1).default(0.5).describe("scores below it mean wrong");

export interface SignalSettings {
  readonly signal: SignalName;
  readonly threshold: number;
  readonly feedbackTemperature: number;
  /** Must the wrong step be known? Feedback in words is then about steps, and `auto` prefers step scores. */
  readonly locates: boolean;
}

/**
 * The signal by name. `auto`: a process verifier's first bad step; else the outcome score (of prefixes, where the step
 * must be known); else the policy's own words.
 */
export function signalOf(settings: SignalSettings): Signal {
  const { threshold, locates, feedbackTemperature: temperature } = settings;
  const words = locates ? wordsOnSteps : wordsOnWhole;
  const signals: Readonly<Record<Exclude<SignalName, "auto">, Signal>> = {
    none: blind,
    own: words({ temperature }),
    teacher: words({ temperature, model: "teacher" }),
    score: outcomeScore(threshold),
    steps: firstBadStep(threshold),
  };
  return (run, attempt) => signals[named(settings, run)](run, attempt);
}

function named({ signal, locates }: SignalSettings, { verifiers }: Run): Exclude<SignalName, "auto"> {
  if (signal !== "auto") return signal;
  if (verifiers.process || (verifiers.outcome && locates)) return "steps";
  return verifiers.outcome ? "score" : "own";
}

/** Model calls that the signal makes at most for one attempt. */
export const signalCalls = (signal: SignalName): number =>
  signal === "auto" || signal === "own" || signal === "teacher" ? 1 : 0;

/** No signal: the intrinsic self-correction of Huang et al. 2023 (arXiv:2310.01798). */
export const blind: Signal = async () => cannotTell;

/** The outcome score: below `threshold` the attempt is wrong. Without a score it cannot tell. */
const outcomeScore =
  (threshold: number): Signal =>
  async (run, { candidate }) => {
    const [score] = await run.score([candidate]);
    const value = score?.value ?? null;
    if (value === null) return cannotTell;
    if (value >= threshold) return nothingFound;
    return { wrong: true, said: `A verifier judged this solution wrong (${value.toFixed(2)} of 1).`, step: null };
  };

/**
 * The first step, settled ones skipped, that scores below `threshold` (the protocol of ProcessBench for reward models,
 * Zheng et al. 2024, arXiv:2412.06559, section 4). A step without a score is no error; without any it cannot tell.
 */
const firstBadStep =
  (threshold: number): Signal =>
  async (run, { candidate, settled }) => {
    const [scores = []] = await run.scoreSteps([candidate.trajectory]);
    if (scores.every(({ value }) => value === null)) return cannotTell;
    const step = scores.findIndex(({ value }, t) => t >= settled && value !== null && value < threshold);
    if (step < 0) return nothingFound;
    const value = scores[step]?.value ?? 0;
    const begins = opening(candidate.trajectory.steps[step]?.text ?? "");
    const said = `A verifier found that step ${step + 1} is wrong (${value.toFixed(2)} of 1), the one that begins "${begins}".`;
    return { wrong: true, said, step };
  };

/** The first words of a step, without an answer: steps carry no numbers in the text. */
const opening = (text: string): string => {
  const line = (text.trim().split(/\n|\\boxed/)[0] ?? "").trimEnd();
  return line.length <= 40 ? line : `${line.slice(0, 40).trimEnd()} …`;
};

export const NO_ERROR = "NO ERRORS";

const FEEDBACK_INSTRUCTION = `Check the solution above line by line: is every fact taken from the problem, is every calculation right, does it answer what was asked? If you find a mistake, say where it is and what is wrong. If there is none, write exactly ${NO_ERROR}.`;

const LOCATE_INSTRUCTION = `Check the solution step by step. If a step is wrong, name the first wrong one as "Step k", say in one sentence what is wrong with it, and how it should read. If every step is right, write exactly ${NO_ERROR}.`;

interface FeedbackSettings {
  /** The model that gives feedback: the policy, or one by role name ("teacher"). */
  readonly model?: string;
  readonly temperature: number;
}

/**
 * The model's own words on the whole attempt, in the same conversation (the feedback of Self-Refine). With a process
 * verifier the step with the lowest score is pointed out. Cost: one call. An empty reply cannot tell.
 */
const wordsOnWhole =
  ({ model, temperature }: FeedbackSettings): Signal =>
  async (run, { candidate }) => {
    const content = FEEDBACK_INSTRUCTION + (await doubtfulStep(run, candidate));
    const [reply] = await run.sample({
      messages: [
        ...solutionMessages(run.question),
        { role: "assistant", content: candidate.text },
        { role: "user", content },
      ],
      temperature,
      purpose: "feedback",
      model,
    });
    return findingOf(reply);
  };

/** A hint at the step that the process verifier scores lowest, if below 0.5; empty where there is none. */
async function doubtfulStep(run: Run, { trajectory }: Candidate): Promise<string> {
  if (!run.verifiers.process) return "";
  const [scores = []] = await run.scoreSteps([trajectory]);
  const judged = scores.flatMap(({ value }, index) => (value === null ? [] : [{ value, index }]));
  const worst = judged.reduce((low, score) => (score.value < low.value ? score : low), { value: 0.5, index: -1 });
  const step = trajectory.steps[worst.index];
  return step === undefined ? "" : `\n\nA checker finds this step the most doubtful:\n${step.text.trim()}`;
}

/**
 * A critic sees the numbered steps and names the first wrong one, its cause and a fix (the critic form of ProcessBench,
 * arXiv:2412.06559, and the teacher of SuperCorrect, arXiv:2410.09008, section 3.2). Settled steps are shown but cannot
 * be the first wrong one. Cost: one call. An error without a step locates nothing; an empty reply cannot tell.
 */
const wordsOnSteps =
  ({ model, temperature }: FeedbackSettings): Signal =>
  async (run, attempt) => {
    const numbered = attempt.candidate.trajectory.steps.map(({ text }, t) => `Step ${t + 1}: ${text.trim()}`);
    const content = `Problem:\n${run.question.text}\n\nSolution:\n${numbered.join("\n\n")}\n\n${LOCATE_INSTRUCTION}`;
    const messages = [{ role: "user" as const, content }];
    const [reply] = await run.sample({ messages, temperature, purpose: "feedback", model });
    return locatedIn(findingOf(reply), reply?.text ?? "", attempt);
  };

const finds = /\b(?:wrong|incorrect|mistakes?|errors?|should|not (?:right|correct))\b/i;
const absolves = /\b(?:no|without|any) (?:errors?|mistakes?)\b/gi;
const approves = /\b(?:right|correct)\b/i;
const namesStep = /\bstep\s*#?\**(\d+)/i;

const findsFault = (words: string): boolean => finds.test(words.replace(absolves, ""));

/**
 * A reply read as a finding: an empty one cannot tell, nor one that was cut before it found anything; "NO ERRORS" where
 * nothing else finds fault, or approval without any fault (small models forget the exact words), finds nothing;
 * anything else says what is wrong.
 */
export function findingOf(reply: Sample | undefined): Finding {
  const said = reply === undefined ? "" : answerOf(reply).trim();
  if (reply === undefined || said === "") return cannotTell;
  const lines = spoken(reply).lines.map(({ text }) =>
    text
      .replace(/[^\p{L}\s]/gu, "")
      .trim()
      .toUpperCase(),
  );
  const alone = lines.at(-1) === NO_ERROR || lines[0] === NO_ERROR;
  const fault = findsFault(said);
  if (alone || (said.toUpperCase().includes(NO_ERROR) && !fault)) return nothingFound;
  if (!fault && wasCut(reply)) return cannotTell;
  return approves.test(said) && !fault ? nothingFound : { wrong: true, said, step: null };
}

/** The step, from 1, of the first sentence that finds fault with one, else the first that is named; null for none. */
export function stepNamed(reply: string): { readonly step: number; readonly fault: boolean } | null {
  const sentences = reply.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => namesStep.test(sentence));
  const faulted = sentences.find(findsFault);
  const step = namesStep.exec(faulted ?? sentences[0] ?? "")?.[1];
  return step === undefined ? null : { step: Number(step), fault: faulted !== undefined };
}

/**
 * Reads the first wrong step. A critic that goes through the steps may write "no errors" of one and find fault with the
 * next: the fault counts. A settled step is no new error; a step that does not exist locates nothing.
 */
function locatedIn(finding: Finding, reply: string, { candidate, settled }: Attempt): Finding {
  const named = stepNamed(reply);
  if (named === null || (finding.wrong !== true && !named.fault)) return finding;
  const found = { wrong: true, said: reply.trim() };
  const step = named.step - 1;
  if (step < 0 || step >= candidate.trajectory.depth) return { ...found, step: null };
  return step < settled ? nothingFound : { ...found, step };
}
