import { join, relative, resolve } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import { writePaper } from "../report/paper/write-paper.ts";
import { warnings } from "../report/tables.ts";
import { paint, type Terminal } from "./terminal.ts";

export interface PaperFlags {
  readonly out?: string;
}

/** `ruminate paper DIR`: figures, tables, data, methods and references of a run, for a paper. Calls no model. */
export async function paperCommand(
  terminal: Terminal,
  folder: string,
  { out }: PaperFlags,
  catalogue: Catalogue,
): Promise<number> {
  const path = resolve(terminal.cwd, folder);
  const target = out === undefined ? join(path, "paper") : resolve(terminal.cwd, out);
  const { data, files } = await writePaper(path, target, catalogue);
  const count = (pattern: RegExp) => files.filter((name) => pattern.test(name)).length;
  const shown = relative(terminal.cwd, target) || target;
  const lines = [
    ...warnings(data).map((warning) => paint(terminal, "yellow", warning)),
    `Figures     ${join(shown, "figures")} (${count(/\.svg$/)}, as SVG and PDF)`,
    `Tables      ${join(shown, "tables")} (${count(/\.tex$/) - 1}, as LaTeX and Markdown)`,
    `Data        ${join(shown, "data")} (${count(/\.csv$/)}, as CSV)`,
    `Methods     ${join(shown, "methods.md")}`,
    `References  ${join(shown, "references.bib")}`,
    `All of it   ${join(shown, "main.tex")}`,
    `Archive     ${join(shown, "archive")}`,
  ];
  terminal.out(`${lines.join("\n")}\n`);
  return 0;
}
