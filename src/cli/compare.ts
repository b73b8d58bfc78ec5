import { resolve } from "node:path";
import { compareRuns } from "../report/compare-runs.ts";
import { compareTable, compareWarnings } from "../report/compare-table.ts";
import { markdownTable, plainTable } from "../report/table.ts";
import { countOf } from "./counts.ts";
import { paint, type Terminal } from "./terminal.ts";

export interface CompareFlags {
  readonly tokens?: string;
  readonly baseline?: string;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

/** `ruminate experiment compare DIR…`: arms of several runs in one table, paired by problem. Calls no model. */
export function compareCommand(terminal: Terminal, folders: readonly string[], flags: CompareFlags): number {
  const comparison = compareRuns(
    folders.map((folder) => resolve(terminal.cwd, folder)),
    {
      tokens: countOf("--tokens", flags.tokens) ?? null,
      baseline: flags.baseline,
    },
  );
  if (flags.json === true) {
    terminal.out(`${JSON.stringify(comparison, null, 2)}\n`);
    return 0;
  }
  const { title, head, rows, note } = compareTable(comparison);
  const warnings = compareWarnings(comparison);
  const problems = `${comparison.problems.toLocaleString("en-US")} problems of ${comparison.datasets.join(", ")}`;
  const lines =
    flags.markdown === true
      ? [`## ${title}: ${problems}`, ...warnings.map((warning) => `> ${warning}`), markdownTable([head, ...rows]), note]
      : [
          `${paint(terminal, "bold", title)}  ${problems}`,
          ...warnings.map((warning) => paint(terminal, "yellow", warning)),
          plainTable([head, ...rows]),
          note,
        ];
  terminal.out(`${lines.join("\n\n")}\n`);
  return 0;
}
