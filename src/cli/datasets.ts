import type { CatalogueEntry } from "../../experiments/datasets/file-dataset.ts";
import type { Catalogue } from "../core/catalogue.ts";
import type { DatasetDefinition } from "../core/dataset.ts";
import type { Problem } from "../core/problem.ts";
import { leftTable } from "./catalogue.ts";
import { optionRows } from "./strategy-page.ts";
import { type Terminal, wrapText } from "./terminal.ts";

export interface ShowDatasetFlags {
  readonly json?: boolean;
  /** A file to read: how many problems it gives, and the first one as a strategy sees it. */
  readonly data?: string;
}

/**
 * `ruminate datasets show NAME [--data FILE]`. @throws UnknownNameError; InvalidFileError for a file that is none of
 * it.
 */
export async function showDataset(
  terminal: Terminal,
  catalogue: Catalogue,
  name: string,
  flags: ShowDatasetFlags,
): Promise<void> {
  const dataset: DatasetDefinition & Partial<CatalogueEntry> = catalogue.datasets.get(name);
  const problems =
    flags.data === undefined ? null : await dataset.load({ path: flags.data }, dataset.options.parse({}));
  const { summary, licence, citation, rows, grading, upstream, files, generated } = dataset;
  const options = optionRows(dataset.options);
  if (flags.json === true) {
    const page = { name, summary, licence, citation, rows, grading, upstream, files, generated: generated === true };
    const read = problems === null ? {} : { problems: problems.length, first: problems[0]?.question };
    terminal.out(`${JSON.stringify({ ...page, options, ...read }, null, 2)}\n`);
    return;
  }
  const facts = [
    ["paper", citation],
    ["licence", licence],
    ["rows", rows],
    ["graded by", grading],
    ["published as", upstream],
    ["file names", files?.join(", ")],
  ].flatMap(([what, said]) => (said === undefined ? [] : [[`  ${what}`, String(said)]]));
  const shown = options.map((row) => [`  ${row.name}`, JSON.stringify(row.default) ?? "", row.description]);
  const lines = [
    `${name}: ${summary}`,
    ...(facts.length === 0 ? [] : [leftTable(facts)]),
    "",
    leftTable([["  option", "default", "meaning"], ...shown]),
    ...(problems === null ? [] : ["", ...firstOf(problems, terminal.columns)]),
  ];
  terminal.out(`${lines.join("\n")}\n`);
}

function firstOf(problems: readonly Problem[], columns: number): readonly string[] {
  const [first] = problems;
  if (first === undefined) return ["  no problems"];
  const { question, tags = [], group } = first;
  const about = [`kind ${question.kind}`, ...(question.code === undefined ? [] : [question.code.language])];
  return [
    `  ${problems.length} problems; the first:`,
    `  ${question.id} (${[...about, ...(group === undefined ? [] : [`group ${group}`]), ...tags].join(", ")})`,
    ...question.text.split("\n").map((line) => wrapText(line, columns, "    ")),
  ];
}
