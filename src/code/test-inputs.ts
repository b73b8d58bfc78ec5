import { z } from "zod";
import type { Sandbox } from "../core/execution.ts";
import type { Problem, TestPart } from "../core/problem.ts";
import { judgeProgram } from "./judging.ts";
import { languageOf } from "./languages.ts";
import { assemble } from "./programs.ts";
import { mutatingSource } from "./test-inputs-source.ts";

export interface InputsOptions {
  /** Inputs of a task at most. */
  readonly count: number;
  readonly seed: string;
  /** Arguments that a model proposes; those that the reference takes are kept, and mutated beside the tests' own. */
  readonly proposed?: readonly string[];
}

/** New assertions of a task, those on inputs of a model apart; or why there are none. */
export type MadeInputs =
  | { readonly assertions: readonly string[]; readonly written: readonly string[] }
  | { readonly none: string };

const madeSchema = z.strictObject({ seeds: z.int(), assertions: z.array(z.string()), written: z.array(z.string()) });

/**
 * More test inputs of a Python function, in the way of EvalPlus (Liu et al. 2023, arXiv:2305.01210, section 2.1): the
 * arguments that the task's own tests use are mutated by their types, and the reference says what comes of them. Kept
 * is what stays like the tests' own in sign, emptiness and kinds of characters, and for which the reference returns the
 * same literal value twice (EvalPlus writes contracts instead); an input of a model may be of another kind. The
 * reference then has to pass the new tests. Cost: two runs in the sandbox.
 */
export async function makeInputs(
  sandbox: Sandbox,
  problem: Problem,
  { count, seed, proposed = [] }: InputsOptions,
): Promise<MadeInputs> {
  const { code } = problem.question;
  const { answer, tests } = problem.reference;
  const against = reasonAgainst(problem);
  if (against !== null || code === undefined || tests === undefined) return { none: against ?? "it has no tests" };
  const given = {
    REFERENCE: assemble(answer, tests.prefix, code.entryPoint),
    PROGRAM: testProgramOf(problem),
    ENTRY: code.entryPoint,
    COUNT: count,
    SEED: `${seed} ${problem.question.id}`,
    PROPOSED: proposed,
  };
  const call = `made = make_inputs(${Object.values(given)
    .map((one) => JSON.stringify(one))
    .join(", ")})\n`;
  const run = await sandbox.run(
    { language: "python", source: mutatingSource + call, result: { variable: "made" } },
    { limits: { wallMs: 60_000, outputBytes: 8 * 1024 * 1024 } },
  );
  if (run.verdict !== "ok" || run.value === null)
    return {
      none: `the reference could not be run: ${run.verdict} ${run.error.trim().split("\n").at(-1) ?? ""}`.trim(),
    };
  const { seeds, assertions, written } = madeSchema.parse(JSON.parse(run.value));
  if (seeds === 0) return { none: `its tests have no call of ${code.entryPoint} with literal arguments` };
  if (assertions.length + written.length === 0)
    return { none: "no mutated input has a value of the reference that can be written down" };
  const task = {
    answer,
    prefix: tests.prefix,
    program: `${[...written, ...assertions].join("\n")}\n`,
    entryPoint: code.entryPoint,
  };
  const { verdict } = await judgeProgram(sandbox, "python", task);
  return verdict === "accepted" ? { assertions, written } : { none: `the reference does not pass them: ${verdict}` };
}

/** Some of the arguments in a task's tests, as texts. Cost: one run in the sandbox. */
export async function exampleInputs(sandbox: Sandbox, problem: Problem, count: number): Promise<readonly string[]> {
  if (reasonAgainst(problem) !== null) return [];
  const given = [testProgramOf(problem), problem.question.code?.entryPoint]
    .map((one) => JSON.stringify(one))
    .join(", ");
  const source = `${mutatingSource}made = example_inputs(${given}, ${count})\n`;
  const { value } = await sandbox.run({ language: "python", source, result: { variable: "made" } });
  return value === null ? [] : z.array(z.string()).parse(JSON.parse(value));
}

/** Why a task is none whose inputs can be made: only Python functions with tests and a reference are. */
export function reasonAgainst({ question: { code }, reference: { answer, tests } }: Problem): string | null {
  const form = code?.form ?? "function";
  if (code === undefined || tests === undefined) return "it is no programming task with tests";
  if (languageOf(code.language)?.name !== "python") return `its language is ${code.language}`;
  if (form !== "function" && form !== "completion") return `it asks for a ${form}`;
  return answer === "" ? "it has no reference" : null;
}

/** All tests of a task as one program. */
export function testProgramOf({ reference: { tests } }: Problem): string {
  const parts: readonly TestPart[] = tests?.parts ?? [{ name: "tests", program: tests?.program ?? "" }];
  return parts.map((part) => ("program" in part ? part.program : "")).join("\n");
}

/**
 * A row of the dataset `code`: the problem with its own tests and, where there are some, the new ones as parts. Null
 * where it asks for another form, whose statement is made out of more than its text.
 */
export function rowWithInputs(problem: Problem, made: MadeInputs): object | null {
  if ("none" in made) return rowOfTask(problem, {});
  const named = problem.reference.tests?.parts?.some(({ name }) => name === "plus") ? "inputs" : "plus";
  return rowOfTask(problem, {
    ...(made.assertions.length > 0 && { [named]: made.assertions }),
    ...(made.written.length > 0 && { written: made.written }),
  });
}

/** The same with any further parts. */
export function rowOfTask(
  { question, reference, group }: Problem,
  further: Readonly<Record<string, readonly string[]>>,
): object | null {
  const { code } = question;
  if (!["function", "completion", "class"].includes(code?.form ?? "function")) return null;
  const parts = reference.tests?.parts ?? [{ name: "base", program: reference.tests?.program ?? "" }];
  const own = parts.map((part) => [part.name, "cases" in part ? part.cases : part.program] as const);
  const tests = {
    ...Object.fromEntries(own),
    ...(code?.visibleTests && { shown: code.visibleTests }),
    ...further,
  };
  return {
    ...{ id: question.id, prompt: question.text, language: code?.language, kind: code?.form ?? "function" },
    ...{ entry_point: code?.entryPoint, prefix: reference.tests?.prefix },
    ...{ solution: reference.answer, tests, group },
  };
}
