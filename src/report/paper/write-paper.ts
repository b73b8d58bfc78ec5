import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Catalogue } from "../../core/catalogue.ts";
import { EnvironmentError } from "../../core/errors.ts";
import { figures } from "../charts/charts.ts";
import type { Figure } from "../charts/figure.ts";
import { collectReport } from "../collect.ts";
import type { ReportData } from "../data.ts";
import { markdownTable, type Table } from "../table.ts";
import { tablesOf, warnings } from "../tables.ts";
import { figurePdf, standaloneSvg } from "./figure-files.ts";
import { latexTable, latexText } from "./latex.ts";
import { type Methods, methodsOf } from "./methods.ts";
import { plotData } from "./plot-data.ts";

/** The records that a paper is made of, which its archive holds. */
const archived = ["experiment.json", "summary.json", "results.jsonl"] as const;

/** What was written, by paths below the folder. */
export interface Paper {
  readonly data: ReportData;
  readonly files: readonly string[];
}

/**
 * Writes what a paper needs of a run into `out`: `figures/` (SVG and PDF), `tables/` (LaTeX and Markdown), `data/` (a
 * CSV file for each kind of plot), `methods.md`, `references.bib`, `main.tex`, which sets all of it, and `archive/`,
 * the records, from which the same command makes the same bytes again. An earlier paper there is replaced, by the list
 * in its archive; files that are none of it stay.
 *
 * @throws EnvironmentError where there is no run, or the folder cannot be written.
 */
export async function writePaper(folder: string, out: string, catalogue: Catalogue): Promise<Paper> {
  const data = collectReport(folder);
  const methods = methodsOf(data, catalogue);
  const drawn = figures(data).map((figure) => ({ ...figure, svg: standaloneSvg(figure.svg) }));
  const tables = namedTables(data);
  const texts = new Map<string, string | Buffer>();
  for (const figure of drawn) {
    texts.set(`figures/${figure.id}.svg`, `${figure.svg}\n`);
    texts.set(`figures/${figure.id}.pdf`, await figurePdf(figure.svg, figure.title));
  }
  for (const [name, table] of tables) {
    texts.set(`tables/${name}.tex`, latexTable(table, name));
    texts.set(`tables/${name}.md`, tableMarkdown(table));
  }
  for (const [name, csv] of plotData(data)) texts.set(`data/${name}.csv`, csv);
  texts.set("methods.md", methodsMarkdown(data, methods));
  texts.set("references.bib", methods.citations.map(({ entry }) => entry).join("\n"));
  texts.set("main.tex", mainTex(data, methods, drawn, [...tables.keys()]));
  texts.set("archive/SHA256SUMS", sums(texts));
  texts.set("archive/README.md", archiveWords(data));
  write(folder, out, texts);
  return { data, files: [...texts.keys()] };
}

function namedTables(data: ReportData): Map<string, Table> {
  const all = Object.entries(tablesOf(data)).flatMap(([name, found]): [string, Table][] => {
    const several = [found].flat().filter((table) => table !== null);
    return several.map((table, i) => [several.length === 1 ? name : `${name}-${i + 1}`, table]);
  });
  return new Map(all);
}

const tableMarkdown = ({ title, head, rows, note }: Table): string =>
  `${[`**${title}**`, markdownTable([head, ...rows]), ...(note === undefined ? [] : [note])].join("\n\n")}\n`;

function methodsMarkdown(data: ReportData, { sentences, citations }: Methods): string {
  const words = sentences.map(({ text, cites }) =>
    cites.length === 0 ? text : `${text} [${cites.map((key) => `@${key}`).join("; ")}]`,
  );
  const { command, versions, datasets } = data.run;
  const facts = [
    ...(command === null ? [] : [`- command: \`${command}\``]),
    ...datasets.map(({ name, fingerprint }) => `- ${name}: \`${fingerprint}\``),
    ...Object.entries(versions).map(([name, version]) => `- ${name} ${version}`),
    `- ${citations.length} references in \`references.bib\`; titles are to be filled in`,
  ];
  const said = warnings(data).map((warning) => `> ${warning}`);
  return `${[`# ${data.name}: methods`, ...said, words.join(" "), facts.join("\n")].join("\n\n")}\n`;
}

