import type { z } from "zod";
import type { Problem } from "./problem.ts";

/** Where a dataset is read from and how much of it. The same for every dataset; its own options come beside it. */
export interface DatasetSource {
  /** A local file, for datasets that are files. */
  readonly path?: string;
  readonly signal?: AbortSignal;
}

/**
 * A kind of dataset as it is registered: rows of its file (or its generator) as problems, by `problemOf(row)`. Loading
 * is all or nothing: a row that does not fit raises InvalidFileError with file, line, field and remedy.
 */
export interface DatasetDefinition<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly licence?: string;
  readonly citation?: string;
  /** True where problems are made by a seeded generator and no file is read. */
  readonly generated?: boolean;
  readonly options: z.ZodType<Options>;
  load(source: DatasetSource, options: Options): Promise<readonly Problem[]>;
}

export function defineDataset<Options>(definition: DatasetDefinition<Options>): DatasetDefinition<Options> {
  return definition;
}
