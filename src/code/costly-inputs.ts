import { z } from "zod";
import type { Sandbox } from "../core/execution.ts";
import type { Problem } from "../core/problem.ts";
import { type CostCluster, costClusters } from "../statistics/code/dps.ts";
import { costlySource } from "./costly-inputs-source.ts";
import { judgeAnswer } from "./judge.ts";
import { assemble } from "./programs.ts";
import { reasonAgainst, testProgramOf } from "./test-inputs.ts";

export interface CostlyOptions {
  readonly seed: string;
  /** Instructions that the reference may take for an input. */
  readonly most: number;
  /** Programs that define `perf_input_gen(scale)`; with none, the tests' own arguments grow by their types. */
  readonly generators: readonly string[];
}

/** The call that costs the reference most, as an assertion that no value can fail, and what it costs. */
export interface CostlyInput {
  readonly assertion: string;
  readonly instructions: number;
}

/** Characters of the arguments of one call. */
const longest = 40_000;
const familiesSchema = z.array(z.array(z.string()));

/**
 * A performance-exercising input of a Python function (EvalPerf, Liu et al. 2024, arXiv:2408.06450, section 3.1):
 * inputs grow by doubling until the reference raises or takes too many instructions, and of the largest of each family
 * the one that costs it most is kept. What the call returns is not compared, as there: a program is right by its tests.
 * Cost: one run in the sandbox, and one a family in a metered one.
 */
export async function costlyInput(
  sandbox: Sandbox,
  problem: Problem,
  { seed, most, generators }: CostlyOptions,
): Promise<CostlyInput | { readonly none: string }> {
  const against = reasonAgainst(problem);
  if (against !== null) return { none: against };
  const { code } = problem.question;
  const { answer, tests } = problem.reference;
  const entryPoint = code?.entryPoint ?? "";
  const prefix = tests?.prefix ?? "";
  const call =
    generators.length > 0
      ? `generated_families(${JSON.stringify(assemble(answer, prefix, entryPoint))}, ${JSON.stringify(generators)}, ${longest})`
      : `scaled_families(${[testProgramOf(problem), entryPoint].map((one) => JSON.stringify(one)).join(", ")}, ${longest}, ${JSON.stringify(`${seed} ${problem.question.id}`)})`;
  const run = await sandbox.run(
    { language: "python", source: `${costlySource}made = ${call}\n`, result: { variable: "made" } },
    { limits: { wallMs: 60_000, outputBytes: 16 * 1024 * 1024 } },
  );
  if (run.verdict !== "ok" || run.value === null)
    return { none: `no inputs could be made: ${run.verdict} ${run.error.trim().split("\n").at(-1) ?? ""}`.trim() };
  let best: CostlyInput | null = null;
  for (const family of familiesSchema.parse(JSON.parse(run.value))) {
    const assertions = family.map((given) => `assert (${entryPoint}(${given}), True)[1]`);
    const task = { answer, prefix, program: `${assertions.join("\n")}\n`, entryPoint, mostInstructions: most };
    const { tests: marks, steps = [] } = await judgeAnswer(sandbox, task, { wallMs: 60_000 });
    const passed = marks === "" ? steps.findLastIndex((cost) => cost !== null) + 1 : /^P*/.exec(marks)?.[0].length;
    const at = (passed ?? 0) - 1;
    const [assertion, instructions] = [assertions[at], steps[at]];
    if (assertion !== undefined && instructions != null && instructions > (best?.instructions ?? 0))
      best = { assertion, instructions };
  }
  return best ?? { none: "no larger input is one that the reference takes" };
}

export interface CostedProgram {
  readonly solution: string;
  readonly score: number;
  readonly instructions: number;
}

/**
 * The clusters of right programs by what a costly call takes of them, each by its slowest: from the slowest on. Those
 * that fail on it, or take more than `most`, are left out. Cost: a run a program, in a metered sandbox.
 */
export async function costedPrograms(
  sandbox: Sandbox,
  problem: Problem,
  program: string,
  solutions: readonly string[],
  most: number,
): Promise<{ readonly references: readonly CostedProgram[]; readonly counted: number }> {
  const { tests } = problem.reference;
  const known: { solution: string; cost: number }[] = [];
  for (const solution of solutions) {
    const task = { answer: solution, prefix: tests?.prefix ?? "", program: `${program}\n`, mostInstructions: most };
    const entryPoint = problem.question.code?.entryPoint ?? "";
    const { verdict, steps } = await judgeAnswer(sandbox, { ...task, entryPoint }, { wallMs: 120_000 });
    const cost = steps?.[0] ?? null;
    if (verdict === "accepted" && cost !== null) known.push({ solution, cost: Math.max(1, cost) });
  }
  if (known.length === 0) return { references: [], counted: 0 };
  const clusters: CostCluster[] = costClusters(known.map(({ cost }) => cost));
  const references = clusters.flatMap(({ slowest, score }) => {
    const one = known[slowest];
    return one === undefined ? [] : [{ solution: one.solution, score, instructions: one.cost }];
  });
  return { references, counted: known.length };
}