function mainTex(
  data: ReportData,
  { sentences }: Methods,
  drawn: readonly Figure[],
  tables: readonly string[],
): string {
  const words = sentences.map(({ text, cites }) =>
    cites.length === 0 ? latexText(text) : `${latexText(text).replace(/\.$/, "")}~\\cite{${cites.join(",")}}.`,
  );
  const figure = ({ id, title, caption, small }: Figure) =>
    [
      "\\begin{figure}[htbp]",
      "\\centering",
      `\\includegraphics[width=${small === true ? "0.6" : ""}\\linewidth]{figures/${id}.pdf}`,
      `\\caption{\\textbf{${latexText(title)}.} ${latexText(caption)}}`,
      `\\label{fig:${id}}`,
      "\\end{figure}",
    ].join("\n");
  return `${[
    "\\documentclass{article}",
    "\\usepackage[utf8]{inputenc}",
    "\\usepackage[T1]{fontenc}",
    "\\usepackage[margin=2.5cm]{geometry}",
    "\\usepackage{adjustbox,booktabs,graphicx,url}",
    "\\begin{document}",
    `\\section*{${latexText(data.name)}}`,
    words.join("\n"),
    ...(data.run.command === null ? [] : [`\n\\noindent Command: \\texttt{${latexText(data.run.command)}}`]),
    // Many floats would be more than LaTeX keeps in mind.
    ...tables.map((name, i) => `\\input{tables/${name}.tex}${i % 8 === 7 ? "\n\\clearpage" : ""}`),
    "\\clearpage",
    ...drawn.map((one, i) => `${figure(one)}${i % 8 === 7 ? "\n\\clearpage" : ""}`),
    "\\bibliographystyle{plain}",
    "\\bibliography{references}",
    "\\end{document}",
  ].join("\n")}\n`;
}

const sums = (texts: ReadonlyMap<string, string | Buffer>): string =>
  [...texts].map(([name, text]) => `${createHash("sha256").update(text).digest("hex")}  ${name}\n`).join("");

const archiveWords = ({ name, run }: ReportData): string => `# ${name}: archive

Records of the run, of which all that stands beside this folder was made. To make it again, byte for byte:

    ruminate paper archive --out again && cd again && sha256sum --check ../archive/SHA256SUMS

${run.command === null ? "" : `To run the experiment again:\n\n    ${run.command}\n\n`}Texts of candidates stand in the run's own folder (traces.jsonl).
`;

/** What an earlier paper wrote, by the list in its archive; names that lead elsewhere are none. */
function earlierFiles(out: string): string[] {
  const list = join(out, "archive", "SHA256SUMS");
  if (!existsSync(list)) return [];
  const names = readFileSync(list, "utf8")
    .split("\n")
    .map((line) => line.replace(/^[0-9a-f]{64} {2}/, ""));
  return names.filter((name) => /^(?:figures|tables|data)\/[\w.-]+$/.test(name));
}

function write(folder: string, out: string, texts: ReadonlyMap<string, string | Buffer>): void {
  try {
    for (const name of earlierFiles(out)) if (!texts.has(name)) rmSync(join(out, name), { force: true });
    for (const part of ["figures", "tables", "data", "archive"]) mkdirSync(join(out, part), { recursive: true });
    for (const [name, text] of texts) writeFileSync(join(out, name), text);
    for (const name of archived) {
      const [from, to] = [join(folder, name), join(out, "archive", name)];
      if (existsSync(from) && resolve(from) !== resolve(to)) copyFileSync(from, to);
    }
  } catch (error) {
    throw new EnvironmentError(`${basename(out)} cannot be written: ${(error as Error).message}.`, { cause: error });
  }
}
