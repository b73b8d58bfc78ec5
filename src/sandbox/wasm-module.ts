import { Cursor, join, unsigned } from "./wasm-bytes.ts";
import { meteredBody } from "./wasm-meter.ts";

/**
 * Rewrites a compiled program so that its host holds every part of its state. A WebAssembly module made by LLVM keeps
 * state in three places: linear memory, mutable globals (only the stack pointer here) and tables (never changed after
 * start). The rewritten module imports its memory, so that each instance gets one with a maximum of the host's
 * choosing, and exports the stack pointer and the function table, so that a running program can be copied, restored and
 * entered again. Debug sections are dropped.
 */
export interface PreparedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Pages of 64 KiB that the module needs at least. */
  readonly minimumPages: number;
}

/** Names under which the rewritten module imports its memory and exports what it kept to itself. */
export const memoryImport = { module: "host", name: "memory" } as const;
export const stackPointerExport = "host_stack_pointer";
export const tableExport = "host_table";

/** Of a metered module: the global that counts its instructions, and the count at which it ends. */
export const meterExport = "host_meter";
export const meterLimitExport = "host_meter_limit";

const sectionIds = { custom: 0, import: 2, memory: 5, global: 6, export: 7, code: 10 } as const;

/**
 * `metered`: its instructions are counted; see wasm-meter.ts.
 *
 * @throws RangeError where the module does not have exactly one memory of its own and one mutable global.
 */
export function prepareModule(bytes: Uint8Array, metered = false): PreparedModule {
  const sections = sectionsOf(bytes);
  const memory = sections.find((section) => section.id === sectionIds.memory);
  if (memory === undefined) throw new RangeError("The module defines no memory of its own");
  const cursor = new Cursor(memory.body);
  if (cursor.number() !== 1) throw new RangeError("The module must define exactly one memory");
  cursor.number(); // the flag that says whether a maximum follows
  const minimumPages = cursor.number();
  const globals = sections.find((section) => section.id === sectionIds.global);
  const meter = metered && globals !== undefined ? new Cursor(globals.body).number() : null;
  const kept = sections
    .filter((section) => section.id !== sectionIds.custom && section.id !== sectionIds.memory)
    .map((section) => {
      if (section.id === sectionIds.import) return { ...section, body: withMemoryImport(section.body, minimumPages) };
      if (section.id === sectionIds.export) return { ...section, body: withExports(section.body, meter) };
      if (meter !== null && section.id === sectionIds.global) return { ...section, body: withMeter(section.body) };
      if (meter !== null && section.id === sectionIds.code)
        return { ...section, body: meteredCode(section.body, meter) };
      return section;
    });
  return { bytes: assemble(bytes.subarray(0, 8), kept), minimumPages };
}

interface Section {
  readonly id: number;
  readonly body: Uint8Array;
}

function sectionsOf(bytes: Uint8Array): Section[] {
  const cursor = new Cursor(bytes, 8);
  const sections: Section[] = [];
  while (!cursor.atEnd) {
    const id = cursor.number();
    sections.push({ id, body: cursor.take(cursor.number()) });
  }
  return sections;
}

function withMemoryImport(body: Uint8Array, minimumPages: number): Uint8Array {
  const entry = [...text(memoryImport.module), ...text(memoryImport.name), 2, 0, ...unsigned(minimumPages)];
  return withEntries(body, 1, entry);
}

function withExports(body: Uint8Array, meter: number | null): Uint8Array {
  const entries = [...text(stackPointerExport), 3, 0, ...text(tableExport), 1, 0];
  if (meter === null) return withEntries(body, 2, entries);
  const counts = [...text(meterExport), 3, ...unsigned(meter), ...text(meterLimitExport), 3, ...unsigned(meter + 1)];
  return withEntries(body, 4, [...entries, ...counts]);
}

/** Two mutable 64-bit integers more: the count, and the most that it may be (at first the largest there is). */
const withMeter = (body: Uint8Array): Uint8Array =>
  withEntries(body, 2, [0x7e, 1, 0x42, 0, 0x0b, 0x7e, 1, 0x42, 0x7f, 0x0b]);

function meteredCode(body: Uint8Array, meter: number): Uint8Array {
  const cursor = new Cursor(body);
  const count = cursor.number();
  const parts: Uint8Array[] = [Uint8Array.from(unsigned(count))];
  for (let left = count; left > 0; left--) {
    const metered = meteredBody(cursor.take(cursor.number()), meter);
    parts.push(Uint8Array.from(unsigned(metered.length)), metered);
  }
  return join(parts);
}

/** A vector with `count` more entries, given as bytes, at its end. */
function withEntries(body: Uint8Array, count: number, entries: readonly number[]): Uint8Array {
  const cursor = new Cursor(body);
  const before = cursor.number();
  return join([Uint8Array.from(unsigned(before + count)), body.subarray(cursor.at), Uint8Array.from(entries)]);
}

function assemble(header: Uint8Array, sections: readonly Section[]): Uint8Array<ArrayBuffer> {
  return join([header, ...sections.flatMap(({ id, body }) => [Uint8Array.from([id, ...unsigned(body.length)]), body])]);
}

const text = (name: string): number[] => [...unsigned(name.length), ...new TextEncoder().encode(name)];
