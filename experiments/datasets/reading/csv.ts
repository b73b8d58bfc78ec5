import { InvalidFileError } from "../../../src/core/errors.ts";

export interface CsvRecord {
  /** 1-based line on which the record begins. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Comma-separated records (RFC 4180): quoted cells may hold the separator, line breaks and doubled quotes. LF, CRLF and
 * a last line without a break are all fine; empty lines are passed over.
 *
 * @throws InvalidFileError where a quoted cell never ends or text follows its closing quote
 */
export function parseCsv(text: string, file: string, separator = ","): CsvRecord[] {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let line = 1;
  let start = 1;
  let at = 0;
  const finish = () => {
    if (cells.length > 1 || cells[0] !== "") records.push({ line: start, cells });
    cells = [];
  };
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at, file, line) : plainCell(text, at, separator);
    cells.push(cell.value);
    line += cell.breaks;
    at = cell.end;
    const next = text[at];
    if (next === separator) {
      at += 1;
      if (at === text.length) cells.push("");
      continue;
    }
    if (next !== undefined && next !== "\n" && next !== "\r") {
      throw new InvalidFileError(file, line, "text follows a closing quote. Double the quotes inside a quoted cell.");
    }
    finish();
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    start = line;
  }
  if (cells.length > 0) finish();
  return records;
}

interface Cell {
  readonly value: string;
  readonly end: number;
  readonly breaks: number;
}

function plainCell(text: string, from: number, separator: string): Cell {
  let end = from;
  while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return { value: text.slice(from, end), end, breaks: 0 };
}

function quotedCell(text: string, from: number, file: string, line: number): Cell {
  let value = "";
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) throw new InvalidFileError(file, line, "a quoted cell never ends. Add the closing quote.");
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1, breaks: value.split("\n").length - 1 };
    value += '"';
    at = quote + 2;
  }
}
