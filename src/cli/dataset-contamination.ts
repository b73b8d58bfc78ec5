import { createReadStream, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import {
  type Contamination,
  CorpusOverlap,
  guidedCompletion,
  type Overlap,
  slotGuessing,
} from "../../experiments/datasets/contamination/index.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { EnvironmentError, InvalidOptionError } from "../core/errors.ts";
import type { ProblemRow } from "../core/problem.ts";
import { contaminationTables, keepContamination } from "../report/contamination.ts";
import type { Table } from "../report/table.ts";
import { writeReport } from "../report/write-report.ts";
import { leftTable } from "./catalogue.ts";
import { countOf } from "./counts.ts";
import { type ProblemFlags, readProblems } from "./dataset-lint.ts";
import { type Terminal, wrapText } from "./terminal.ts";
import type { OpenedModel } from "./tools.ts";

export interface ContaminationFlags extends ProblemFlags {
  readonly corpus?: readonly string[];
  readonly ngram: string;
  readonly probes: readonly string[];
  /** The set as the model is given it. */
  readonly name?: string;
  readonly split: string;
  readonly seed: string;
  readonly run?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const probeNames = ["guided", "guessing"];

/**
 * `ruminate datasets contamination FILE|NAME`: overlap with a corpus, and probes of a model where `open` gives one.
 * @throws UnknownNameError; InvalidOptionError where there is neither; InvalidFileError for a file that is none of the
 * dataset.
 */
export async function checkContamination(
  terminal: Terminal,
  catalogue: Catalogue,
  source: string,
  flags: ContaminationFlags,
  open: (() => Promise<OpenedModel>) | null,
): Promise<number> {
  const runLength = countOf("--ngram", flags.ngram) ?? 13;
  const corpus = flags.corpus ?? [];
  if (corpus.length === 0 && open === null)
    throw new InvalidOptionError('"--corpus" or "--model"', "must be given: a corpus to look in, or a model to ask.");
  const unknown = flags.probes.find((name) => !probeNames.includes(name));
  if (unknown !== undefined)
    throw new InvalidOptionError('"--probes"', `must be of ${probeNames.join(", ")}, got ${unknown}.`);
  const { dataset, problems } = await readProblems(terminal, catalogue, source, flags);
  const overlap = corpus.length === 0 ? null : await overlapWith(terminal, corpus, problems, runLength);
  const probed = open === null ? null : await probe(terminal, problems, dataset, flags, await open());
  const nothing = { model: null, simulated: false, guided: null, guessing: null };
  const found: Contamination = {
    ...{ source, dataset, problems: problems.length },
    ...(probed ?? nothing),
    ...{ corpus, overlap },
  };
  if (flags.run !== undefined) {
    const folder = resolve(terminal.cwd, flags.run);
    keepContamination(folder, found);
    writeReport(folder);
  }
  const json = `${JSON.stringify(found, null, 2)}\n`;
  if (flags.out !== undefined) writeFileSync(resolve(terminal.cwd, flags.out), json);
  terminal.out(flags.json === true ? json : asText(terminal, found));
  return 0;
}

async function probe(
  terminal: Terminal,
  problems: readonly ProblemRow[],
  dataset: string,
  flags: ContaminationFlags,
  { policy, simulated }: OpenedModel,
): Promise<Pick<Contamination, "model" | "simulated" | "guided" | "guessing">> {
  const setup = { policy, seed: countOf("--seed", flags.seed) ?? 1, signal: terminal.signal };
  const named = { dataset: flags.name ?? dataset, split: flags.split };
  const guided = flags.probes.includes("guided") ? await guidedCompletion(problems, { ...setup, ...named }) : null;
  const guessing = flags.probes.includes("guessing") ? await slotGuessing(problems, setup) : null;
  return { model: policy.id, simulated, guided, guessing };
}

/** Reads the corpus once, a line at a time: JSON Lines a record each, any other file as one running text. */
async function overlapWith(
  terminal: Terminal,
  files: readonly string[],
  problems: readonly ProblemRow[],
  runLength: number,
): Promise<Overlap> {
  const overlap = new CorpusOverlap(problems, runLength);
  for (const file of files) {
    const path = resolve(terminal.cwd, file);
    const isRecords = /\.jsonl(?:\.gz)?$/.test(path);
    const raw = createReadStream(path, { signal: terminal.signal });
    const input = path.endsWith(".gz") ? raw.pipe(createGunzip()) : raw;
    raw.on("error", (error) => input.destroy(error));
    let before: readonly string[] = [];
    try {
      for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
        if (isRecords) for (const text of textsIn(JSON.parse(line))) overlap.read(text);
        else before = overlap.read(line, before);
      }
    } catch (error) {
      if (terminal.signal.aborted) throw error;
      throw new EnvironmentError(`The corpus ${file} cannot be read: ${(error as Error).message}.`, { cause: error });
    }
  }
  return overlap.result();
}

/** Every text of a record, each a document of its own. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function asText(terminal: Terminal, found: Contamination): string {
  const { source, dataset, problems, simulated } = found;
  const lines = [
    `${problems} problems of ${source}, read as ${dataset}`,
    ...(simulated ? ["The model is simulated: its figures say nothing about a language model."] : []),
    ...contaminationTables([found]).flatMap((table) => ["", ...tableLines(table, terminal.columns)]),
  ];
  return `${lines.join("\n")}\n`;
}

/** The table turned over, so that its columns fit beside each other in a narrow terminal. */
function tableLines({ title, head, rows, note }: Table, columns: number): readonly string[] {
  const turned = head.slice(1).map((name, column) => [`  ${name}`, ...rows.map((row) => row[column + 1] ?? "")]);
  return [title, leftTable(turned), ...(note === undefined ? [] : [wrapText(note, columns, "  ")])];
}
