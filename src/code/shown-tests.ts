import type { Candidate } from "../core/candidate.ts";
import type { ExecutionResult } from "../core/execution.ts";
import type { CodeTask } from "../core/question.ts";
import type { Run } from "../core/run.ts";
import { programOf } from "./programs.ts";
import { readShownTests } from "./reports.ts";
import { readingLanguage, writesTheSame } from "./written-lines.ts";

/**
 * Python that loads a program as the module `solution`: what is under `if __name__ == "__main__"` does not run, and the
 * program does not see the names of what tests it. `brief` is an exception in one line, with the line of the program
 * where it was raised.
 */
export const loadingSource = `
def load_solution(source):
    import sys, types
    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    exec(compile(source, "<solution>", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__

def brief(error):
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<solution>":
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except BaseException:
        text = ""
    where = "" if line is None else " (line " + str(line) + ")"
    return type(error).__name__ + ": " + str(text)[:300] + where
`;

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
 * Runs assertions one after the other on the program. Each is evaluated in a copy of the program's names; `assert a ==
 * b` is taken apart, so that a failure can say which value came.
 */
const RUNNER = `${loadingSource}
def report_on_shown_tests(source, tests):
    import ast, json
    def show(value):
        try:
            text = repr(value)
        except BaseException:
            text = "a value of " + type(value).__name__
        return text if len(text) <= 200 else text[:197] + "..."
    def look(test, scope):
        tree = ast.parse(test)
        last = tree.body[-1] if tree.body else None
        compared = last.test if isinstance(last, ast.Assert) else None
        if not (isinstance(compared, ast.Compare) and len(compared.ops) == 1 and isinstance(compared.ops[0], ast.Eq)):
            exec(compile(tree, "<test>", "exec"), scope)
            return ["passed", ""]
        tree.body.pop()
        exec(compile(tree, "<test>", "exec"), scope)
        came = eval(compile(ast.Expression(compared.left), "<test>", "eval"), scope)
        expected = eval(compile(ast.Expression(compared.comparators[0]), "<test>", "eval"), scope)
        if came == expected:
            return ["passed", ""]
        return ["failed", "expected " + show(expected) + ", got " + show(came)]
    def judge(test, scope):
        try:
            return look(test, dict(scope))
        except AssertionError as error:
            return ["failed", str(error)[:200] or "the assertion does not hold"]
        except BaseException as error:
            return ["error", brief(error)]
    def malformed(test):
        try:
            ast.parse(test)
        except Exception as error:
            return str(error)[:200]
    flaws = [malformed(test) for test in tests]
    try:
        scope = load_solution(source)
    except BaseException as error:
        rows = [["error", brief(error)] for test in tests]
    else:
        rows = [judge(test, scope) if flaw is None else None for test, flaw in zip(tests, flaws)]
    return json.dumps([row if flaw is None else ["malformed", flaw] for row, flaw in zip(rows, flaws)])

shown_tests_report = report_on_shown_tests(SOURCE, TESTS)
`;

const programWith = (source: string, tests: readonly string[]): string =>
  RUNNER.replace(/SOURCE|TESTS/g, (word) => JSON.stringify(word === "SOURCE" ? source : tests));

/**
 * results[i] belongs to tests[i], all from one sandbox run. Where that run is cut off (a test that hangs, a flood of
 * output) each test is run by itself, so that one bad test does not hide the others. Cost: at most `1 + tests.length`
 * runs.
 */
export async function runShownTests(
  run: Run,
  source: string,
  tests: readonly string[],
  wallMs: number,
): Promise<TestResult[]> {
  if (tests.length === 0) return [];
  const result = await execute(run, source, tests, wallMs);
  const report = readReport(result, tests);
  if (report !== null) return report;
  if (result.verdict === "error" || tests.length === 1) return sameForAll(tests, result);
  return (await Promise.all(tests.map((test) => runShownTests(run, source, [test], wallMs)))).flat();
}

const execute = (run: Run, source: string, tests: readonly string[], wallMs: number) =>
  run.execute(
    { language: "python", source: programWith(source, tests), result: { variable: "shown_tests_report" } },
    { wallMs },
  );

/** The run ended before its report: what ended it holds for all of these tests. */
function sameForAll(tests: readonly string[], { verdict, error }: ExecutionResult): TestResult[] {
  const detail = verdict === "ok" ? "the program ended the process" : lastLines(error);
  return tests.map((test) => ({ test, outcome: verdict === "ok" ? "error" : verdict, detail }));
}

const lastLines = (error: string): string => error.trim().split("\n").slice(-3).join("\n").slice(-400);

/** A program can write its own report, so it is checked like any other input. */
function readReport({ verdict, value }: ExecutionResult, tests: readonly string[]): TestResult[] | null {
  if (verdict !== "ok") return null;
  const rows = readShownTests(value, tests.length);
  return rows?.map(([outcome, detail], i) => ({ test: tests[i] ?? "", outcome, detail })) ?? null;
}

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
