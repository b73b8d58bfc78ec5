import type { ExecutionLimits, Sandbox } from "../core/execution.ts";
import type { HiddenTests, TestPart } from "../core/problem.ts";
import { asksForValue, type CodeTask } from "../core/question.ts";
import type { Judgement } from "./judge.ts";
import { judgeProgram } from "./judging.ts";
import { languageOf } from "./languages.ts";
import { isNoData, predictionTask } from "./predictions.ts";
import { judgeCases } from "./standard-input.ts";
import { readingLanguage } from "./written-lines.ts";

/** What a part of the tests says. */
export interface PartJudgement {
  readonly name: string;
  readonly judgement: Judgement;
}

/** How the detail begins where no judge takes the task: that says nothing about the answer. */
export const unsupported = "unsupported: ";

/**
 * Judges an answer by all parts of its tests, each by itself, in order. What is asked for in a language that no judge
 * takes is a `sandbox-error` whose detail says why. Cost: that of {@link judgeProgram} a part, or a run a case.
 */
export async function judgeTests(
  sandbox: Sandbox,
  code: CodeTask | undefined,
  tests: HiddenTests,
  answer: string,
  limits: Partial<ExecutionLimits> = {},
): Promise<readonly PartJudgement[]> {
  const parts = tests.parts ?? [{ name: "tests", program: tests.program }];
  const judged: PartJudgement[] = [];
  for (const part of parts)
    judged.push({ name: part.name, judgement: await judgePart(sandbox, { code, tests, part, answer }, limits) });
  return judged;
}

interface PartTask {
  readonly code: CodeTask | undefined;
  readonly tests: HiddenTests;
  readonly part: TestPart;
  readonly answer: string;
}

async function judgePart(
  sandbox: Sandbox,
  { code, tests, part, answer }: PartTask,
  limits: Partial<ExecutionLimits>,
): Promise<Judgement> {
  const { language, prefix } = tests;
  if ("cases" in part) {
    const reads = readingLanguage(language);
    if (reads === undefined) return without(`programs in ${language} that read standard input cannot be judged`);
    return await judgeCases(sandbox, { language: reads, source: prefix + answer }, part.cases, limits);
  }
  const { program } = part;
  if (code?.form !== undefined && asksForValue(code)) {
    if (languageOf(language)?.name !== "python") return without(`predictions in ${language} cannot be judged`);
    const judgement = await judgeProgram(sandbox, language, predictionTask(code.form, program, answer), limits);
    return isNoData(judgement) ? without("a function cannot be read as a prediction") : judgement;
  }
  if (languageOf(language) === undefined) return without(`programs in ${language} cannot be judged`);
  return await judgeProgram(sandbox, language, { answer, prefix, program, entryPoint: code?.entryPoint ?? "" }, limits);
}

const without = (why: string): Judgement => ({ verdict: "sandbox-error", tests: "", detail: unsupported + why });
