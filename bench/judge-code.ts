import { resolve } from "node:path";
import { humaneval } from "../experiments/datasets/humaneval.ts";
import { mbpp } from "../experiments/datasets/mbpp.ts";
import { judgeAnswer } from "../src/code/judge.ts";
import { assemble } from "../src/code/programs.ts";
import type { Sandbox } from "../src/core/execution.ts";
import type { Problem } from "../src/core/problem.ts";
import { Random } from "../src/core/random.ts";
import { parseOptions } from "../src/core/strategy.ts";
import { createSandbox } from "../src/sandbox/index.ts";
import { mutatingSource } from "./judge-code/mutating.ts";

/** What became of one problem's reference and of one mutant of it. */
export interface JudgedReference {
  readonly id: string;
  readonly accepted: boolean;
  /** Which change was made; null where the program offers none. */
  readonly kind: string | null;
  /** `fails` its tests, `equivalent` no input tried tells it from the reference, or `survives`. */
  readonly mutant: "fails" | "equivalent" | "survives" | null;
  /** Arguments that tell a survivor from the reference. */
  readonly witness?: string;
}

const taskOf = (problem: Problem, answer: string) => ({
  answer,
  prefix: problem.reference.tests?.prefix ?? "",
  program: problem.reference.tests?.program ?? "",
  entryPoint: problem.question.code?.entryPoint ?? "",
});

async function evaluate(sandbox: Sandbox, expression: string): Promise<unknown> {
  const source = `import json\n${mutatingSource}\nvalue = json.dumps(${expression})`;
  const limits = { wallMs: 60_000, memoryMiB: 512, outputBytes: 1024 * 1024 };
  const result = await sandbox.run({ language: "python", source, result: { variable: "value" } }, { limits });
  if (result.verdict !== "ok" || result.value === null) throw new Error(`${result.verdict}: ${result.error}`);
  return JSON.parse(result.value);
}

/**
 * Judges the reference, then one mutant of it that is drawn by the problem's name: a kind of change first, then a place
 * for it.
 */
export async function judgeReference(sandbox: Sandbox, problem: Problem): Promise<JudgedReference> {
  const { id } = problem.question;
  const task = taskOf(problem, problem.reference.answer);
  const { verdict } = await judgeAnswer(sandbox, task);
  const whole = assemble(task.answer, task.prefix, task.entryPoint);
  const all = (await evaluate(sandbox, `mutants(${JSON.stringify(whole)})`)) as readonly (readonly [string, string])[];
  const random = new Random(`mutant/${id}`);
  const kinds = [...new Set(all.map(([kind]) => kind))];
  const kind = kinds[kinds.length === 0 ? 0 : random.integer(kinds.length)] ?? null;
  const sources = all.filter(([one]) => one === kind).map(([, source]) => source);
  const source = sources[sources.length === 0 ? 0 : random.integer(sources.length)];
  const accepted = verdict === "accepted";
  if (kind === null || source === undefined) return { id, accepted, kind, mutant: null };
  const judged = await judgeAnswer(sandbox, { ...task, prefix: "", answer: source }, { wallMs: 5_000 });
  if (judged.verdict !== "accepted") return { id, accepted, kind, mutant: "fails" };
  const [first, second, program, entry] = [whole, source, task.program, task.entryPoint].map((text) =>
    JSON.stringify(text),
  );
  const witness = (await evaluate(sandbox, `difference(${first}, ${second}, ${program}, ${entry})`)) as string | null;
  if (witness === null) return { id, accepted, kind, mutant: "equivalent" };
  return { id, accepted, kind, mutant: "survives", witness };
}

/** Problems with hidden tests of the public files in `folder`. */
export async function judgedProblems(folder: string): Promise<readonly Problem[]> {
  return [
    ...(await humaneval.load({ path: folder }, parseOptions(humaneval, {}))),
    ...(await mbpp.load({ path: folder }, parseOptions(mbpp, {}))),
  ];
}

function sandboxHere(): Sandbox {
  try {
    return createSandbox("native", { workers: 2 });
  } catch {
    return createSandbox("wasi", { workers: 2 }); // slower, and right all the same
  }
}

const dataFolder = process.env.RUMINATE_DATA ?? resolve(import.meta.dirname, "../../shared/data");

/**
 * `npm run bench judge-code`: are right programs accepted and broken ones refused? Needs HumanEval and MBPP in
 * RUMINATE_DATA.
 */
export async function judgeCodeBench(): Promise<Record<string, number | string>> {
  const problems = await judgedProblems(dataFolder).catch(() => []);
  if (problems.length === 0)
    return { skipped: `no humaneval.jsonl and mbpp_sanitized.jsonl in ${dataFolder}; set RUMINATE_DATA` };
  const sandbox = sandboxHere();
  const rows = await Promise.all(problems.map((problem) => judgeReference(sandbox, problem)));
  await sandbox.dispose();
  const mutated = rows.filter(({ mutant }) => mutant !== null);
  const count = (mutant: JudgedReference["mutant"]) => mutated.filter((row) => row.mutant === mutant).length;
  const survivors = mutated.filter(({ mutant }) => mutant === "survives");
  for (const { id, kind, witness } of survivors) process.stdout.write(`  survives: ${id} ${kind} ${witness}\n`);
  return {
    sandbox: sandbox.id,
    references: rows.length,
    "references accepted": rows.filter(({ accepted }) => accepted).length,
    "mutants, one a reference": mutated.length,
    "mutants that fail": count("fails"),
    "mutants shown equivalent": count("equivalent"),
    "mutants that survive": survivors.length,
    "share of mutants caught or equivalent": 1 - survivors.length / mutated.length,
  };
}
