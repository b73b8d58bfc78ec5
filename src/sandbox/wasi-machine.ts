import type { WasiHost } from "./wasi-host.ts";
import { memoryImport, meterExport, meterLimitExport, stackPointerExport, tableExport } from "./wasm-module.ts";

export const pageBytes = 65536;
const pagesPerMiB = 16;

/** An instance of the interpreter's module, with the parts of its state that its host holds. */
export interface Machine {
  readonly memory: WebAssembly.Memory;
  /** What the memory can grow to. */
  readonly memoryMiB: number;
  readonly stackPointer: WebAssembly.Global;
  readonly table: WebAssembly.Table;
  /** Counts its instructions and ends them, where the module is metered. */
  readonly meter: Meter | null;
  /** Runs the program's `main` from the beginning. */
  readonly start: () => void;
}

/** The instructions done so far, and how many may be done: both 64 bits, without a sign. */
export interface Meter {
  readonly count: WebAssembly.Global;
  readonly limit: WebAssembly.Global;
}

/** `pages` is the size that the memory begins with, in pages of 64 KiB. */
export function buildMachine(module: WebAssembly.Module, host: WasiHost, memoryMiB: number, pages: number): Machine {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: Math.floor(memoryMiB * pagesPerMiB) });
  const { exports } = new WebAssembly.Instance(module, {
    wasi_snapshot_preview1: host.imports(memory),
    [memoryImport.module]: { [memoryImport.name]: memory },
  });
  const [count, limit] = [exports[meterExport], exports[meterLimitExport]];
  const meter = count === undefined ? null : ({ count, limit } as Meter);
  host.bind({ exports }, meter?.count);
  return {
    memory,
    memoryMiB,
    stackPointer: exports[stackPointerExport] as WebAssembly.Global,
    table: exports[tableExport] as WebAssembly.Table,
    meter,
    start: exports._start as () => void,
  };
}

/** Whether the memory has nearly grown to its end. */
export const isFull = ({ memory, memoryMiB }: Machine): boolean =>
  memory.buffer.byteLength > (memoryMiB - 4) * pagesPerMiB * pageBytes;
