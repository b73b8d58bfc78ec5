import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import { z } from "zod";
import { EnvironmentError } from "../../core/errors.ts";
import type { RowSink } from "./row-file.ts";

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/** What of a JSON Schema is read. */
interface Shape {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly prefixItems?: readonly Shape[];
  readonly anyOf?: readonly Shape[];
}

/** A column or a part of one: how it is stored, and a value as it is stored. */
interface Stored {
  readonly elements: readonly SchemaElement[];
  readonly convert: (value: unknown) => unknown;
}

const groupRows = 5_000;

/**
 * Rows as a Parquet file with nested columns (messages are a list of records), typed by the form's schema; where that
 * leaves a choice (messages or text) by the first row. At most one group of rows is held.
 */
export class ParquetRows implements RowSink {
  readonly path: string;
  rows = 0;
  readonly #row: z.ZodType;
  #held: Record<string, unknown>[] = [];
  #open: { readonly writer: ParquetWriter; readonly columns: ReadonlyMap<string, Stored> } | null = null;

  constructor(path: string, row: z.ZodType) {
    this.path = path;
    this.#row = row;
    this.#or(() => mkdirSync(dirname(path), { recursive: true }));
  }

  get #partial(): string {
    return `${this.path}.partial`;
  }

  add(row: unknown): void {
    this.#held.push(row as Record<string, unknown>);
    this.rows++;
    if (this.#held.length >= groupRows) this.#flush();
  }

  finish(): void {
    this.#flush();
    const open = this.#open ?? this.#begin({});
    this.#or(() => {
      void open.writer.finish();
      renameSync(this.#partial, this.path);
    });
  }

  drop(): void {
    rmSync(this.#partial, { force: true });
  }

  #flush(): void {
    const [first] = this.#held;
    if (first === undefined) return;
    const { writer, columns } = this.#open ?? this.#begin(first);
    const columnData = [...columns].map(([name, { convert }]) => ({
      name,
      data: this.#held.map((row) => convert(row[name])),
    }));
    this.#or(() => void writer.write({ columnData, rowGroupSize: this.#held.length }));
    this.#held = [];
  }

  /** The file is opened when the first row says what its columns hold. */
  #begin(first: Record<string, unknown>) {
    const shape = chosen(z.toJSONSchema(this.#row) as Shape, first);
    const columns = new Map(
      Object.entries(shape.properties ?? {}).map(([name, one]) => [name, stored(name, one, first[name])] as const),
    );
    const elements = [...columns.values()].flatMap((column) => column.elements);
    const schema: SchemaElement[] = [{ name: "root", num_children: columns.size }, ...elements];
    const writer = this.#or(
      () => new ParquetWriter({ writer: fileWriter(this.#partial), schema, createdBy: "ruminate" }),
    );
    this.#open = { writer, columns };
    return this.#open;
  }

  #or<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      throw new EnvironmentError(
        `${this.path} cannot be written: ${(error as Error).message}. Choose another place with --out.`,
        { cause: error },
      );
    }
  }
}

/** Of several shapes the one that a value has; without a value the first that is not null. */
function chosen(shape: Shape, value: unknown): Shape {
  const { type } = shape;
  if (type !== undefined && typeof type !== "string") return { ...shape, type: type.find((one) => one !== "null") };
  const { anyOf } = shape;
  if (anyOf === undefined) return shape;
  const real = anyOf.filter(({ type }) => type !== "null");
  return chosen(real.find((one) => fits(one, value)) ?? real[0] ?? {}, value);
}

function fits({ type, required = [], anyOf }: Shape, value: unknown): boolean {
  if (anyOf !== undefined) return anyOf.some((one) => fits(one, value));
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && required.every((name) => name in value);
  return typeof value === (type === "integer" ? "number" : type);
}

function stored(name: string, given: Shape, sample: unknown): Stored {
  const nullable = ({ type = [] }: Shape) => type === "null" || type.includes("null");
  const optional = nullable(given) || given.anyOf?.some(nullable) === true;
  const repetition_type = optional ? "OPTIONAL" : "REQUIRED";
  const shape = chosen(given, sample);
  const orNull =
    (convert: Stored["convert"]): Stored["convert"] =>
    (value) =>
      value == null ? null : convert(value);
  if (shape.type === "object") {
    const record = (sample ?? {}) as Record<string, unknown>;
    const fields = Object.entries(shape.properties ?? {}).map(
      ([field, one]) => [field, stored(field, one, record[field])] as const,
    );
    const elements = fields.flatMap(([, field]) => field.elements);
    return {
      elements: [{ name, repetition_type, num_children: fields.length }, ...elements],
      convert: orNull((value) =>
        Object.fromEntries(
          fields.map(([field, { convert }]) => [field, convert((value as Record<string, unknown>)[field])]),
        ),
      ),
    };
  }
  if (shape.type === "array") {
    const list = Array.isArray(sample) ? (sample as unknown[]) : [];
    const item = shape.prefixItems?.[0] ?? shape.items ?? {};
    const known = list.find((one) => one !== null);
    const element = stored("element", item, known);
    const logical_type = { type: "LIST" } as const;
    return {
      elements: [
        { name, repetition_type, num_children: 1, converted_type: "LIST", logical_type },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        ...element.elements,
      ],
      convert: orNull((value) => (value as unknown[]).map(element.convert)),
    };
  }
  return { ...plainColumn(name, shape, repetition_type) };
}

function plainColumn(name: string, { type, const: only }: Shape, repetition_type: "OPTIONAL" | "REQUIRED"): Stored {
  const orNull = (value: unknown): unknown => value ?? null;
  if (type === "boolean") return { elements: [{ name, repetition_type, type: "BOOLEAN" }], convert: orNull };
  if (type === "integer" || Number.isInteger(only)) {
    const convert = (value: unknown) => (value == null ? null : BigInt(value as number));
    return { elements: [{ name, repetition_type, type: "INT64" }], convert };
  }
  if (type === "number") return { elements: [{ name, repetition_type, type: "DOUBLE" }], convert: orNull };
  const text = { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } } as const;
  return { elements: [{ name, repetition_type, ...text }], convert: orNull };
}
