import { statSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { type DatasetDefinition, type DatasetSource, defineDataset } from "../../src/core/dataset.ts";
import { InvalidFileError, InvalidOptionError } from "../../src/core/errors.ts";
import type { Problem } from "../../src/core/problem.ts";
import { readRows } from "./reading/read-rows.ts";
import type { Row } from "./reading/row.ts";
import { type Selection, selectProblems } from "./selection.ts";

/** A problem as a row gives it. `id` is for files as published; without one it is the dataset's name and the row's position. */
export type Draft = Omit<Problem, "id"> & { readonly id?: string };

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
  /** One row as a problem; null leaves it out (a kind the options do not ask for). */
  read(row: Row, options: Options): Draft | null;
  /** By default {@link readRows}. */
  rowsOf?(path: string, source: DatasetSource): Promise<readonly Row[]>;
}

/** A dataset that is a file: every row is read and checked, ids are unique, then the selection is applied. */
export function defineFileDataset<Options extends Selection>(spec: FileDatasetSpec<Options>): FileDataset<Options> {
  const { name, summary, licence, citation, options, rows, grading, upstream, files } = spec;
  const load = async (source: DatasetSource, chosen: Options): Promise<readonly Problem[]> => {
    const path = resolvePath(spec, source.path);
    const read = spec.rowsOf ?? ((file: string) => readRows(file, source.signal));
    return selectProblems(
      toProblems(name, await read(path, source), (row) => spec.read(row, chosen)),
      chosen,
    );
  };
  const definition = defineDataset<Options>({ name, summary, licence, citation, options, load });
  return { ...definition, rows, grading, upstream, files };
}

/** Every row as a problem. @throws InvalidFileError where two rows give one id */
export function toProblems(name: string, rows: readonly Row[], read: (row: Row) => Draft | null): readonly Problem[] {
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
    places.set(id, row);
    return [{ ...draft, id }];
  });
}

/** The file itself, or the first known file name inside a folder. */
export function resolvePath(entry: { name: string } & CatalogueEntry, path: string | undefined): string {
  const names = entry.files.join(" or ");
  if (path === undefined) {
    throw new InvalidOptionError(
      `${entry.name}: "path"`,
      `must name the dataset's file or a folder that holds ${names}, got nothing. It is published as ${entry.upstream}.`,
    );
  }
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  const found = entry.files
    .map((file) => join(path, file))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  if (found !== undefined) return found;
  throw new InvalidFileError(
    path,
    null,
    `holds no ${names}. Download ${entry.upstream} into it or give the file's own path.`,
  );
}
