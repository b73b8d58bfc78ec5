import type { ExecutionLimits, Sandbox } from "../core/execution.ts";
import type { HiddenTests, TestPart } from "../core/problem.ts";
import { asksForValue, type CodeTask } from "../core/question.ts";
import { missingFeature } from "./environment.ts";
import type { Judgement } from "./judge.ts";
import { judgeProgram, unlessLacking } from "./judging.ts";
import { languageOf } from "./languages.ts";
import { readsPredictions } from "./predicted-data.ts";
import { isNoData, predictionTask } from "./predictions.ts";
import { remembered } from "./remembered.ts";
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
 * Judges an answer by all parts of its tests, each by itself, in order. Nothing is called wrong that the task's
 * reference does not pass here either: that is a `sandbox-error` whose detail says why (or `environment`, where it is
 * known what this machine lacks), and so is what is asked for in a language that no judge takes. Cost: that of
 * {@link judgeProgram} a part, or a run a case; once a part more for the reference, where an answer fails.
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
  for (const [place, part] of parts.entries()) {
    const judge = (program: string) => judgePart(sandbox, { code, tests, part, answer: program }, limits);
    const own = await judge(answer);
    const compared = saysWrong(own) && reference.trim() !== "";
    const right = compared
      ? await referenceOf(sandbox, tests, place, answer === reference ? own : null, () => judge(reference))
      : null;
    const held = right === null || right.verdict === "accepted" || (isLimit(right) && !isLimit(own));
    judged.push({ name: part.name, judgement: held ? own : await notHeld(sandbox, tests, part, right, reference) });
  }
  return judged;
}

const isLimit = ({ verdict }: Judgement): boolean =>
  verdict === "time-limit" || verdict === "memory-limit" || verdict === "output-limit";

const saysWrong = (judgement: Judgement): boolean =>
  isLimit(judgement) || /^(?:wrong-answer|runtime-error|compile-error)$/.test(judgement.verdict);

/** What became of references that were run for comparison, by sandbox, tests and the part's place. */
const references = new WeakMap<Sandbox, WeakMap<HiddenTests, Map<number, Promise<Judgement>>>>();

function referenceOf(
  sandbox: Sandbox,
  tests: HiddenTests,
  place: number,
  own: Judgement | null,
  judge: () => Promise<Judgement>,
): Promise<Judgement> {
  const here = references.get(sandbox) ?? new WeakMap<HiddenTests, Map<number, Promise<Judgement>>>();
  references.set(sandbox, here);
  const known = here.get(tests) ?? new Map<number, Promise<Judgement>>();
  here.set(tests, known);
  return remembered(known, place, () => (own === null ? judge() : Promise.resolve(own)));
}

/** A reference that fails says that the tests or this machine are at fault. */
async function notHeld(
  sandbox: Sandbox,
  { language, prefix }: HiddenTests,
  part: TestPart,
  found: Judgement,
  reference: string,
): Promise<Judgement> {
  if (!saysWrong(found)) return found;
  if (isLimit(found)) return without(`the reference ends in ${found.verdict} here`);
  const source = [prefix, "program" in part ? part.program : "", reference].join("\n");
  const python = languageOf(language)?.name === "python";
  const lack = python ? await missingFeature(sandbox, source) : null;
  if (lack !== null) return { verdict: "environment", tests: "", detail: lack };
  const other =
    python && sandbox.id.startsWith("wasi") ? "; the machine's own Python may: run with --sandbox native" : "";
  return without(`the reference does not pass these tests here: ${found.verdict}${counted(found)}${other}`);
}

const counted = ({ tests }: Judgement): string =>
  tests === "" ? "" : ` (${[...tests].filter((mark) => mark === "P").length} of ${tests.length} pass)`;

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
    const judgement = await judgeCases(sandbox, { language: reads, source: prefix + answer }, part.cases, limits);
    return await unlessLacking(sandbox, reads, { answer, prefix, program: "" }, judgement);
  }
  const { program } = part;
  if (code?.form !== undefined && asksForValue(code)) {
    const known = languageOf(language)?.name ?? "";
    if (known !== "python" && !readsPredictions(known)) return without(`predictions in ${language} cannot be judged`);
    const task = predictionTask(known, code, { prefix, program }, answer);
    if ("verdict" in task) return task;
    const judgement = await judgeProgram(sandbox, language, task, limits);
    return isNoData(judgement) ? without("a function cannot be read as a prediction") : judgement;
  }
  if (languageOf(language) === undefined) return without(`programs in ${language} cannot be judged`);
  const { entryPoint = "", form } = code ?? {};
  return await judgeProgram(sandbox, language, { answer, prefix, program, entryPoint, form }, limits);
}

const without = (why: string): Judgement => ({ verdict: "sandbox-error", tests: "", detail: unsupported + why });
