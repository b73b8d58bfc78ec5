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

const sectionIds = { custom: 0, import: 2, memory: 5, export: 7 } as const;

/** @throws RangeError where the module does not have exactly one memory of its own and one mutable global. */
export function prepareModule(bytes: Uint8Array): PreparedModule {
  const sections = sectionsOf(bytes);
  const memory = sections.find((section) => section.id === sectionIds.memory);
  if (memory === undefined) throw new RangeError("The module defines no memory of its own");
  const cursor = new Cursor(memory.body);
  if (cursor.number() !== 1) throw new RangeError("The module must define exactly one memory");
  cursor.number(); // the flag that says whether a maximum follows
  const minimumPages = cursor.number();
  const kept = sections
    .filter((section) => section.id !== sectionIds.custom && section.id !== sectionIds.memory)
    .map((section) => {
      if (section.id === sectionIds.import) return { ...section, body: withMemoryImport(section.body, minimumPages) };
      if (section.id === sectionIds.export) return { ...section, body: withExports(section.body) };
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

function withExports(body: Uint8Array): Uint8Array {
  return withEntries(body, 2, [...text(stackPointerExport), 3, 0, ...text(tableExport), 1, 0]);
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

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const text = (name: string): number[] => [...unsigned(name.length), ...new TextEncoder().encode(name)];

/** LEB128, unsigned. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left & 127;
    left >>>= 7;
    bytes.push(left === 0 ? low : low | 128);
  } while (left !== 0);
  return bytes;
}

class Cursor {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  get atEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  /** An unsigned LEB128 number of at most 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) break;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError("The module is cut short or malformed");
  }

  take(length: number): Uint8Array {
    const part = this.#bytes.subarray(this.at, this.at + length);
    this.at += length;
    return part;
  }
}
