import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "yaml";
import type { CatalogueEntry } from "../../experiments/datasets/file-dataset.ts";
import {
  allChecks,
  type Finding,
  type LintCheck,
  lintChecks,
  lintProblems,
  type ShownExample,
} from "../../experiments/datasets/lint/index.ts";
import { readRows } from "../../experiments/datasets/reading/read-rows.ts";
import { isRecord } from "../../experiments/datasets/reading/row.ts";
import type { Catalogue } from "../core/catalogue.ts";
import type { DatasetDefinition } from "../core/dataset.ts";
import { InvalidFileError, InvalidOptionError, UnknownNameError } from "../core/errors.ts";
import { type ProblemRow, rowOf } from "../core/problem.ts";
import { parseOptions } from "../core/strategy.ts";
import { leftTable } from "./catalogue.ts";
import { countOf } from "./counts.ts";
import { dataPath } from "./data-path.ts";
import type { Terminal } from "./terminal.ts";

/** Which problems are read. */
export interface ProblemFlags {
  readonly dataset?: string;
  readonly options?: string;
  readonly limit?: string;
}

export interface LintFlags extends ProblemFlags {
  readonly shown?: readonly string[];
  readonly only?: readonly string[];
  readonly without?: readonly string[];
  readonly near: string;
  readonly show: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

export interface ReadProblems {
  /** The dataset that the file is read as. */
  readonly dataset: string;
  readonly problems: readonly ProblemRow[];
}

/**
 * The problems of a file or of a dataset that needs none. A file is read as the dataset that is named, else as the one
 * whose file has its name, else as `generic`.
 */
export async function readProblems(
  terminal: Terminal,
  catalogue: Catalogue,
  source: string,
  flags: ProblemFlags,
): Promise<ReadProblems> {
  const named = catalogue.datasets.has(source) && flags.dataset === undefined;
  const all: readonly (DatasetDefinition & Partial<CatalogueEntry>)[] = catalogue.datasets.all;
  const usual = all.find(({ files }) => files?.includes(basename(source)));
  const definition = named
    ? catalogue.datasets.get(source)
    : catalogue.datasets.get(flags.dataset ?? usual?.name ?? "generic");
  const path = named ? undefined : dataPath(terminal, source);
  const options = parseOptions(definition, flags.options === undefined ? {} : parse(flags.options));
  const loaded = (await definition.load({ path, signal: terminal.signal }, options)).map(rowOf);
  return { dataset: definition.name, problems: loaded.slice(0, countOf("--limit", flags.limit)) };
}

/**
 * `ruminate datasets lint FILE|NAME`. Exit code 1 where an error was found; with `--strict`, where anything was.
 * @throws UnknownNameError; InvalidFileError for a file that is none of the dataset.
 */
export async function lintDataset(
  terminal: Terminal,
  catalogue: Catalogue,
  source: string,
  flags: LintFlags,
): Promise<number> {
  const near = Number(flags.near);
  if (!(near > 0 && near <= 1))
    throw new InvalidOptionError('"--near"', `must be above 0 and at most 1, got ${flags.near}.`);
  const shown = (flags.shown ?? []).flatMap((file) => shownIn(terminal, file));
  const checks = chosenChecks(flags);
  const { dataset, problems } = await readProblems(terminal, catalogue, source, flags);
  const examples = (await Promise.all(shown)).flat();
  const findings = await lintProblems(problems, { shown: examples, near, checks });
  const errors = findings.filter(({ level }) => level === "error").length;
  const counts = Object.fromEntries(
    [...checks].map((name) => [name, findings.filter((one) => one.check === name).length]),
  );
  if (flags.json === true) {
    const shownExamples = examples.length;
    const all = { source, dataset, problems: problems.length, shown: shownExamples, errors, counts, findings };
    terminal.out(`${JSON.stringify(all, null, 2)}\n`);
  } else {
    const most = countOf("--show", flags.show) ?? 20;
    terminal.out(
      table(`${problems.length} problems of ${source}, read as ${dataset}`, findings, most, terminal.columns),
    );
  }
  return errors > 0 || (flags.strict === true && findings.length > 0) ? 1 : 0;
}

function chosenChecks({ only, without = [] }: LintFlags): ReadonlySet<LintCheck> {
  const known = (name: string): LintCheck => {
    const found = allChecks.find((check) => check === name);
    if (found === undefined) throw new UnknownNameError("check", name, allChecks);
    return found;
  };
  const left = new Set<string>(without.map(known));
  return new Set((only?.map(known) ?? allChecks).filter((name) => !left.has(name)));
}

/** Columns are cut to the width of the terminal, 80 where nobody looks. */
function table(title: string, findings: readonly Finding[], most: number, columns: number): string {
  if (findings.length === 0) return `${title}: nothing found\n`;
  const width = Math.max(60, columns);
  const found = allChecks.flatMap((check) => {
    const own = findings.filter((one) => one.check === check);
    return own.length === 0 ? [] : [[`  ${check}`, String(own.length), lintChecks[check]]];
  });
  const rows = findings
    .slice(0, most)
    .map(({ level, check, problem, message }) => [
      `${level === "error" ? "!" : " "} ${check}`,
      problem ?? "the file",
      message,
    ]);
  const left = findings.length - rows.length;
  const lines = [
    `${title}:`,
    ...leftTable(found).split("\n"),
    "",
    ...leftTable(rows).split("\n"),
    ...(left > 0 ? [`  and ${left} more; --show ${findings.length} or --json prints them`] : []),
  ];
  return `${lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line)).join("\n")}\n`;
}

/**
 * Examples that a file shows: pools and exemplars of an experiment (YAML), or the records of a data file, each with its
 * question and solution.
 */
async function shownIn(terminal: Terminal, file: string): Promise<readonly ShownExample[]> {
  const path = dataPath(terminal, file);
  if (!/\.ya?ml$/.test(path)) {
    const rows = await readRows(path, terminal.signal);
    return rows.map((row) => ({
      place: `${basename(file)}${row.line === null ? `, record ${row.position + 1}` : `:${row.line}`}`,
      text: textOf(row.fields),
    }));
  }
  const found = examplesIn(parse(readFileSync(path, "utf8")), "");
  if (found.length > 0) return found.map(({ place, text }) => ({ place: `${basename(file)}, ${place}`, text }));
  throw new InvalidFileError(path, null, "shows no examples: no strategy in it has a `pool` or `exemplars`.");
}

/** What a record shows of a problem: its texts under the usual names, else all of them. */
function textOf(fields: Readonly<Record<string, unknown>>): string {
  const usual = ["question", "problem", "prompt", "input", "text", "body"].flatMap((name) => fields[name] ?? []);
  const shown = (usual.length > 0 ? usual : Object.values(fields)).filter((value) => typeof value === "string");
  return shown.join("\n");
}

/** Lists under `pool` or `exemplars`, wherever they stand in an experiment. */
function examplesIn(value: unknown, place: string): readonly ShownExample[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => examplesIn(item, `${place}[${index}]`));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const where = place === "" ? key : `${place}.${key}`;
    if ((key !== "pool" && key !== "exemplars") || !Array.isArray(inner)) return examplesIn(inner, where);
    return inner.flatMap((item, index) =>
      isRecord(item) ? [{ place: `${where}[${index}]`, text: textOf(item) }] : [],
    );
  });
}
