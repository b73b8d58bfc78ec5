import { closest, InvalidFileError } from "../../../src/core/errors.ts";

/** The five fields that every file of this project's common schema has at its top, beside `meta`. */
export interface CommonFields {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly solution?: string;
  readonly tests?: TestFields;
}

export interface TestFields {
  readonly language: string;
  readonly entryPoint: string;
  readonly prefix: string;
  readonly program: string;
}

const kindOf = (value: unknown): string =>
  value === undefined
    ? "nothing"
    : value === null
      ? "null"
      : Array.isArray(value)
        ? "a list"
        : typeof value === "object"
          ? "an object"
          : `a ${typeof value}`;

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/**
 * One record of a file with its place. `fields` holds the record as its publisher names it: where the file has the
 * common schema (`id`, `question`, `answer`, `meta`), the publisher's fields are those of `meta`, laid over the top
 * ones, and `common` holds the top ones; in a file as published `common` is null.
 */
export class Row {
  readonly file: string;
  /** 1-based line where the format has lines, else null. */
  readonly line: number | null;
  /** 0-based position among the records. */
  readonly position: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly common: CommonFields | null;

  constructor(file: string, line: number | null, position: number, record: Readonly<Record<string, unknown>>) {
    this.file = file;
    this.line = line;
    this.position = position;
    const { meta } = record;
    const isCommon = isRecord(meta) && "id" in record && "question" in record && "answer" in record;
    this.fields = isCommon ? { ...record, ...meta } : record;
    this.common = isCommon ? this.#readCommon(record) : null;
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  /** The first of these fields that is there, as text; a number is written as JavaScript writes it (51.0 as "51"). */
  text(...names: readonly string[]): string {
    const found = this.optionalText(...names);
    if (found === undefined) throw this.missing(names);
    return found;
  }

  optionalText(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.fields[name];
      if (value === undefined || value === null) continue;
      if (typeof value === "string") return value;
      if (typeof value === "number") return String(value);
      throw this.wrong(name, "must be text or a number", value);
    }
    return undefined;
  }

  number(name: string): number {
    const value = this.fields[name];
    const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof read !== "number" || !Number.isFinite(read)) throw this.wrong(name, "must be a number", value);
    return read;
  }

  /** This record with further fields, in the same place. */
  with(fields: Readonly<Record<string, unknown>>): Row {
    const row = new Row(this.file, this.line, this.position, {});
    return Object.assign(row, { fields: { ...this.fields, ...fields }, common: this.common });
  }

  /** This record at another position. */
  at(position: number): Row {
    return Object.assign(this.with({}), { position });
  }

  /** A list of texts, also one written as JSON in a cell; numbers in it are written as text. */
  texts(name: string): readonly string[] {
    const value = listIn(this.fields[name]);
    if (!Array.isArray(value)) throw this.wrong(name, "must be a list of texts", value);
    return value.map((item: unknown, index) => {
      if (typeof item !== "string" && typeof item !== "number")
        throw this.wrong(`${name}[${index}]`, "must be text", item);
      return String(item);
    });
  }

  /** The values of a field that labels a record: one, or a list of them; null, "" and [] are none. */
  labels(name: string): readonly string[] {
    const value = listIn(this.fields[name]);
    if (value === undefined) throw this.missing([name]);
    const all: readonly unknown[] = Array.isArray(value) ? value : value === null || value === "" ? [] : [value];
    return all.map((item) => {
      if (typeof item === "string" || typeof item === "number" || typeof item === "boolean") return String(item);
      throw this.wrong(name, "must be text, a number, true, false or a list of such", value);
    });
  }

  missing(names: readonly string[]): InvalidFileError {
    const wanted = names.map((name) => `"${name}"`).join(" or ");
    const close = closest(names[0] ?? "", Object.keys(this.fields));
    const guess = close === undefined ? "" : ` Did you mean "${close}"?`;
    return this.error(
      `field ${wanted} is missing.${guess} The record has: ${Object.keys(this.fields).join(", ") || "no fields"}. ` +
        "Check that the file belongs to this dataset, or name the fields with the dataset generic.",
    );
  }

  /** An error about one field: requirement, value found, and what to do. */
  wrong(
    field: string,
    requirement: string,
    value: unknown,
    remedy = "Correct the file or leave this record out.",
  ): InvalidFileError {
    const found = value === undefined || value === null ? kindOf(value) : `${kindOf(value)}, ${shown(value)}`;
    return this.error(`field "${field}" ${requirement}, got ${found}. ${remedy}`);
  }

  error(message: string): InvalidFileError {
    const place = this.line === null ? `record ${this.position + 1}: ` : "";
    return new InvalidFileError(this.file, this.line, place + message);
  }

  #readCommon(record: Readonly<Record<string, unknown>>): CommonFields {
    const text = (name: string): string => {
      const value = record[name];
      if (typeof value !== "string") throw this.wrong(name, "must be text", value);
      return value;
    };
    return {
      id: text("id"),
      question: text("question"),
      answer: text("answer"),
      solution: record.solution === undefined ? undefined : text("solution"),
      tests: record.tests === undefined ? undefined : this.#readTests(record.tests),
    };
  }

  #readTests(tests: unknown): TestFields {
    if (!isRecord(tests)) throw this.wrong("tests", "must be an object", tests);
    const text = (name: string): string => {
      const value = tests[name];
      if (typeof value !== "string") throw this.wrong(`tests.${name}`, "must be text", value);
      return value;
    };
    return {
      language: text("language"),
      entryPoint: text("entry_point"),
      prefix: text("prefix"),
      program: text("program"),
    };
  }
}

/** A list that a table's cell holds as JSON; any other value as it is. */
function listIn(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*\[/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
