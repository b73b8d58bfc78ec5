import { tail } from "./protocol.ts";
import { wasiHarness } from "./wasi-harness.ts";
import { Started, startOutputBytes, WasiHost } from "./wasi-host.ts";
import { buildMachine } from "./wasi-machine.ts";
import type { PreparedModule } from "./wasm-module.ts";

/**
 * Where to enter the started interpreter: the function to call, the table index that calls Python functions, the empty
 * tuple.
 */
export interface Entry {
  readonly serve: number;
  readonly call: number;
  readonly noArguments: number;
}

/** A started interpreter as a value: what another thread needs to go on from here without starting Python again. */
export interface StartedPython {
  readonly module: WebAssembly.Module;
  readonly memory: SharedArrayBuffer;
  readonly stackPointer: number;
  readonly entry: Entry;
}

const startMemoryMiB = 256;

/** Starts Python and leaves it where it asks for the time; see the harness. Takes some hundred milliseconds. */
export function startPython(module: WebAssembly.Module, { minimumPages }: PreparedModule): StartedPython {
  const host = new WasiHost(["python", "-I", "-S", "-B", "-u", "-c", wasiHarness], true);
  const machine = buildMachine(module, host, startMemoryMiB, minimumPages);
  host.prepare(new Uint8Array(), startOutputBytes);
  try {
    machine.start();
  } catch (error) {
    if (!(error instanceof Started)) throw error;
  }
  const { stdout, stderr } = host.takeOutput();
  const [serve, functionType, noArguments] = stdout.trim().split(" ").map(Number);
  if (serve === undefined || functionType === undefined || noArguments === undefined) {
    throw new Error(`Python did not start: ${tail(stderr)}`);
  }
  // `tp_call` is the seventeenth word of a type object (CPython 3.12, 32 bit).
  const call = new DataView(machine.memory.buffer).getUint32(functionType + 64, true);
  const memory = new SharedArrayBuffer(machine.memory.buffer.byteLength);
  new Uint8Array(memory).set(new Uint8Array(machine.memory.buffer));
  return { module, memory, stackPointer: machine.stackPointer.value, entry: { serve, call, noArguments } };
}
