import { renameSync, rmSync } from "node:fs";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import { EnvironmentError } from "../core/errors.ts";
import type { Cell, ExportColumn } from "./columns.ts";
import { type ExportName, withTable } from "./tables.ts";

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/** Rows held before they are written as one group. */
const groupRows = 50_000;

/**
 * A table of a run as a Parquet file: text, lists of text, booleans, whole numbers of 32 and of 64 bits and doubles,
 * each column with its own type and nullable only where cells can be. Compressed with Snappy; at most one group of rows
 * is held in memory. A file that stands at `target` is replaced when the new one is whole.
 *
 * @throws EnvironmentError where it cannot be written; errors of reading the run.
 */
export function exportParquet(folder: string, of: ExportName, target: string): void {
  const partial = `${target}.partial`;
  try {
    withTable(of, ({ columns, each }) => {
      const table = new TableWriter(partial, columns);
      each(folder, (row) => table.add(row));
      table.finish();
    });
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new EnvironmentError(
      `${target} cannot be written: ${(error as Error).message}. Choose another place with --out.`,
      {
        cause: error,
      },
    );
  }
}

/** Gathers rows by column and writes them group by group. The file is written at once, so nothing is waited for. */
class TableWriter<Row> {
  readonly #columns: readonly ExportColumn<Row>[];
  readonly #writer: ParquetWriter;
  #cells: unknown[][];

  constructor(path: string, columns: readonly ExportColumn<Row>[]) {
    this.#columns = columns;
    this.#cells = columns.map(() => []);
    this.#writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: [{ name: "root", num_children: columns.length }, ...columns.flatMap(schemaOf)],
      createdBy: "ruminate",
    });
  }

  add(row: Row): void {
    for (const [i, { kind, value }] of this.#columns.entries()) this.#cells[i]?.push(stored(kind, value(row)));
    if ((this.#cells[0]?.length ?? 0) >= groupRows) this.#flush();
  }

  finish(): void {
    this.#flush();
    void this.#writer.finish();
  }

  #flush(): void {
    const rows = this.#cells[0]?.length ?? 0;
    if (rows === 0) return;
    const columnData = this.#columns.map(({ name }, i) => ({ name, data: this.#cells[i] ?? [] }));
    void this.#writer.write({ columnData, rowGroupSize: rows });
    this.#cells = this.#columns.map(() => []);
  }
}

const stored = (kind: ExportColumn<never>["kind"], cell: Cell): unknown =>
  kind === "total" && typeof cell === "number" ? BigInt(Math.round(cell)) : cell;

/** A list is three elements in Parquet: the column, its repeated group, and the element. */
function schemaOf({ name, kind, optional }: ExportColumn<never>): SchemaElement[] {
  const repetition_type = optional === true ? "OPTIONAL" : "REQUIRED";
  const text = { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } } as const;
  switch (kind) {
    case "text":
      return [{ name, repetition_type, ...text }];
    case "texts":
      return [
        { name, repetition_type, num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        { name: "element", repetition_type: "REQUIRED", ...text },
      ];
    case "boolean":
      return [{ name, repetition_type, type: "BOOLEAN" }];
    case "count":
      return [{ name, repetition_type, type: "INT32" }];
    case "total":
      return [{ name, repetition_type, type: "INT64" }];
    case "number":
      return [{ name, repetition_type, type: "DOUBLE" }];
  }
}
