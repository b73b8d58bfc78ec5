import type { Cell } from "./columns.ts";
import { type ExportName, withTable } from "./tables.ts";

/**
 * A table of a run as comma-separated values: a head, and one line a row. Lines are handed on as they are made. Empty
 * cells are null, tags are parted by semicolons; a text that a spreadsheet would take for a formula is given a leading
 * apostrophe.
 */
export function exportCsv(folder: string, of: ExportName, write: (line: string) => void): void {
  withTable(of, ({ columns, each }) => {
    write(line(columns.map(({ name }) => name)));
    each(folder, (row) => write(line(columns.map(({ value }) => value(row)))));
  });
}

const line = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(",")}\n`;

export function csvCell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "object") return csvCell(value.join(";"));
  if (typeof value !== "string") return String(value);
  const safe = /^[=+@\t\r]|^-(?![\d.])/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
