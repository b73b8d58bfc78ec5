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
 * takes is a `sandbox-error` whose detail says why, and so is a limit that the reference passes too. Cost: that of
 * {@link judgeProgram} a part, or a run a case; once a part more where an answer passes a limit.
 */
export async function judgeTests(
  sandbox: Sandbox,
  code: CodeTask | undefined,
  tests: HiddenTests,
  answer: string,
  { reference = "", ...limits }: Partial<ExecutionLimits> & { readonly reference?: string } = {},
): Promise<readonly PartJudgement[]> {
  const parts = tests.parts ?? [{ name: "tests", program: tests.program }];
  const judged: PartJudgement[] = [];
  for (const part of parts) {
    const judge = (program: string) => judgePart(sandbox, { code, tests, part, answer: program }, limits);
    const own = await judge(answer);
    const passed = isLimit(own) && reference !== "" ? await limitOf(tests, part, own, answer, reference, judge) : null;
    judged.push({
      name: part.name,
      judgement: passed === null ? own : without(`the reference ends in ${passed} here`),
    });
  }
  return judged;
}

const isLimit = ({ verdict }: Judgement): boolean =>
  verdict === "time-limit" || verdict === "memory-limit" || verdict === "output-limit";

/** What became of references that were run for comparison, by their tests and part. */
const references = new WeakMap<HiddenTests, Map<string, Promise<Judgement>>>();

/** The limit that the reference passes as well; null where it keeps them. */
async function limitOf(
  tests: HiddenTests,
  { name }: TestPart,
  own: Judgement,
  answer: string,
  reference: string,
  judge: (program: string) => Promise<Judgement>,
): Promise<string | null> {
  const known = references.get(tests) ?? new Map<string, Promise<Judgement>>();
  references.set(tests, known);
  const judged = known.get(name) ?? (answer === reference ? Promise.resolve(own) : judge(reference));
  known.set(name, judged);
  const found = await judged;
  return isLimit(found) ? found.verdict : null;
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
  const { entryPoint = "", form } = code ?? {};
  return await judgeProgram(sandbox, language, { answer, prefix, program, entryPoint, form }, limits);
}

const without = (why: string): Judgement => ({ verdict: "sandbox-error", tests: "", detail: unsupported + why });
