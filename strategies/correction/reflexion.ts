import { z } from "zod";
import { programOf } from "../../src/code/programs.ts";
import { passedShare, reportText, runShownTests, type TestResult } from "../../src/code/shown-tests.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { CodeTask } from "../../src/core/question.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { solutionCandidate } from "../../src/engine/sampling.ts";
import { assertionsIn } from "../code/kit/assertions.ts";
import { pythonTask } from "../code/kit/task.ts";
import {
  acceptCalls,
  acceptOption,
  acceptRule,
  attemptShown,
  closing,
  correct,
  lastKept,
  type OwnScore,
  plainAttempt,
  type Reviser,
  type Signal,
} from "./kit/loop.ts";
import { nothingFound, signalCalls, signalOf, signalOption, thresholdOption } from "./kit/signals.ts";

const REFLECT_INSTRUCTION =
  "In two or three sentences, reflect on this attempt: what is the likely cause of its failure, and what is to be done differently next time? Do not solve the problem now.";

const RETRY_INSTRUCTION = "With these lessons in mind, solve the problem again from the start.";

const testRequest = (count: number, name: string): string =>
  `Write ${count} tests for this task, ordinary and edge cases, each one line of the form \`assert ${name}(...) == ...\`, in one \`\`\`python block. Write no solution.`;

/** Tests that a task may show; more are not expected. */
const mostShownTests = 20;

const options = z.strictObject({
  rounds: z.int().min(1).max(16).default(3).describe("trials after the first at most"),
  memory: z.int().min(1).max(16).default(3).describe("lessons kept in view"),
  temperature: z.number().min(0).default(0).describe("of the attempts"),
  feedbackTemperature: z.number().min(0).default(0).describe("of evaluation and reflection"),
  signal: signalOption("auto"),
  threshold: thresholdOption,
  accept: acceptOption,
  tests: z.int().min(0).max(16).default(4).describe("tests that the policy writes for programs whose task shows none"),
  timeoutMs: z.int().min(100).max(60_000).default(5_000).describe("wall time for one run of the tests"),
});
type Options = z.output<typeof options>;

/**
 * The evaluator for programs: the tests that the task shows, else tests that the policy writes once without seeing an
 * attempt. The hidden tests are out of reach. One for each solve, as it remembers the tests and the results of each
 * program. Cost: at most one call a solve, and `1 + tests` sandbox runs a program (one where nothing hangs).
 */
class Examiner {
  readonly #given: Options;
  readonly #known = new Map<string, Promise<TestResult[]>>();
  #tests: Promise<readonly string[]> | null = null;

  constructor(given: Options) {
    this.#given = given;
  }

  /** The test report as a signal; the other signal where there are no tests to run. */
  signal(otherwise: Signal): Signal {
    return async (run, attempt) => {
      const results = await this.#resultsOf(run, attempt.candidate);
      if (results === null) return await otherwise(run, attempt);
      if (results.length > 0 && passedShare(results) === 1) return nothingFound;
      return { wrong: true, said: reportText(results), step: null };
    };
  }

  /** Share of the tests that an attempt passes; null where there are none. */
  readonly score: OwnScore = async (run, candidate) => {
    const results = await this.#resultsOf(run, candidate);
    return results === null ? null : passedShare(results);
  };

  /** None for an answer in which no program can be read; null where there is no test that Python can read. */
  async #resultsOf(run: Run, candidate: Candidate): Promise<readonly TestResult[] | null> {
    const task = pythonTask(run.question);
    if (task === null) return null;
    this.#tests ??= testsOf(run, task, this.#given);
    const tests = await this.#tests;
    if (tests.length === 0) return null;
    const program = programOf(candidate, task);
    if (program === null) return [];
    const results = this.#known.get(program) ?? runShownTests(run, program, tests, this.#given.timeoutMs);
    this.#known.set(program, results);
    const runnable = (await results).filter(({ outcome }) => outcome !== "malformed");
    return runnable.length === 0 ? null : runnable;
  }
}

async function testsOf(run: Run, task: CodeTask, { tests, feedbackTemperature }: Options): Promise<readonly string[]> {
  const { visibleTests = [], entryPoint } = task;
  if (visibleTests.length > 0 || tests === 0 || entryPoint === "") return visibleTests;
  const content = `${run.question.text}\n\n${testRequest(tests, entryPoint)}`;
  const [sample] = await run.sample({
    messages: [{ role: "user", content }],
    temperature: feedbackTemperature,
    purpose: "tests",
  });
  return assertionsIn(sample?.text ?? "", entryPoint).slice(0, tests);
}

