import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { askedGenerators } from "../code/asked-inputs.ts";
import { type CostedProgram, costedPrograms, costlyInput } from "../code/costly-inputs.ts";
import { rowOfTask } from "../code/test-inputs.ts";
import type { Catalogue } from "../core/catalogue.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import type { Problem } from "../core/problem.ts";
import { eachLine } from "../runs/records/journal.ts";
import { readTrial } from "../runs/records/reading.ts";
import { parseCount } from "./counts.ts";
import { dataPath } from "./data-path.ts";
import type { Terminal } from "./terminal.ts";

export interface DatasetCostsFlags {
  readonly dataset: string;
  readonly out: string;
  readonly run: readonly string[];
  readonly solutions: string;
  readonly clusters: string;
  readonly most: string;
  readonly generators: string;
  readonly seed: string;
}

/**
 * `ruminate datasets costs FILE --run DIR --out FILE`: tasks with an input that costs much, and right programs of other
 * speeds from runs beside the reference. Exit code 1 where no task got any. @throws UnknownNameError; InvalidFileError.
 */
export async function datasetCosts(
  terminal: Terminal,
  catalogue: Catalogue,
  { sandbox, policy }: { readonly sandbox: Sandbox; readonly policy: Policy | null },
  file: string,
  flags: DatasetCostsFlags,
): Promise<number> {
  const [count, least] = [parseCount("--solutions", flags.solutions), parseCount("--clusters", flags.clusters)];
  const [most, generators] = [parseCount("--most", flags.most), parseCount("--generators", flags.generators)];
  const dataset = catalogue.datasets.get(flags.dataset);
  const problems = await dataset.load({ path: dataPath(terminal, file) }, dataset.options.parse({}));
  const known = rightPrograms(flags.run.map((folder) => resolve(terminal.cwd, folder)));
  const rows: object[] = [];
  const without: string[] = [];
  let clusters = 0;
  for (const problem of problems) {
    const { id } = problem.question;
    const asked = policy === null ? [] : await askedGenerators({ policy, seed: flags.seed }, problem, generators);
    const solutions = [...new Set([problem.reference.answer, ...(known.get(id) ?? [])])].slice(0, count);
    const input = await inputOf(sandbox, problem, { seed: flags.seed, most, generators: asked });
    if ("none" in input) without.push(`${id}: ${input.none}`);
    else {
      const { references } = await costedPrograms(sandbox, problem, input.assertion, solutions, 10 * most);
      const row = references.length < least ? null : rowWithCosts(problem, input.assertion, references);
      if (row === null) without.push(`${id}: ${references.length} of ${least} clusters, ${solutions.length} programs`);
      else {
        rows.push(row);
        clusters += references.length;
        const costs = references.map(({ instructions }) => Math.round(instructions / 1000).toLocaleString("en-US"));
        const known = solutions.length === 1 ? "1 program" : `${solutions.length} programs`;
        terminal.out(`  ${id}: ${known}; thousands of instructions of each cluster: ${costs.join(" · ")}\n`);
      }
    }
  }
  writeFileSync(resolve(terminal.cwd, flags.out), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  terminal.out(`${rows.length} of ${problems.length} tasks have ${clusters} clusters: they are in ${flags.out}\n`);
  for (const line of without.slice(0, 20)) terminal.out(`  without: ${line}\n`);
  if (without.length > 20) terminal.out(`  and ${without.length - 20} more\n`);
  return rows.length === 0 ? 1 : 0;
}

/** What a model's generators make; where they make nothing, what grows by its types. */
async function inputOf(sandbox: Sandbox, problem: Problem, options: Parameters<typeof costlyInput>[2]) {
  const found = await costlyInput(sandbox, problem, options);
  return "none" in found && options.generators.length > 0
    ? await costlyInput(sandbox, problem, { ...options, generators: [] })
    : found;
}

/** Programs of runs that their graders called right, by the problem. */
function rightPrograms(folders: readonly string[]): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const folder of folders) {
    const path = join(folder, "results.jsonl");
    let line = 0;
    eachLine(path, (text) => {
      const { problem, candidates } = readTrial(path, ++line, text);
      const own = known.get(problem) ?? new Set<string>();
      known.set(problem, own);
      for (const { answer, correct } of candidates) if (correct && answer !== null) own.add(answer);
    });
  }
  return known;
}

function rowWithCosts(problem: Problem, assertion: string, references: readonly CostedProgram[]): object | null {
  const row = rowOfTask(problem, {});
  if (row === null) return null;
  const of = references.map(({ solution, score }) => ({ solution, score: Number(score.toFixed(6)) }));
  return { ...row, costs: { tests: [assertion], references: of } };
}
