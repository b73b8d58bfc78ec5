import { randomUUID } from "node:crypto";
import type { ExecutionLimits, ExecutionResult, Sandbox } from "../core/execution.ts";
import { assemble } from "./programs.ts";
import { judgeSource } from "./python-judge.ts";
import { readJudgement } from "./reports.ts";

/** What became of an answer. `broken-tests` and `sandbox-error` say nothing about the answer. */
export type JudgeVerdict =
  | "accepted"
  | "wrong-answer"
  | "runtime-error"
  | "compile-error"
  | "time-limit"
  | "memory-limit"
  | "output-limit"
  | "broken-tests"
  | "sandbox-error";

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
  /** Most steps of an assertion. Default 0: steps are not counted, time is the limit. */
  readonly mostSteps?: number;
}

/** What an answer may take at first, and when it is run again: load must not decide. */
const firstMs = 10_000;
const againMs = 30_000;

/** Assertions noted by themselves at most; loops over many inputs may make more, which count all the same. */
const mostNoted = 20_000;

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
  const word = `report_${randomUUID().replaceAll("-", "")}`;
  const given: Readonly<Record<string, unknown>> = {
    WORD: word,
    SOURCE: assemble(task.answer, task.prefix, task.entryPoint),
    PREFIX: task.prefix,
    PROGRAM: task.program,
    ENTRY: task.entryPoint,
    LIMIT: mostNoted,
    STEPS: task.mostSteps ?? 0,
  };
  const source = judgeSource
    .replace(/\bWORD\b/g, word)
    .replace(/\b(?:SOURCE|PREFIX|PROGRAM|ENTRY|LIMIT|STEPS)\b/g, (name) => JSON.stringify(given[name]));
  const run = (wallMs: number) =>
    sandbox.run({ language: "python", source, result: { variable: word } }, { limits: { wallMs, ...limits }, signal });
  const first = await run(firstMs);
  const again = first.verdict === "timeout" || first.verdict === "crashed";
  return judgementOf(again ? await run(againMs) : first, word);
}

function judgementOf({ verdict, value, error }: ExecutionResult, word: string): Judgement {
  if (verdict !== "ok") return { verdict: asJudged[verdict], tests: "", detail: error.slice(-300) };
  const report = readReport(value, word);
  return report ?? { verdict: "runtime-error", tests: "", detail: "the program ended the process before its tests" };
}

const asJudged: Readonly<Record<Exclude<ExecutionResult["verdict"], "ok">, JudgeVerdict>> = {
  error: "runtime-error",
  timeout: "time-limit",
  memory: "memory-limit",
  "output-limit": "output-limit",
  crashed: "runtime-error",
  refused: "sandbox-error",
};

function readReport(value: string | null, word: string): Judgement | null {
  const report = readJudgement(value, word);
  if (report === null) return null;
  const [verdict, tests, detail, steps] = report;
  return { verdict, tests, detail, steps: steps.length === 0 ? undefined : steps };
}
