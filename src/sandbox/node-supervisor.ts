import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { failed } from "./failed.ts";
import type { ThreadMessage, WorkReply, WorkRequest } from "./protocol.ts";

/**
 * The main thread of a worker process: it hands each line of standard input to the thread that runs programs and writes
 * its answers on standard output. Being idle itself, it ends the thread of a program that passes its wall time, and the
 * process when its owner is gone.
 */
const [, , runtime = "", ...argv] = process.argv;

/** A runtime that can end a program by itself does so within this time, and then knows what the program wrote. */
const settleMs = 50;

let thread = startThread(null);
let handover: unknown = null;
let deadline: NodeJS.Timeout | undefined;
let current: WorkRequest | null = null;
let announced = false;
/** What is still to be answered when the thread is ready: the next program must not wait for its start. */
let owed: WorkReply | null = null;

const write = (reply: WorkReply) => process.stdout.write(`${JSON.stringify(reply)}\n`);

function startThread(workerData: unknown): Worker {
  const worker = new Worker(pathToFileURL(runtime), { argv, env: {}, resourceLimits: { stackSizeMb: 8 }, workerData });
  worker.on("message", (message: ThreadMessage) => {
    if (worker === thread) hear(message);
  });
  worker.on("error", end);
  worker.on("exit", () => {
    if (worker === thread) end("the thread that runs programs has ended");
  });
  return worker;
}

function hear(message: ThreadMessage): void {
  if ("ready" in message) {
    handover = message.handover ?? null;
    if (!announced) write({ ready: true });
    announced = true;
    if (owed !== null) write(owed);
    owed = null;
    return;
  }
  clearTimeout(deadline);
  if ("started" in message) deadline = setTimeout(giveUp, (current?.limits.wallMs ?? 0) + settleMs);
  else current = null;
  write(message);
}

/**
 * Ends the thread under its program and puts another one, which starts from the handover, in its place. The answer
 * waits for that one.
 */
function giveUp(): void {
  if (current === null) return;
  const { id, limits } = current;
  const late = thread;
  thread = startThread(handover);
  current = null;
  owed = { id, result: failed("timeout", `The program took longer than ${limits.wallMs} ms`) };
  void late.terminate();
}

function end(reason: unknown): void {
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  process.stderr.write(`${text}\n`, () => process.exit(70));
}

process.stdout.on("error", () => process.exit(70));
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  current = JSON.parse(line) as WorkRequest;
  deadline = setTimeout(giveUp, current.limits.wallMs * (1 + current.history.length) + settleMs);
  thread.postMessage(line);
});
lines.on("close", () => process.kill(process.pid, "SIGKILL"));
