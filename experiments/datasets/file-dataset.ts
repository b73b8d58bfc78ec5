import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { type DatasetDefinition, type DatasetSource, defineDataset } from "../../src/core/dataset.ts";
import { InvalidFileError, InvalidOptionError } from "../../src/core/errors.ts";
import { type Problem, type ProblemRow, problemOf } from "../../src/core/problem.ts";
import { isRemote } from "./reading/download.ts";
import { readRows } from "./reading/read-rows.ts";
import type { Row } from "./reading/row.ts";
import { type Selection, selectProblems } from "./selection.ts";

/**
 * A problem as a row gives it. `id` is for files as published; without one it is the dataset's name and the row's
 * position.
 */
export type Draft = Omit<ProblemRow, "id"> & { readonly id?: string };

/** What the table of datasets tells beyond the definition. */
export interface CatalogueEntry {
  /** Rows upstream, where the number is fixed. */
  readonly rows?: number;
  /** How an answer is judged, in a few words. */
  readonly grading: string;
  /** Where the file comes from. */
  readonly upstream: string;
  /** File names looked for when the given path is a folder, best first. */
  readonly files: readonly string[];
}

export type FileDataset<Options = Selection> = DatasetDefinition<Options> & CatalogueEntry;

export interface FileDatasetSpec<Options> extends CatalogueEntry {
  readonly name: string;
  readonly summary: string;
  readonly licence: string;
  readonly citation: string;
  readonly options: z.ZodType<Options>;
  /** A folder stands for all of `files` that it holds, instead of the first. */
  readonly everyFile?: boolean;
  /** A folder without any of `files` stands for all JSON files in it and below: one record a file. */
  readonly tree?: boolean;
  /** One row as a problem; null leaves it out (a kind the options do not ask for). */
  read(row: Row, options: Options): Draft | null;
  /** By default {@link readRows}. */
  rowsOf?(path: string, source: DatasetSource): Promise<readonly Row[]>;
  /** All rows once more before they are read: what else they need from other files. */
  prepare?(rows: readonly Row[], options: Options, source: DatasetSource): Promise<readonly Row[]>;
}

/** A dataset that is a file: every row is read and checked, ids are unique, then the selection is applied. */
export function defineFileDataset<Options extends Selection>(spec: FileDatasetSpec<Options>): FileDataset<Options> {
  const { name, summary, licence, citation, options, rows, grading, upstream, files } = spec;
  const load = async (source: DatasetSource, chosen: Options): Promise<readonly Problem[]> => {
    const read = spec.rowsOf ?? ((file: string) => readRows(file, source.signal));
    const tree = spec.tree === true ? filesBelow(source.path, spec.files) : [];
    const files = tree.length > 0 ? tree : resolvePaths(spec, source.path, spec.everyFile === true);
    const rows: Row[] = [];
    for (const file of files) rows.push(...(await read(file, source)));
    const placed = tree.length > 1 ? numbered(rows) : rows;
    const prepared = (await spec.prepare?.(placed, chosen, source)) ?? placed;
    const problems = toProblems(name, prepared, (row) => spec.read(row, chosen));
    return selectProblems(problems, chosen).map(problemOf);
  };
  const definition = defineDataset<Options>({ name, summary, licence, citation, options, load });
  return { ...definition, rows, grading, upstream, files };
}

/** Rows of several files count on, so that ids made from positions differ. */
const numbered = (rows: readonly Row[]): readonly Row[] => rows.map((row, position) => row.at(position));

/** JSON files in a folder and below it, in the order of their names as people count. */
function filesBelow(path: string | undefined, known: readonly string[]): readonly string[] {
  if (path === undefined || isRemote(path) || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [];
  if (known.some((file) => statSync(join(path, file), { throwIfNoEntry: false })?.isFile())) return [];
  const found = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"));
  return found.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).map((file) => join(path, file));
}

/** Every row as a problem. @throws InvalidFileError where two rows give one id */
export function toProblems(
  name: string,
  rows: readonly Row[],
  read: (row: Row) => Draft | null,
): readonly ProblemRow[] {
  const places = new Map<string, Row>();
  return rows.flatMap((row) => {
    const draft = read(row);
    if (draft === null) return [];
    const id = row.common?.id ?? draft.id ?? `${name}-${String(row.position).padStart(4, "0")}`;
    const earlier = places.get(id);
    if (earlier !== undefined) {
      const where = earlier.line === null ? `record ${earlier.position + 1}` : `line ${earlier.line}`;
      throw row.error(`field "id" must be unique, but "${id}" is already on ${where}. Rename or remove one of them.`);
    }
    if (draft.text.trim() === "") throw row.error("the question is empty. Correct the file or leave this record out.");
    places.set(id, row);
    return [{ ...draft, id }];
  });
}

/** The file itself; or, of the dataset's known file names inside a folder, the first or every one. */
export function resolvePaths(
  entry: { readonly name: string } & CatalogueEntry,
  path: string | undefined,
  every = false,
): readonly string[] {
  const names = entry.files.slice(0, 4).join(" or ");
  if (path === undefined) {
    const requirement = `must name the dataset's file or a folder that holds ${names}, got nothing`;
    throw new InvalidOptionError(`${entry.name}: "path"`, `${requirement}. It is published as ${entry.upstream}.`);
  }
  if (isRemote(path) || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const found = entry.files
    .map((file) => join(path, file))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  if (found.length > 0) return every ? found : found.slice(0, 1);
  const remedy = `Download ${entry.upstream} into it or give the file's own path.`;
  throw new InvalidFileError(path, null, `holds no ${names}. ${remedy}`);
}
