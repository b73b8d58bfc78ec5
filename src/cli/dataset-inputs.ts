import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { makeInputs, rowWithInputs } from "../code/test-inputs.ts";
import type { Catalogue } from "../core/catalogue.ts";
import type { Sandbox } from "../core/execution.ts";
import { countOf } from "./counts.ts";
import { dataPath } from "./data-path.ts";
import type { Terminal } from "./terminal.ts";

export interface DatasetInputsFlags {
  readonly dataset: string;
  readonly out: string;
  readonly count: string;
  readonly seed: string;
}

/**
 * `ruminate datasets inputs FILE --out FILE`: the tasks of a file with more test inputs, as rows of the dataset `code`.
 * Exit code 1 where no task got any. @throws UnknownNameError; InvalidFileError for a file that is none of the dataset.
 */
export async function datasetInputs(
  terminal: Terminal,
  catalogue: Catalogue,
  sandbox: Sandbox,
  file: string,
  flags: DatasetInputsFlags,
): Promise<number> {
  const count = countOf("--count", flags.count) ?? 50;
  const dataset = catalogue.datasets.get(flags.dataset);
  const problems = await dataset.load({ path: dataPath(terminal, file) }, dataset.options.parse({}));
  const rows: object[] = [];
  const without: string[] = [];
  let inputs = 0;
  for (const problem of problems) {
    const made = await makeInputs(sandbox, problem, { count, seed: flags.seed });
    if ("none" in made) without.push(`${problem.question.id}: ${made.none}`);
    else inputs += made.assertions.length;
    const row = rowWithInputs(problem, made);
    if (row !== null) rows.push(row);
  }
  writeFileSync(resolve(terminal.cwd, flags.out), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const having = problems.length - without.length;
  terminal.out(
    `${having} of ${problems.length} tasks have new inputs, ${inputs} in all: ${rows.length} tasks are in ${flags.out}\n`,
  );
  for (const line of without.slice(0, 20)) terminal.out(`  without: ${line}\n`);
  if (without.length > 20) terminal.out(`  and ${without.length - 20} more\n`);
  return having === 0 ? 1 : 0;
}
