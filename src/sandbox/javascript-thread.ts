/** The thread that runs JavaScript programs in QuickJS, one after another, each in a runtime of its own. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import { newQuickJSWASMModule, newVariant, RELEASE_SYNC } from "quickjs-emscripten";
import type { ExecutionResult, Verdict } from "../core/execution.ts";
import { failed } from "./failed.ts";
import { type JavascriptMachine, runJavascript } from "./javascript-interpreter.ts";
import type { WorkReply, WorkRequest } from "./protocol.ts";

const mebibyte = 1024 * 1024;
/** What the interpreter needs for itself, by the import of its memory. */
const ownMiB = 16;
/** A memory that grew beyond this is given back, with its interpreter. */
const keptBytes = 32 * mebibyte;

const answer = (reply: WorkReply) => parentPort?.postMessage(reply);
const beside = createRequire(createRequire(import.meta.url).resolve("quickjs-emscripten"));
const compiled = await WebAssembly.compile(readFileSync(beside.resolve("@jitl/quickjs-wasmfile-release-sync/wasm")));

/** QuickJS counts its memory wrongly in WebAssembly, so the limit is the maximum of the memory that it is given. */
async function build(memoryMiB: number): Promise<JavascriptMachine> {
  const wasmMemory = new WebAssembly.Memory({ initial: ownMiB * 16, maximum: (ownMiB + Math.ceil(memoryMiB)) * 16 });
  const quickjs = await newQuickJSWASMModule(newVariant(RELEASE_SYNC, { wasmModule: compiled, wasmMemory }));
  return { quickjs, memoryMiB, mostBytes: (ownMiB + Math.ceil(memoryMiB)) * mebibyte };
}

let machine: JavascriptMachine | null = null;

async function machineFor(memoryMiB: number): Promise<JavascriptMachine> {
  const fits =
    machine !== null &&
    machine.memoryMiB === memoryMiB &&
    machine.quickjs.getWasmMemory().buffer.byteLength <= keptBytes;
  if (fits && machine !== null) return machine;
  machine = null;
  (globalThis as { gc?: () => void }).gc?.();
  machine = await build(memoryMiB);
  return machine;
}

/** A failure of the interpreter itself leaves it in an unknown state, so it is not used again. */
async function run({ id, ...work }: WorkRequest): Promise<ExecutionResult> {
  try {
    const { result, usable } = runJavascript(
      await machineFor(work.limits.memoryMiB),
      work,
      () => performance.now(),
      () => answer({ id, started: true }),
    );
    if (!usable) machine = null;
    return result;
  } catch (error) {
    const full = (machine?.quickjs.getWasmMemory().buffer.byteLength ?? 0) > (machine?.mostBytes ?? 0) - 4 * mebibyte;
    machine = null;
    const reason = error instanceof Error ? error.message : String(error);
    return failed(full ? "memory" : "crashed", `The interpreter died: ${reason}`);
  }
}

/** Ends after which a cell's effects are part of its session. */
const whole: ReadonlySet<Verdict> = new Set<Verdict>(["ok", "error"]);

parentPort?.on("message", async (line: string) => {
  const request = JSON.parse(line) as WorkRequest;
  const result = await run(request);
  answer({ id: request.id, result, kept: whole.has(result.verdict) });
});
await machineFor(256);
answer({ ready: true });
