import { eachCountedRecord, readSummary } from "../runs/counted-records.ts";
import { type Cell, candidateColumns, candidateRows, type ExportColumn, trialColumns } from "./columns.ts";

/**
 * The results as comma-separated values, one line a trial, or one a candidate. Lines are handed on as they are made. Empty cells are null, tags are
 * parted by semicolons; a text that a spreadsheet would take for a formula is given a leading apostrophe.
 */
export function exportCsv(folder: string, of: "trials" | "candidates", write: (line: string) => void): void {
  const lineOf =
    <Row>(columns: readonly ExportColumn<Row>[]) =>
    (row: Row) =>
      write(line(columns.map(({ value }) => value(row))));
  const [trialLine, candidateLine] = [lineOf(trialColumns), lineOf(candidateColumns)];
  write(line((of === "trials" ? trialColumns : candidateColumns).map(({ name }) => name)));
  eachCountedRecord(folder, readSummary(folder), (record) => {
    if (of === "trials") trialLine(record);
    else for (const row of candidateRows(record)) candidateLine(row);
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
