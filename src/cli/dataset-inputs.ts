import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { askedInputs } from "../code/asked-inputs.ts";
import { exampleInputs, makeInputs, rowWithInputs } from "../code/test-inputs.ts";
import type { Catalogue } from "../core/catalogue.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
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
 * `ruminate datasets inputs FILE --out FILE`: the tasks of a file with more test inputs, as rows of the dataset `code`;
 * with a model, the inputs that it proposes and the reference takes are a part beside the mutated ones. Exit code 1
 * where no task got any. @throws UnknownNameError; InvalidFileError for a file that is none of the dataset.
 */
export async function datasetInputs(
  terminal: Terminal,
  catalogue: Catalogue,
  { sandbox, policy }: { readonly sandbox: Sandbox; readonly policy: Policy | null },
  file: string,
  flags: DatasetInputsFlags,
): Promise<number> {
  const count = countOf("--count", flags.count) ?? 50;
  const dataset = catalogue.datasets.get(flags.dataset);
  const problems = await dataset.load({ path: dataPath(terminal, file) }, dataset.options.parse({}));
  const rows: object[] = [];
  const without: string[] = [];
  let [inputs, written, asked] = [0, 0, 0];
  for (const problem of problems) {
    const { seed } = flags;
    const proposed =
      policy === null ? [] : await askedInputs({ policy, seed }, problem, await exampleInputs(sandbox, problem, 5));
    const made = await makeInputs(sandbox, problem, { count, seed, proposed });
    asked += proposed.length;
    if ("none" in made) without.push(`${problem.question.id}: ${made.none}`);
    else {
      inputs += made.assertions.length;
      written += made.written.length;
    }
    const row = rowWithInputs(problem, made);
    if (row !== null) rows.push(row);
  }
  writeFileSync(resolve(terminal.cwd, flags.out), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const having = problems.length - without.length;
  terminal.out(
    `${having} of ${problems.length} tasks have new inputs, ${inputs} in all: ${rows.length} tasks are in ${flags.out}\n`,
  );
  if (policy !== null) terminal.out(`The model proposed ${asked} inputs, of which ${written} are kept.\n`);
  for (const line of without.slice(0, 20)) terminal.out(`  without: ${line}\n`);
  if (without.length > 20) terminal.out(`  and ${without.length - 20} more\n`);
  return having === 0 ? 1 : 0;
}
