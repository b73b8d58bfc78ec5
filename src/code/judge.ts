import {
  defaultLimits,
  type ExecutionLimits,
  type ExecutionResult,
  type Program,
  type Sandbox,
} from "../core/execution.ts";
import { assemble } from "./programs.ts";
import { judgePrelude, judgeSource } from "./python-judge.ts";
import { subjectSource } from "./python-subject.ts";
import { readJudgement } from "./reports.ts";

/**
 * What became of an answer. `broken-tests`, `sandbox-error` and `environment` (a runtime or a library is missing here)
 * say nothing about the answer.
 */
export type JudgeVerdict =
  | "accepted"
  | "wrong-answer"
  | "runtime-error"
  | "compile-error"
  | "time-limit"
  | "memory-limit"
  | "output-limit"
  | "broken-tests"
  | "sandbox-error"
  | "environment";

export interface Judgement {
  readonly verdict: JudgeVerdict;
  /**
   * One letter an assertion, in order: P passed, F failed, E raised, T took too many steps. Empty where the tests did
   * not come to an end.
   */
  readonly tests: string;
  /** The first failure in words. May quote a hidden test: for graders only. */
  readonly detail: string;
  /** Steps of each assertion, where they were counted; null where the limit cut it off. */
  readonly steps?: readonly (number | null)[];
}

/** An answer with the tests that decide about it. */
export interface JudgedTask {
  readonly answer: string;
  readonly prefix: string;
  readonly program: string;
  readonly entryPoint: string;
  /** Of `class`, the entry point is a class, and `in` is one of its methods. */
  readonly form?: string;
  /** Most steps of an assertion. Default 0: steps are not counted, time is the limit. */
  readonly mostSteps?: number;
  /** Counts instructions in place of steps, in a sandbox that has a meter; one call may take so many. */
  readonly mostInstructions?: number;
}

/** What an answer may take at first, and when it is run again: load must not decide. */
const firstMs = 10_000;
const againMs = 30_000;

/** Assertions noted by themselves at most; loops over many inputs may make more, which count all the same. */
const mostNoted = 20_000;

/** A longer answer is refused as one that cannot be compiled: its length is its own doing. */
export const longestAnswer = 256 * 1024;

/**
 * Judges an answer by a test program, in the sandbox, with a verdict for each assertion. All assertions must pass, and
 * there must be one. A time-out is run once more with three times the time, and a crash once more as it is, before it
 * counts. Cost: one or two runs.
 */
export async function judgeAnswer(
  sandbox: Sandbox,
  task: JudgedTask,
  limits: Partial<ExecutionLimits> = {},
  signal?: AbortSignal,
): Promise<Judgement> {
  if (task.answer.length > longestAnswer)
    return { verdict: "compile-error", tests: "", detail: `the program is longer than ${longestAnswer} characters` };
  const given: Readonly<Record<string, unknown>> = {
    ANSWER: assemble(task.answer, task.prefix, task.entryPoint),
    PREFIX: task.prefix,
    PROGRAM: task.program,
    ENTRY: task.entryPoint,
    CLASS: task.form === "class" ? 1 : 0,
    LIMIT: mostNoted,
    STEPS: task.mostInstructions ?? task.mostSteps ?? 0,
    METER: task.mostInstructions === undefined ? 0 : 1,
    OUTPUT: limits.outputBytes ?? defaultLimits.outputBytes,
  };
  const source = judgeSource.replace(/\b(?:ANSWER|PREFIX|PROGRAM|ENTRY|CLASS|LIMIT|STEPS|METER|OUTPUT)\b/g, (name) =>
    JSON.stringify(given[name]),
  );
  const program: Program = {
    language: "python",
    prelude: judgePrelude,
    source,
    subject: { source: subjectSource },
    result: { variable: "report" },
  };
  const all = task.mostInstructions === undefined ? limits : { ...limits, instructions: task.mostInstructions };
  return judgementOf(await runPatiently(sandbox, program, all, { signal }));
}

/**
 * Runs a program, and once more where it ran out of time (then with three times as much) or crashed: load must not
 * decide. With `crashes: false` a crash counts at once. Limits that are given stay as they are. Cost: one or two runs.
 */
export async function runPatiently(
  sandbox: Sandbox,
  program: Program,
  limits: Partial<ExecutionLimits>,
  { signal, crashes = true }: { readonly signal?: AbortSignal; readonly crashes?: boolean } = {},
): Promise<ExecutionResult> {
  const run = (wallMs: number) => sandbox.run(program, { limits: { wallMs, ...limits }, signal });
  const first = await run(firstMs);
  const again = first.verdict === "timeout" || (crashes && first.verdict === "crashed");
  return again ? await run(againMs) : first;
}

/** The rows are the judge's own: nothing else has written there. */
function judgementOf({ verdict, value, error }: ExecutionResult): Judgement {
  if (verdict !== "ok" || value === null)
    return { verdict: asJudged[verdict === "ok" ? "error" : verdict], tests: "", detail: error.slice(-300) };
  const report = readJudgement(value);
  if (report === null) return { verdict: "runtime-error", tests: "", detail: "there is no report that can be read" };
  const [judged, tests, detail, steps] = report;
  return { verdict: judged, tests, detail, steps: steps.length === 0 ? undefined : steps };
}

const asJudged: Readonly<Record<Exclude<ExecutionResult["verdict"], "ok">, JudgeVerdict>> = {
  error: "runtime-error",
  timeout: "time-limit",
  memory: "memory-limit",
  "output-limit": "output-limit",
  crashed: "runtime-error",
  refused: "sandbox-error",
};
