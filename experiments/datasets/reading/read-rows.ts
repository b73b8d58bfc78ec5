import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { InvalidFileError } from "../../../src/core/errors.ts";
import { parseCsv } from "./csv.ts";
import { download, isRemote } from "./download.ts";
import { isRecord, Row } from "./row.ts";

export type RowFormat = "jsonl" | "json" | "csv" | "tsv";

/**
 * All records of a JSONL, JSON, CSV or TSV file (also gzipped), in order. Lines end at LF or CRLF only, so the
 * separators U+2028, U+2029 and U+0085 may stand inside a text; a byte order mark is dropped.
 *
 * @param path a file, or the URL of one, which is then fetched once and kept
 * @param format by default from the file's name: .jsonl .ndjson .json .csv .tsv, each with or without .gz
 * @param columns names of the columns of a table that has no header
 * @throws InvalidFileError with file, line and remedy, for the first thing that cannot be read
 */
export async function readRows(
  path: string,
  signal?: AbortSignal,
  format?: RowFormat,
  columns?: readonly string[],
): Promise<Row[]> {
  const file = isRemote(path) ? await download(path, undefined, signal) : path;
  const text = await readText(file, signal);
  const rows = parseRows(text, file, format ?? formatOf(file), columns);
  if (rows.length === 0)
    throw new InvalidFileError(file, null, "holds no records. Download it again or check the path.");
  return rows;
}

/** A file as text; strict UTF-8, gunzipped where its name ends in .gz. */
export async function readText(file: string, signal?: AbortSignal): Promise<string> {
  const bytes = await readBytes(file, signal);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file.endsWith(".gz") ? gunzipSync(bytes) : bytes);
  } catch (cause) {
    const expected = file.endsWith(".gz") ? "gzipped UTF-8" : "UTF-8";
    throw new InvalidFileError(file, null, `is not ${expected} text. Save it as ${expected}.`, { cause });
  }
}

async function readBytes(file: string, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    return await readFile(file, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = isRecord(cause) && cause.code === "ENOENT" ? "does not exist" : "cannot be read";
    throw new InvalidFileError(file, null, `${reason}. Check the path and its permissions.`, { cause });
  }
}

export function parseRows(text: string, file: string, format: RowFormat, columns?: readonly string[]): Row[] {
  if (columns !== undefined && (format === "jsonl" || format === "json"))
    throw new InvalidFileError(file, null, "names its fields itself. Leave out `columns`, which is for tables.");
  switch (format) {
    case "jsonl":
      return parseLines(text, file);
    case "json":
      return parseDocument(text, file);
    case "csv":
      return parseTable(text, file, ",", columns);
    case "tsv":
      return parseTable(text, file, "\t", columns);
  }
}

function formatOf(file: string): RowFormat {
  const extension = /\.(\w+)(?:\.gz)?$/.exec(file.toLowerCase())?.[1];
  if (extension === "jsonl" || extension === "ndjson") return "jsonl";
  if (extension === "json" || extension === "csv" || extension === "tsv") return extension;
  throw new InvalidFileError(
    file,
    null,
    `has no known format (${extension ?? "no extension"}). Use .jsonl, .json, .csv or .tsv.`,
  );
}

function parseLines(text: string, file: string): Row[] {
  const rows: Row[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (line.trim() === "") continue;
    const value = parseJson(line, (cause) => {
      const detail = cause instanceof Error ? cause.message : String(cause);
      return new InvalidFileError(file, index + 1, `is not JSON: ${detail}. Correct or remove the line.`, { cause });
    });
    if (!isRecord(value)) {
      throw new InvalidFileError(
        file,
        index + 1,
        "must hold one JSON object a line. Wrap the value in an object or remove the line.",
      );
    }
    rows.push(new Row(file, index + 1, rows.length, value));
  }
  return rows;
}

/** Keys under which published documents keep their list of records. */
const listKeys = ["examples", "data", "rows", "records", "questions"];

/**
 * A list of records, an object with one under a usual key (each record then also gets the object's plain values), or an
 * object of nothing but records (each then also gets its `key`).
 */
function parseDocument(text: string, file: string): Row[] {
  // Several published ".json" files are in truth one object a line.
  if (/^\s*\{[^\n]*\}\s*\n\s*\{/.test(text)) return parseLines(text, file);
  const document = parseJson(text, (cause) => {
    const detail = cause instanceof Error ? cause.message : String(cause);
    return new InvalidFileError(file, null, `is not JSON: ${detail}. Download it again or correct it.`, { cause });
  });
  const { list, shared } = listIn(document, file);
  return list.map((item, position) => {
    const record = isRecord(item) && isRecord(item.row) ? item.row : item;
    if (!isRecord(record)) {
      throw new InvalidFileError(file, null, `record ${position + 1}: must be a JSON object. Correct or remove it.`);
    }
    return new Row(file, null, position, { ...shared, ...record });
  });
}

function listIn(document: unknown, file: string): { list: readonly unknown[]; shared: Record<string, unknown> } {
  if (Array.isArray(document)) return { list: document, shared: {} };
  if (isRecord(document)) {
    const key = listKeys.find((name) => Array.isArray(document[name]));
    const shared = Object.fromEntries(Object.entries(document).filter(([, value]) => typeof value === "string"));
    if (key !== undefined) return { list: document[key] as unknown[], shared };
    const keyed = Object.entries(document);
    if (keyed.length > 1 && keyed.every(([, value]) => isRecord(value)))
      return { list: keyed.map(([key, value]) => ({ key, ...(value as object) })), shared: {} };
    if (keyed.length > 0) return { list: [document], shared: {} };
  }
  throw new InvalidFileError(file, null, `must be a list of objects or hold one under ${listKeys.join(", ")}.`);
}

function parseTable(text: string, file: string, separator: string, columns?: readonly string[]): Row[] {
  const all = parseCsv(text, file, separator);
  const [first] = all;
  if (first === undefined) return [];
  const header = columns === undefined ? first : { line: first.line, cells: columns };
  const names = header.cells.map((name) => name.trim());
  if (columns !== undefined && names.every((name, index) => first.cells[index]?.trim() === name))
    throw new InvalidFileError(file, first.line, "is a header that repeats `columns`. Leave out that option.");
  const records = columns === undefined ? all.slice(1) : all;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new InvalidFileError(file, header.line, `names the column "${twice}" twice. Rename one.`);
  return records.map(({ line, cells }, position) => {
    if (cells.length !== names.length) {
      const message = `has ${cells.length} cells where the header has ${names.length}. Quote cells that hold a separator.`;
      throw new InvalidFileError(file, line, message);
    }
    return new Row(file, line, position, Object.fromEntries(names.map((name, index) => [name, cells[index]])));
  });
}

/** JSON in which integers too long for a number stay as their text. */
function parseJson(text: string, onError: (cause: unknown) => Error): unknown {
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, keepLongIntegers) : JSON.parse(text);
  } catch (cause) {
    throw onError(cause);
  }
}

function keepLongIntegers(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  const isLong = typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER;
  return isLong && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}
