import { relative, resolve } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import { writeReport } from "../report/write-report.ts";
import { mergeRuns } from "../runs/merging/merge.ts";
import { summaryText } from "./experiment.ts";
import { paint, type Terminal } from "./terminal.ts";

export interface MergeFlags {
  readonly out: string;
  readonly json?: boolean;
}

/** `ruminate experiment merge DIR… --out DIR`: one run with its report of the folders of its parts. */
export function mergeCommand(
  terminal: Terminal,
  folders: readonly string[],
  flags: MergeFlags,
  catalogue: Catalogue,
): number {
  const paths = folders.map((folder) => resolve(terminal.cwd, folder));
  const named = paths.map((path) => ({ name: relative(terminal.cwd, path) || ".", path }));
  const summary = mergeRuns(named, resolve(terminal.cwd, flags.out), { catalogue });
  writeReport(summary.folder);
  terminal.out(flags.json === true ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(terminal, summary));
  for (const warning of summary.warnings ?? []) terminal.err(`${paint(terminal, "yellow", warning)}\n`);
  return 0;
}
