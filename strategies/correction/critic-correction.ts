import { z } from "zod";
import { extractProgram, programCandidate } from "../../src/code/programs.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { programMessages, programOptions } from "../programs/program-aided.ts";
import { acceptCalls, acceptOption, acceptRule, correct, lastKept, type Reviser, type Signal } from "./kit/loop.ts";
import { blind, findingOf, NO_ERROR } from "./kit/signals.ts";

const CRITIQUE_INSTRUCTION = `Check the program and its result: does it use the facts of the problem as they are, does it compute what was asked, is the result plausible? If something is wrong, say what. If nothing is, write exactly ${NO_ERROR}.`;

const REWRITE_INSTRUCTION = "Write the corrected function solution() in one ```python block and nothing else.";

const options = z.strictObject({
  rounds: z.int().min(1).max(16).default(4).describe("new programs at most"),
  ...programOptions,
  temperature: z.number().min(0).default(0),
  feedbackTemperature: z.number().min(0).default(0),
  signal: z
    .enum(["execution", "none"])
    .default("execution")
    .describe("execution: a critique with the program's result in view; none: nothing is said"),
  accept: acceptOption,
});
type Options = z.output<typeof options>;

/** A program, run: its answer is what it returns. Cost: one call and one sandbox run. */
const programAttempt = (given: Options) => async (run: Run) => {
  const messages = programMessages(run.question.text, given);
  const [sample] = await run.sample({ messages, temperature: given.temperature, purpose: "program" });
  return sample === undefined ? null : await programCandidate(run, sample, { call: "solution" }, given.timeoutMs);
};

const writtenOf = ({ trajectory }: Candidate): string => trajectory.steps[0]?.text ?? "";

/** What running it showed: its value, or the end of the error. */
function reportOf({ execution }: Candidate): string {
  if (execution?.verdict === "ok") return `The program ran and returned ${execution.value ?? "nothing"}.`;
  return `The program did not run to its end (${execution?.verdict ?? "not run"}): ${(execution?.error ?? "").slice(-400)}`;
}

const withRequest = (run: Run, candidate: Candidate, given: Options, request: string): Message[] => [
  ...programMessages(run.question.text, given),
  { role: "assistant", content: writtenOf(candidate) },
  { role: "user", content: request },
];

/**
 * The policy's critique of a program with its execution report in view. A program that failed is wrong whatever the
 * critique says. Cost: one call.
 */
const critique =
  (given: Options): Signal =>
  async (run, { candidate }) => {
    const report = reportOf(candidate);
    const [reply] = await run.sample({
      messages: withRequest(run, candidate, given, `${report}\n\n${CRITIQUE_INSTRUCTION}`),
      temperature: given.feedbackTemperature,
      purpose: "feedback",
    });
    const finding = findingOf(reply);
    if (finding.wrong === false && candidate.answer !== null) return finding;
    const said = [report, finding.said].join("\n\n").trim();
    return { wrong: finding.wrong === null ? null : true, said, step: null };
  };

/** A new program from the critique, run. Null where the code did not change: the answer stands. */
const rewriteProgram =
  (given: Options): Reviser =>
  async (run, { candidate }, { said }) => {
    const messages = withRequest(run, candidate, given, `${said}\n\n${REWRITE_INSTRUCTION}`.trim());
    const [sample] = await run.sample({ messages, temperature: given.temperature, purpose: "program" });
    if (sample === undefined) return null;
    const codeIn = (text: string) => extractProgram(text, "def solution")?.trim();
    const before = codeIn(writtenOf(candidate));
    if (before !== undefined && before === codeIn(sample.text)) return null;
    return { candidate: await programCandidate(run, sample, { call: "solution" }, given.timeoutMs) };
  };

/**
 * CRITIC: a program is written and run, the policy criticises it with the result in view, and writes a new one, until
 * it finds nothing wrong, the code no longer changes, or the rounds end (Gou et al. 2023, arXiv:2305.11738, section 3
 * and the mathematical programs of section 4.2; at most 4 rounds).
 */
export const criticCorrection = defineStrategy({
  name: "critic-correction",
  summary: "a program, criticised with its result in view and written again",
  paper: "Gou et al. 2023, arXiv:2305.11738",
  family: "correction",
  how:
    "CRITIC: a program is written and run, the policy criticises it with the result in view, and writes a new one, " +
    "until it finds nothing wrong, the code no longer changes, or the rounds end (Gou et al. 2023, arXiv:2305.11738, " +
    "section 3 and the mathematical programs of section 4.2; at most 4 rounds). A round whose program gives no value " +
    "never replaces one that did. The verifier `critic` is another thing (a chat model that names the first wrong " +
    "step, ProcessBench), hence the longer name.",
  costNote:
    "at most `1 + 3 · rounds` calls and `1 + rounds` sandbox runs: critique, program, and the fresh solution in words " +
    "that the accept rule may draw, so that by default a program is replaced only by one that agrees with a chain of " +
    "thought (`accept: always` is the paper's).",
  departures: [],
  rewards: {
    outcome: "accepts a new program only if it scores higher",
    process: "the same, aggregated (a program is one step)",
    none: "a new program is accepted if a fresh chain of thought agrees with its value",
  },
  options,
  candidates: (run, given) =>
    correct(run, {
      attempt: programAttempt(given),
      signal: given.signal === "none" ? blind : critique(given),
      revise: rewriteProgram(given),
      accept: acceptRule(given),
      rounds: given.rounds,
      varies: given.temperature > 0,
    }),
  select: ({ accept }) => lastKept(accept),
  cost: ({ rounds, signal, accept }) => ({
    calls: 1 + rounds * ((signal === "none" ? 0 : 1) + 1 + acceptCalls(accept)),
    scored: 2 * (1 + rounds),
    runs: 1 + rounds,
  }),
});
