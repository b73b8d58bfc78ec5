import { z } from "zod";
import { taskLanguage } from "../../src/answer/languages.ts";
import { examine, passedShare, reportText, showsTests, type TestResult } from "../../src/code/shown-tests.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message } from "../../src/core/policy.ts";
import type { Question } from "../../src/core/question.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { highestValueThenScore, pythonTask } from "./kit/task.ts";

const refineInstruction = ({ code }: Question): string =>
  `The program above is wrong. Find out why, then give the whole corrected program in one \`\`\`${taskLanguage(code?.language).fence} block. Do not repeat the program above.`;

const turnMessages = (run: Run, candidate: Candidate, results: readonly TestResult[]): readonly Message[] => [
  ...solutionMessages(run.question),
  { role: "assistant", content: candidate.text },
  { role: "user", content: `${reportText(results)}\n\n${refineInstruction(run.question)}` },
];

/**
 * Refinement by execution (CYCLE: Ding et al. 2024, arXiv:2403.18746, section 3): the model gets its own faulty
 * program back with the report of its own test run (failing input, expected, actual or the end of the error) and
 * writes a new one, until the shown tests pass or the turns end.
 */
export const execRefine = defineStrategy({
  name: "exec-refine",
  summary: "the faulty program goes back with its test report, until the shown tests pass",
  paper: "Ding et al. 2024, arXiv:2403.18746",
  family: "code",
  how:
    "Refinement by execution (CYCLE: Ding et al. 2024, arXiv:2403.18746, section 3): the model gets its own faulty " +
    "program back with the report of its own test run (failing input, expected, actual or the end of the error) and " +
    "writes a new one, until the shown tests pass or the turns end. Only tests that the task shows are run. Each turn " +
    "sees the first task and the latest program, not the whole history." +
    "\n\n" +
    "A turn that writes the same program again (small models copy) is drawn once more at `retryTemperature`. Every " +
    "turn is a candidate whose value is the share of the shown tests that pass; the highest wins, then the higher " +
    "outcome score, then the latest turn. Without shown tests there is nothing to refine by: the draft stands, and " +
    "its note says so.",
  costNote: "at most `1 + 2 · turns` calls; `1 + tests` sandbox runs a program at most, one where nothing hangs.",
  departures: ["The authors train their model on such turns, here any model is asked."],
  rewards: {
    outcome: "breaks ties between turns that pass as many shown tests; without shown tests there is nothing to choose",
    process: "the same, aggregated",
    none: "the shown tests decide, then the latest turn",
  },
  options: z.strictObject({
    turns: z.int().min(1).max(16).default(4).describe("corrections at most"),
    temperature: z.number().min(0).default(0).describe("of the draft and the corrections"),
    retryTemperature: z.number().min(0).default(0.8).describe("of the second try where a correction changes nothing"),
    timeoutMs: z.int().min(100).max(60_000).default(5_000).describe("wall time for one run of the tests"),
  }),
  async *candidates(run, { turns, temperature, retryTemperature, timeoutMs }) {
    const [drafted] = await run.sample({ messages: solutionMessages(run.question), temperature, purpose: "solve" });
    if (drafted === undefined) return;
    const code = pythonTask(run.question);
    if (code === null || !showsTests(code)) {
      const why = code === null ? "no programming task in Python" : "the task shows no tests";
      yield solutionCandidate(run, drafted, { turn: 0, stopped: `${why}: nothing to refine by` });
      return;
    }
    let candidate = solutionCandidate(run, drafted);
    for (let turn = 0; ; turn++) {
      const { results, passed, passes } = await examine(run, candidate, code, timeoutMs);
      const stopped = passes ? "the shown tests pass" : turn === turns ? "no turns left" : "";
      yield {
        ...candidate,
        value: passedShare(results),
        notes: { turn, ...revises(turn), passed, of: results.length, ...(stopped === "" ? {} : { stopped }) },
      };
      if (stopped !== "") return;
      const corrected = await correct(run, candidate, results, { temperature, retryTemperature });
      if (corrected === null) return;
      candidate = corrected;
    }
  },
  select: () => highestValueThenScore(),
  cost: ({ turns }) => ({ calls: 1 + 2 * turns, scored: 1 + turns, runs: 21 * (1 + turns) }),
});

/** A turn revises the one before, whose place in the stream is its number. */
const revises = (turn: number): Candidate["notes"] => (turn === 0 ? { round: 0 } : { round: turn, revises: turn - 1 });

/** The next program: drawn again where it is the one before. */
async function correct(
  run: Run,
  candidate: Candidate,
  results: readonly TestResult[],
  { temperature, retryTemperature }: { temperature: number; retryTemperature: number },
): Promise<Candidate | null> {
  const messages = turnMessages(run, candidate, results);
  for (const [attempt, heat] of [temperature, retryTemperature].entries()) {
    const [sample] = await run.sample({ messages, temperature: heat, purpose: "revise" });
    if (sample === undefined) return null;
    const next = solutionCandidate(run, sample);
    if (attempt === 1 || next.answer?.text.trim() !== candidate.answer?.text.trim()) return next;
  }
  return null;
}
