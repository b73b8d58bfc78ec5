import { programOf } from "../../../src/code/assembly.ts";
import { runShownTests, type TestResult } from "../../../src/code/shown-tests.ts";
import type { Candidate } from "../../../src/core/candidate.ts";
import type { CodeTask, Question } from "../../../src/core/question.ts";
import type { Run } from "../../../src/core/run.ts";
import { sampleSolutions, solutionCandidate } from "../../../src/engine/sampling.ts";

/** The question's programming task, where it is one in Python. */
export function pythonTask({ code }: Question): CodeTask | null {
  return code !== undefined && /python/i.test(code.language) ? code : null;
}

/** What a strategy for programs does with a question that asks for none: plain solutions, whose note says why. */
export const plainInstead = (run: Run, n: number, temperature: number): AsyncGenerator<readonly Candidate[]> =>
  sampleSolutions(run, {
    n,
    temperature,
    toCandidate: (inner, sample) => solutionCandidate(inner, sample, { instead: "no programming task in Python" }),
  });

/** What the shown tests say of a candidate. */
export interface Examined {
  /** One a test; none where no program could be read. */
  readonly results: readonly TestResult[];
  readonly passed: number;
  /** There is a program, and it passes all of them. */
  readonly passes: boolean;
}

/** Runs a candidate's program on the tests that the task shows. */
export async function examine(run: Run, candidate: Candidate, task: CodeTask, wallMs: number): Promise<Examined> {
  const program = programOf(candidate, task);
  if (program === null) return { results: [], passed: 0, passes: false };
  const results = await runShownTests(run, program, task.visibleTests ?? [], wallMs);
  const passed = results.filter(({ outcome }) => outcome === "passed").length;
  return { results, passed, passes: passed === results.length };
}
