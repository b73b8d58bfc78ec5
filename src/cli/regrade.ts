import { resolve } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import type { GraderSpec } from "../runs/graders/schema.ts";
import { loadExperiment } from "../runs/load.ts";
import { movedWords, type Regraded, regrade } from "../runs/regrade.ts";
import { regradeRun } from "../runs/regrade-run.ts";
import { dataPath } from "./data-path.ts";
import { type DataFlags, dataOf, folderOf } from "./experiment-files.ts";
import type { Terminal } from "./terminal.ts";
import type { Tools } from "./tools.ts";
import { parseAssignments } from "./verifier-flags.ts";

interface GraderFlags {
  readonly grader?: string;
  readonly graderOption?: readonly string[];
}

export interface RegradeFlags extends GraderFlags {
  readonly data?: string;
}

/** The grader that flags name. @throws InvalidOptionError for options of none. */
export function graderOf({ grader, graderOption }: GraderFlags): GraderSpec | undefined {
  if (grader !== undefined) return { name: grader, options: parseAssignments("--grader-option", graderOption ?? []) };
  if (graderOption === undefined) return undefined;
  throw new InvalidOptionError("--grader-option", "goes with --grader NAME.");
}

/**
 * `ruminate experiment run FILE --regrade`: grades what is stored again and says what moved. The caller then runs as
 * usual.
 */
export async function regradeCommand(
  terminal: Terminal,
  file: string,
  flags: DataFlags & GraderFlags,
  tools: { readonly catalogue: Catalogue; readonly sandbox: Sandbox },
): Promise<void> {
  const written = await loadExperiment(resolve(terminal.cwd, file));
  const grader = graderOf(flags);
  const experiment = grader === undefined ? written : { ...written, grade: grader };
  const setup = { ...tools, ...dataOf(terminal, { data: flags.data }) };
  say(terminal, await regrade(folderOf(terminal, experiment, flags.out), experiment, setup));
}

/** `ruminate report FOLDER --regrade`: the same of a finished run, from its folder alone. */
export async function regradeRunCommand(
  terminal: Terminal,
  folder: string,
  flags: RegradeFlags,
  { catalogue, tools }: { readonly catalogue: Catalogue; readonly tools: Tools },
): Promise<void> {
  const sandbox = tools.sandbox();
  const setup = { catalogue, sandbox, open: tools.open, grader: graderOf(flags), signal: terminal.signal };
  const data = dataPath(terminal, flags.data);
  say(terminal, await regradeRun(resolve(terminal.cwd, folder), { ...setup, data }));
}

function say(terminal: Terminal, { trials, moved, candidates, unknown }: Regraded): void {
  const words = movedWords(moved);
  const left =
    unknown > 0 ? `; ${unknown} trials of problems that the dataset does not hold were left as they were` : "";
  const changed = `${candidates} candidates changed${left}`;
  terminal.err(`Graded ${trials} trials again: ${words.charAt(0).toLowerCase()}${words.slice(1)}; ${changed}.\n`);
}