const lessonList = (lessons: readonly string[]): string =>
  lessons.length === 0
    ? ""
    : `Lessons from earlier attempts:\n${lessons.map((lesson) => `- ${lesson}`).join("\n")}\n\n`;

/**
 * Reflects on the attempt in words, keeps the lesson, and tries again with the last `memory` lessons in view. One for
 * each solve, as it holds the memory. An empty reflection leaves no lesson. Cost: two calls.
 */
function reflectAndRetry({ memory, temperature, feedbackTemperature }: Options): Reviser {
  const lessons: string[] = [];
  return async (run, attempt, { said }) => {
    const report = said === "" ? "" : `${said}\n\n`;
    const request = (instruction: string) => {
      const content = report + lessonList(lessons) + instruction;
      return [...attemptShown(run, attempt), { role: "user" as const, content }];
    };
    const [reflection] = await run.sample({
      messages: request(REFLECT_INSTRUCTION),
      temperature: feedbackTemperature,
      purpose: "reflect",
    });
    const lesson = reflection?.text.trim() ?? "";
    if (lesson !== "") lessons.push(lesson);
    if (lessons.length > memory) lessons.shift();
    const messages = request(`${RETRY_INSTRUCTION} ${closing(run.question)}`);
    const [sample] = await run.sample({ messages, temperature, purpose: "revise" });
    if (sample === undefined) return null;
    return { candidate: solutionCandidate(run, sample), notes: { lessons: lessons.length } };
  };
}

/**
 * Reflexion: an attempt that its evaluator finds wrong is reflected upon in words, and the next attempt is made with
 * the lessons so far in view (Shinn et al. 2023, arXiv:2303.11366, algorithm 1: `rounds` is the number of trials after
 * the first, `memory` is Ω).
 */
export const reflexion = defineStrategy({
  name: "reflexion",
  summary: "tries again with lessons in words from the attempts that failed",
  paper: "Shinn et al. 2023, arXiv:2303.11366",
  family: "correction",
  how:
    "Reflexion: an attempt that its evaluator finds wrong is reflected upon in words, and the next attempt is made " +
    "with the lessons so far in view (Shinn et al. 2023, arXiv:2303.11366, algorithm 1: `rounds` is the number of " +
    "trials after the first, `memory` is Ω)." +
    "\n\n" +
    "The evaluator is the signal. For a programming task it is a test run: the tests that the task shows, else " +
    "`tests` that the policy writes once, before its attempts are looked at; the report is reflected upon, passing " +
    "ends the trials, and a trial replaces the attempt if it passes more (section 4.3). Else it is an outcome " +
    "verifier where there is one, or the policy's own words.",
  costNote:
    "at most `2 + 4 · rounds` policy calls: the tests once; evaluation in words, reflection, trial, and the fresh " +
    "solution that the accept rule may draw. Sandbox runs for programs only: one a program, where no test hangs.",
  departures: [
    "The published runs on question answering stop when the answer equals the reference; no strategy here can see " +
      "that.",
    "A trial replaces the attempt by the accept rule (`accept: always` is the paper's).",
  ],
  rewards: {
    outcome: "is the evaluator that ends the trials, and accepts a trial only if it scores higher",
    process: "is the evaluator that ends the trials, and points at the first wrong step",
    none: "the policy evaluates itself; a trial is accepted if a fresh solution agrees with it",
  },
  options,
  candidates: (run, given) => {
    const examiner = new Examiner(given);
    const other = signalOf({ ...given, locates: false });
    return correct(run, {
      attempt: plainAttempt(given.temperature),
      signal: given.signal === "auto" ? examiner.signal(other) : other,
      revise: reflectAndRetry(given),
      accept: acceptRule({ ...given, ownScore: examiner.score }),
      rounds: given.rounds,
      varies: true,
    });
  },
  select: ({ accept }) => lastKept(accept),
  cost: ({ rounds, signal, accept, tests }) => ({
    calls: 2 + rounds * (signalCalls(signal) + 2 + acceptCalls(accept)),
    scored: 2 * (1 + rounds),
    runs: (1 + rounds) * (1 + Math.max(tests, mostShownTests)),
  }),
});
