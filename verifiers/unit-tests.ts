import { z } from "zod";
import { environmentFault } from "../src/code/libraries.ts";
import { programOf } from "../src/code/programs.ts";
import { passedShare, runShownTests, type TestResult } from "../src/code/shown-tests.ts";
import type { Candidate } from "../src/core/candidate.ts";
import type { CodeTask } from "../src/core/question.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";

/** Says a result anything about the program? Not where the test is no Python, or the machine lacks what it needs. */
const decides = ({ outcome, detail }: TestResult): boolean =>
  outcome !== "malformed" &&
  outcome !== "refused" &&
  (outcome !== "error" || environmentFault({ verdict: "error", error: detail }) === null);

async function passed(run: Run, candidate: Candidate, task: CodeTask, tests: readonly string[], wallMs: number) {
  const program = programOf(candidate, task);
  if (program === null) return { value: 0, reason: "no program" };
  const all = await runShownTests(run, program, tests, wallMs);
  const results = all.filter(decides);
  const [left] = all.filter((one) => !decides(one));
  if (results.length === 0) return { value: null, reason: `no shown test decides: ${left?.outcome}, ${left?.detail}` };
  const good = results.filter(({ outcome }) => outcome === "passed").length;
  const failing = results.find(({ outcome }) => outcome !== "passed");
  const failure = failing === undefined ? "" : `; fails ${failing.test.slice(0, 80)} (${failing.outcome})`;
  const others = left === undefined ? "" : `; ${all.length - results.length} decide nothing (${left.outcome})`;
  const reason = `passes ${good} of ${results.length} shown tests${failure}${others}`;
  return { value: passedShare(results), reason };
}

/**
 * The share of a programming task's shown tests that the candidate's program passes, in the sandbox. Hidden tests are
 * never seen.
 *
 * Cost: one sandbox run a candidate, and one more a test where that run is cut off (a test that hangs must not hide the
 * others). Null where the task shows no tests or is no Python task, and where no test decides: it is no Python, or the
 * machine lacks what the program needs. 0 for a candidate without a program.
 */
export const unitTests = defineVerifier({
  name: "unit-tests",
  summary: "share of a programming task's shown tests that the program passes",
  paper: "Li et al. 2022, arXiv:2203.07814 (filtering by the shown tests)",
  options: z.strictObject({
    most: z.int().min(1).default(20).describe("tests to run at most"),
    timeoutMs: z.int().min(100).max(60_000).default(10_000).describe("wall time for one run"),
  }),
  outcome: ({ most, timeoutMs }) => ({
    score: async (question, candidates, run): Promise<Score[]> => {
      const { code } = question;
      const tests = code?.visibleTests?.slice(0, most) ?? [];
      if (code === undefined || tests.length === 0)
        return candidates.map(() => ({ value: null, reason: "the task shows no tests" }));
      if (!/python/i.test(code.language))
        return candidates.map(() => ({ value: null, reason: `tests in ${code.language} cannot be run` }));
      return await Promise.all(candidates.map((candidate) => passed(run, candidate, code, tests, timeoutMs)));
    },
  }),
});
