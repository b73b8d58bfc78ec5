import { z } from "zod";
import { extractProgram, programCandidate } from "../../../src/code/programs.ts";
import type { Candidate } from "../../../src/core/candidate.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { type ProgramOptions, programMessages } from "../../programs/program-aided.ts";
import { findingOf, NO_ERROR } from "../kit/feedback.ts";
import type { Reviser, Signal } from "../kit/finding.ts";

const CRITIQUE_INSTRUCTION = `Check the program and its result: does it use the facts of the problem as they are, does it compute what was asked, is the result plausible? If something is wrong, say what. If nothing is, write exactly ${NO_ERROR}.`;

const REWRITE_INSTRUCTION = "Write the corrected function solution() in one ```python block and nothing else.";

type Settings = Pick<ProgramOptions, "exemplars" | "shots" | "choose" | "timeoutMs" | "temperature">;

const marked = "def solution";
const result = { call: "solution" } as const;

/** A program, run: its answer is what it returns. Cost: one call and one sandbox run. */
export const programAttempt = (settings: Settings) => async (run: Run) => {
  const messages = programMessages(run.question.text, settings);
  const [sample] = await run.sample({ messages, temperature: settings.temperature, purpose: "program" });
  return sample === undefined ? null : await programCandidate(run, sample, result, settings.timeoutMs);
};

const writtenOf = ({ trajectory }: Candidate): string => trajectory.steps[0]?.text ?? "";

/** What running it showed: its value, or the end of the error. */
function reportOf({ execution }: Candidate): string {
  if (execution?.verdict === "ok") return `The program ran and returned ${execution.value ?? "nothing"}.`;
  return `The program did not run to its end (${execution?.verdict ?? "not run"}): ${(execution?.error ?? "").slice(-400)}`;
}

const shown = (run: Run, candidate: Candidate, settings: Settings, request: string): Message[] => [
  ...programMessages(run.question.text, settings),
  { role: "assistant", content: writtenOf(candidate) },
  { role: "user", content: request },
];

/** The policy's critique of a program with its execution report in view. A program that failed is wrong whatever the critique says. Cost: one call. */
export const critiqueOfRun =
  (settings: Settings, feedbackTemperature: number): Signal =>
  async (run, { candidate }) => {
    const report = reportOf(candidate);
    const [reply] = await run.sample({
      messages: shown(run, candidate, settings, `${report}\n\n${CRITIQUE_INSTRUCTION}`),
      temperature: feedbackTemperature,
      purpose: "feedback",
    });
    const finding = findingOf(reply);
    if (finding.wrong === false && candidate.answer !== null) return finding;
    return {
      wrong: finding.wrong === null ? null : true,
      said: [report, finding.said].join("\n\n").trim(),
      step: null,
    };
  };

/** A new program from the critique, run. Null where the code did not change: the answer stands. Cost: one call and one sandbox run. */
export const rewriteProgram =
  (settings: Settings): Reviser =>
  async (run, { candidate }, { said }) => {
    const messages = shown(run, candidate, settings, `${said}\n\n${REWRITE_INSTRUCTION}`.trim());
    const [sample] = await run.sample({ messages, temperature: settings.temperature, purpose: "program" });
    if (sample === undefined) return null;
    const before = extractProgram(writtenOf(candidate), marked)?.trim();
    if (before !== undefined && before === extractProgram(sample.text, marked)?.trim()) return null;
    return { candidate: await programCandidate(run, sample, result, settings.timeoutMs) };
  };

export const blindOption = z
  .enum(["execution", "none"])
  .default("execution")
  .describe("execution: a critique with the program's result in view; none: nothing is said");
