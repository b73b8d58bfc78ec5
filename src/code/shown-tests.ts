import type { Candidate } from "../core/candidate.ts";
import { defaultLimits, type ExecutionResult, type Program } from "../core/execution.ts";
import type { CodeTask } from "../core/question.ts";
import type { Run } from "../core/run.ts";
import { programOf } from "./programs.ts";
import { judgePrelude } from "./python-judge.ts";
import { subjectSource } from "./python-subject.ts";
import { readShownTests } from "./reports.ts";
import { readingLanguage, writesTheSame } from "./written-lines.ts";

/**
 * What became of one test: `passed`; `failed`, it compared unequal; `error`, an exception; `malformed`, the test itself
 * is no Python; or how the run ended (`timeout`, `memory`, `crashed` …).
 */
export type TestOutcome = "passed" | "failed" | "malformed" | ExecutionResult["verdict"];

export interface TestResult {
  readonly test: string;
  readonly outcome: TestOutcome;
  /** What was expected and what came, or the end of the error; empty when it passed. */
  readonly detail: string;
}

/**
 * results[i] belongs to tests[i], all from one sandbox run. The tests run where the program was never loaded, by the
 * same driver as hidden tests: what the program says of itself is no result. Where that run is cut off (a test that
 * hangs, a flood of output, a program that ends the process) each test is run by itself, so that one bad test does not
 * hide the others. Cost: at most `1 + tests.length` runs.
 */
export async function runShownTests(
  run: Run,
  source: string,
  tests: readonly string[],
  wallMs: number,
): Promise<TestResult[]> {
  if (tests.length === 0) return [];
  const result = await run.execute(programOfTests(source, tests), { wallMs });
  const report = result.verdict === "ok" ? readShownTests(result.value, tests.length) : null;
  if (report !== null && !("ended" in report))
    return report.map(([outcome, detail], i) => ({ test: tests[i] ?? "", outcome, detail }));
  if (tests.length > 1)
    return (await Promise.all(tests.map((test) => runShownTests(run, source, [test], wallMs)))).flat();
  const [outcome, detail] = report?.ended ?? cutOff(result);
  return tests.map((test) => ({ test, outcome, detail }));
}

function programOfTests(source: string, tests: readonly string[]): Program {
  const [program, all] = [source, tests].map((one) => JSON.stringify(one));
  return {
    language: "python",
    prelude: judgePrelude,
    source: `shown = report_on_shown_tests(ask_subject, ${program}, ${all}, ${defaultLimits.outputBytes})`,
    subject: { source: subjectSource },
    result: { variable: "shown" },
  };
}

const cutOff = ({ verdict, error }: ExecutionResult): [TestOutcome, string] => [
  verdict === "ok" ? "error" : verdict,
  verdict === "ok" ? "there is no report that can be read" : lastLines(error),
];

const lastLines = (error: string): string => error.trim().split("\n").slice(-3).join("\n").slice(-400);

/** Runs a program on the examples of what it reads and writes, each in a run of its own. */
async function runShownExamples(
  run: Run,
  source: string,
  { language, examples = [] }: CodeTask,
  wallMs: number,
): Promise<TestResult[]> {
  const reads = readingLanguage(language);
  return await Promise.all(
    examples.map(async ({ input, output }): Promise<TestResult> => {
      const test = `input ${JSON.stringify(input)}`;
      if (reads === undefined) return { test, outcome: "refused", detail: `programs in ${language} cannot be run` };
      const { verdict, stdout, error } = await run.execute({ language: reads, source, stdin: input }, { wallMs });
      if (verdict !== "ok") return { test, outcome: verdict, detail: lastLines(error) };
      if (writesTheSame(stdout, output)) return { test, outcome: "passed", detail: "" };
      const came = JSON.stringify(stdout.slice(0, 200));
      return {
        test,
        outcome: "failed",
        detail: `expected output ${JSON.stringify(output.slice(0, 200))}, got ${came}`,
      };
    }),
  );
}

/** Does the task show tests, or examples of what its program reads and writes? */
export const showsTests = ({ visibleTests = [], examples = [] }: CodeTask): boolean =>
  visibleTests.length + examples.length > 0;

export const passedShare = (results: readonly TestResult[]): number =>
  results.filter(({ outcome }) => outcome === "passed").length / Math.max(1, results.length);

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
  const results =
    task.examples === undefined
      ? await runShownTests(run, program, task.visibleTests ?? [], wallMs)
      : await runShownExamples(run, program, task, wallMs);
  const passed = results.filter(({ outcome }) => outcome === "passed").length;
  return { results, passed, passes: passed === results.length };
}

/** Failing tests shown at most: the first ones say most, and the prompt stays short. */
const mostShown = 3;

/**
 * A test run as the model reads it: how many passed, and of the first failing tests what was expected and what came.
 */
export function reportText(results: readonly TestResult[]): string {
  if (results.length === 0) return "No program could be read from your answer.";
  const failing = results.filter(({ outcome }) => outcome !== "passed");
  const passed = results.length - failing.length;
  if (failing.length === 0) return `Your program passes all ${results.length} tests.`;
  const shown = failing.slice(0, mostShown).map(failureText);
  const more = failing.length > mostShown ? `\n(and ${failing.length - mostShown} more)` : "";
  return `Your program was run. ${passed} of ${results.length} tests pass. Failing:\n${shown.join("\n")}${more}`;
}

function failureText({ test, outcome, detail }: TestResult): string {
  const what = outcome === "failed" || outcome === "error" ? detail : `${outcome} ${detail}`.trim();
  return `- ${test}\n  ${what.split("\n").join("\n  ")}`;
}
