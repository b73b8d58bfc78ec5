import { programOf } from "../../../src/code/programs.ts";
import { passedShare, reportText, runShownTests, type TestResult } from "../../../src/code/shown-tests.ts";
import type { Candidate } from "../../../src/core/candidate.ts";
import type { CodeTask } from "../../../src/core/question.ts";
import type { Run } from "../../../src/core/run.ts";
import { assertionsIn } from "../../code/kit/assertions.ts";
import { pythonTask } from "../../code/kit/task.ts";
import type { Worth } from "../kit/accept.ts";
import { nothingFound, type Signal } from "../kit/finding.ts";

const testRequest = (count: number, name: string): string =>
  `Write ${count} tests for this task, ordinary and edge cases, each one line of the form \`assert ${name}(...) == ...\`, in one \`\`\`python block. Write no solution.`;

export interface TestSettings {
  /** Tests that the policy writes where the task shows none. */
  readonly tests: number;
  readonly temperature: number;
  readonly timeoutMs: number;
}

/** What tests say of the attempts of one solve. */
export interface Examiner {
  /** The test report where there are tests to run, else the other signal. */
  readonly signal: (otherwise: Signal) => Signal;
  /** Share of the tests that an attempt passes; null where there are none. */
  readonly worth: Worth;
}

/**
 * Tests as a signal for programs: those that the task shows, else such as the policy writes once without seeing an attempt (Reflexion's programming form). Make one for
 * each solve: it remembers the tests and what each program did. The hidden tests are out of reach. Cost: at most one call a solve, and `1 + tests` sandbox runs a program (one where
 * nothing hangs). Tests that are no Python are dropped.
 */
export function examiner(settings: TestSettings): Examiner {
  const known = new Map<string, Promise<TestResult[]>>();
  let written: Promise<readonly string[]> | null = null;

  const testsFor = (run: Run, task: CodeTask): Promise<readonly string[]> => {
    written ??=
      (task.visibleTests ?? []).length > 0 ? Promise.resolve(task.visibleTests ?? []) : write(run, task, settings);
    return written;
  };
  const resultsOf = async (run: Run, candidate: Candidate): Promise<readonly TestResult[] | null> => {
    const task = pythonTask(run.question);
    const tests = task === null ? [] : await testsFor(run, task);
    if (task === null || tests.length === 0) return null;
    const program = programOf(candidate, task);
    if (program === null) return [];
    const results = known.get(program) ?? runShownTests(run, program, tests, settings.timeoutMs);
    known.set(program, results);
    const runnable = (await results).filter(({ outcome }) => outcome !== "malformed");
    return runnable.length === 0 ? null : runnable;
  };

  return {
    signal: (otherwise) => async (run, attempt) => {
      const results = await resultsOf(run, attempt.candidate);
      if (results === null) return await otherwise(run, attempt);
      if (results.length > 0 && passedShare(results) === 1) return nothingFound;
      return { wrong: true, said: reportText(results), step: null };
    },
    worth: async (run, candidate) => {
      const results = await resultsOf(run, candidate);
      return results === null ? null : passedShare(results);
    },
  };
}

async function write(run: Run, task: CodeTask, { tests, temperature }: TestSettings): Promise<readonly string[]> {
  if (tests === 0) return [];
  const content = `${run.question.text}\n\n${testRequest(tests, task.entryPoint)}`;
  const [sample] = await run.sample({ messages: [{ role: "user", content }], temperature, purpose: "tests" });
  return assertionsIn(sample?.text ?? "", task.entryPoint).slice(0, tests);
}
