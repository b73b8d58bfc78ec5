import { join, relative, resolve } from "node:path";
import { plainTable } from "../report/table.ts";
import { tablesOf, verdictWords, warnings } from "../report/tables.ts";
import { writeReport } from "../report/write-report.ts";
import { paint, type Terminal } from "./terminal.ts";

export interface ReportFlags {
  readonly json?: boolean;
}

/** `ruminate report DIR`: makes the report of a run again and prints its verdict. Calls no model. */
export async function reportCommand(terminal: Terminal, folder: string, flags: ReportFlags): Promise<number> {
  const path = resolve(terminal.cwd, folder);
  const data = writeReport(path);
  if (flags.json === true) {
    terminal.out(`${JSON.stringify(data, null, 2)}\n`);
    return 0;
  }
  const { head, rows } = tablesOf(data).verdict;
  const lines = [
    ...warnings(data).map((warning) => paint(terminal, "yellow", warning)),
    plainTable([head, ...rows]),
    "",
    ...verdictWords(data),
    "",
    `Report    ${relative(terminal.cwd, join(path, "report.html")) || join(path, "report.html")}`,
  ];
  terminal.out(`${lines.join("\n")}\n`);
  return 0;
}
