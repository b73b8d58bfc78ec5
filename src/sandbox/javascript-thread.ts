/** The thread that runs JavaScript programs in QuickJS, one after another, each in a runtime of its own. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import { newQuickJSWASMModule, newVariant, RELEASE_SYNC } from "quickjs-emscripten";
import type { ExecutionResult, Verdict } from "../core/execution.ts";
import { failed } from "./failed.ts";
import { runJavascript } from "./javascript-interpreter.ts";
import type { JavascriptMachine } from "./javascript-machine.ts";
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

/** `programs` runs programs; `subjects` runs nothing but what those question. */
const machines: { programs: JavascriptMachine | null; subjects: JavascriptMachine | null } = {
  programs: null,
  subjects: null,
};

async function machineFor(memoryMiB: number, of: keyof typeof machines = "programs"): Promise<JavascriptMachine> {
  const known = machines[of];
  const fits = known?.memoryMiB === memoryMiB && known.quickjs.getWasmMemory().buffer.byteLength <= keptBytes;
  if (known !== null && fits) return known;
  machines[of] = null;
  (globalThis as { gc?: () => void }).gc?.();
  const made = await build(memoryMiB);
  machines[of] = made;
  return made;
}

/** A failure of the interpreter itself leaves it in an unknown state, so it is not used again. */
async function run({ id, ...work }: WorkRequest): Promise<ExecutionResult> {
  try {
    const { result, usable } = runJavascript(await machineFor(work.limits.memoryMiB), work, () => performance.now(), {
      started: () => answer({ id, started: true }),
      apart: work.subject === null ? null : await machineFor(work.limits.memoryMiB, "subjects"),
    });
    if (!usable) forget();
    return result;
  } catch (error) {
    const { programs } = machines;
    const full = (programs?.quickjs.getWasmMemory().buffer.byteLength ?? 0) > (programs?.mostBytes ?? 0) - 4 * mebibyte;
    forget();
    const reason = error instanceof Error ? error.message : String(error);
    return failed(full ? "memory" : "crashed", `The interpreter died: ${reason}`);
  }
}

function forget(): void {
  machines.programs = null;
  machines.subjects = null;
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
