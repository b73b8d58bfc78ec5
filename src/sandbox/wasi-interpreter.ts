import type { ExecutionResult } from "../core/execution.ts";
import { tail, type WorkRequest } from "./protocol.ts";
import { wasiHarness } from "./wasi-harness.ts";
import { Exited, OutputLimitReached, Started, startOutputBytes, WasiHost } from "./wasi-host.ts";
import { memoryImport, type PreparedModule, stackPointerExport, tableExport } from "./wasm-module.ts";

const pageBytes = 65536;
const pagesPerMiB = 16;
/** A memory that grew beyond this is given back instead of being cleared for the next program. */
const keptBytes = 96 * 1024 * 1024;

/** Everything an interpreter is, between two entries: its memory and its stack pointer. */
export interface Picture {
  readonly memory: Uint8Array;
  readonly stackPointer: number;
}

interface Entry {
  readonly serve: number;
  readonly call: number;
  readonly noArguments: number;
}

interface Machine {
  readonly memory: WebAssembly.Memory;
  readonly memoryMiB: number;
  readonly stackPointer: WebAssembly.Global;
  readonly table: WebAssembly.Table;
}

type Report = Pick<ExecutionResult, "verdict" | "value" | "error">;

/** A picture takes this many MiB; a program needs some more to live. */
export const leastMemoryMiB = 48;

/**
 * CPython in WebAssembly, started once and then entered again and again. Each program begins from a picture of the memory taken right
 * after the start, so it gets an interpreter that no other program has touched for the price of one copy of that memory.
 */
export class WasiInterpreter {
  readonly #module: WebAssembly.Module;
  readonly #minimumPages: number;
  readonly #host = new WasiHost(["python", "-I", "-S", "-B", "-u", "-c", wasiHarness]);
  readonly #entry: Entry;
  readonly fresh: Picture;
  #machine: Machine;

  constructor(module: WebAssembly.Module, prepared: Pick<PreparedModule, "minimumPages">, memoryMiB: number) {
    this.#module = module;
    this.#minimumPages = prepared.minimumPages;
    this.#machine = this.#build(memoryMiB, this.#minimumPages);
    const [serve = 0, functionType = 0, noArguments = 0] = this.#start();
    // `tp_call` is the seventeenth word of a type object (CPython 3.12, 32 bit).
    const call = new DataView(this.#machine.memory.buffer).getUint32(functionType + 64, true);
    this.#entry = { serve, call, noArguments };
    this.fresh = this.picture();
  }

  /** A copy of the interpreter as it stands. */
  picture(): Picture {
    return {
      memory: new Uint8Array(this.#machine.memory.buffer).slice(),
      stackPointer: this.#machine.stackPointer.value,
    };
  }

  /** Puts the interpreter back to `picture`, in a memory that can grow to `memoryMiB`. */
  restore(picture: Picture, memoryMiB: number): void {
    const current = this.#machine;
    const length = current.memory.buffer.byteLength;
    if (current.memoryMiB !== memoryMiB || length < picture.memory.length || length > keptBytes) {
      this.#machine = this.#build(memoryMiB, picture.memory.length / pageBytes);
      if (length > keptBytes) (globalThis as { gc?: () => void }).gc?.();
    }
    const bytes = new Uint8Array(this.#machine.memory.buffer);
    bytes.set(picture.memory);
    bytes.fill(0, picture.memory.length);
    this.#machine.stackPointer.value = picture.stackPointer;
  }

  /** Runs one program, or one cell of a session when `fresh` is false, on the interpreter as it stands. */
  run(request: Pick<WorkRequest, "source" | "result" | "stdin" | "limits">, fresh: boolean): ExecutionResult {
    const body = Buffer.from(JSON.stringify({ source: request.source, result: request.result, fresh }));
    this.#host.prepare(
      Buffer.concat([Buffer.from(`${body.length}\n`), body, Buffer.from(request.stdin)]),
      request.limits.outputBytes,
    );
    const report = this.#enter();
    const { stdout, stderr } = this.#host.takeOutput();
    if ((report.value?.length ?? 0) > request.limits.outputBytes) {
      return { verdict: "output-limit", value: null, stdout, error: "The value is longer than the output limit" };
    }
    return { ...report, stdout, error: tail(report.error === "" ? stderr : report.error) };
  }

  #enter(): Report {
    const { serve, call, noArguments } = this.#entry;
    try {
      const enter = this.#machine.table.get(call) as (callable: number, args: number, keywords: number) => number;
      const report = this.#bytesAt(enter(serve, noArguments, 0));
      return report === null ? this.#died("no report") : this.#read(JSON.parse(report) as Report);
    } catch (error) {
      if (error instanceof OutputLimitReached) {
        return { verdict: "output-limit", value: null, error: "The program wrote more than it may" };
      }
      if (error instanceof Exited) return exitReport(error.status);
      return this.#died(error instanceof Error ? error.message : String(error));
    }
  }

  /** Where memory runs out at an unlucky place (a new frame), CPython reports a SystemError without a cause. */
  #read(report: Report): Report {
    const ranOut = report.verdict === "error" && report.error.includes("SystemError: ") && this.#full();
    return ranOut ? { ...report, verdict: "memory" } : report;
  }

  /** The interpreter failed as a whole; when its memory was nearly full, that is why. */
  #died(message: string): Report {
    return { verdict: this.#full() ? "memory" : "crashed", value: null, error: `The interpreter died: ${message}` };
  }

  #full(): boolean {
    const { memory, memoryMiB } = this.#machine;
    return memory.buffer.byteLength > (memoryMiB - 4) * pagesPerMiB * pageBytes;
  }

  /** The text of a Python bytes object: its length is its third word, its bytes begin after the fourth. Null for a null pointer. */
  #bytesAt(address: number): string | null {
    if (address === 0) return null;
    const { buffer } = this.#machine.memory;
    return Buffer.from(buffer, address + 16, new DataView(buffer).getUint32(address + 8, true)).toString("utf8");
  }

  #start(): number[] {
    const instance = this.#host;
    instance.prepare(new Uint8Array(), startOutputBytes);
    try {
      this.#startFunction();
    } catch (error) {
      if (!(error instanceof Started)) throw error;
    }
    const { stdout, stderr } = instance.takeOutput();
    instance.starting = false;
    const addresses = stdout.trim().split(" ").map(Number);
    if (addresses.length !== 3) throw new Error(`The interpreter did not start: ${tail(stderr)}`);
    return addresses;
  }

  #startFunction: () => void = () => {};

  #build(memoryMiB: number, pages: number): Machine {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: memoryMiB * pagesPerMiB });
    const instance = new WebAssembly.Instance(this.#module, {
      wasi_snapshot_preview1: this.#host.imports(memory),
      [memoryImport.module]: { [memoryImport.name]: memory },
    });
    this.#host.bind(instance);
    this.#startFunction = instance.exports._start as () => void;
    return {
      memory,
      memoryMiB,
      stackPointer: instance.exports[stackPointerExport] as WebAssembly.Global,
      table: instance.exports[tableExport] as WebAssembly.Table,
    };
  }
}

const exitReport = (status: number): Report =>
  status === 0
    ? { verdict: "ok", value: null, error: "" }
    : { verdict: "error", value: null, error: `The program ended the process with status ${status}` };
