import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { WorkReply } from "./protocol.ts";

/**
 * The main thread of a worker process: it hands each line of standard input to the thread that runs programs and writes its answers on
 * standard output. Being idle itself, it notices when its owner is gone, even while a program loops for ever, and ends the process.
 */
const [, , runtime = ""] = process.argv;
const thread = new Worker(pathToFileURL(runtime), { env: {}, resourceLimits: { stackSizeMb: 8 } });

const end = (reason: unknown) => {
  process.stderr.write(`${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}\n`, () =>
    process.exit(70),
  );
};

thread.on("message", (reply: WorkReply) => {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
});
thread.on("error", end);
thread.on("exit", () => end("the thread that runs programs has ended"));
process.stdout.on("error", () => process.exit(70));

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => thread.postMessage(line));
lines.on("close", () => process.kill(process.pid, "SIGKILL"));
