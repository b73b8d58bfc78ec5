import type { Command } from "commander";
import type { Order } from "../../queue/control.ts";
import type { QueueFlags, WorkerFlags } from "../queue.ts";
import type { CommandContext } from "./context.ts";

const address = "--queue <address>";
const described = "redis://[USER:PASSWORD@]HOST[:PORT], rediss:// for TLS; default: RUMINATE_QUEUE of the environment";

const workerExamples = `
Examples:
  ruminate worker --queue redis://localhost:6379
  ruminate worker --queue redis://localhost:6379 --concurrency 8 --tags gpu,big
  ruminate --plugin ./mine.ts worker --queue redis://localhost:6379 --idle 60`;

/** `ruminate worker`. */
export function addWorker(program: Command, context: CommandContext): void {
  program
    .command("worker")
    .description("solve trials of experiments that run with --queue, until it is stopped")
    .option(address, described)
    .option("--concurrency <n>", "trials in work at a time (default: as many as the models serve at once)")
    .option("--tags <tags>", "what this worker has, separated by commas: runs may ask for it")
    .option("--stalled-after <seconds>", "silence after which its jobs go to another worker (default 30)")
    .option(
      "--grace <seconds>",
      "when stopped, how long what is in work may take before it is handed back (default 20)",
    )
    .option("--idle <seconds>", "end after so long without a job (default: wait)")
    .option("--metrics <address>", "serve figures for Prometheus: a port of this machine, or HOST:PORT")
    .addHelpText("after", workerExamples)
    .action(async (flags: WorkerFlags) => {
      const { terminal, done, withTools } = context;
      const catalogue = await context.catalogue();
      const { workerCommand } = await import("../queue.ts");
      await withTools(true, async (tools) => {
        done(await workerCommand(terminal, flags, { catalogue, sandbox: tools.sandbox(), open: tools.open }));
      });
    });
}

const orders: readonly (readonly [Order, string])[] = [
  ["pause", "begin nothing new; what is in work is finished"],
  ["resume", "go on after a pause"],
  ["cancel", "drop what is queued and in work; what is finished is kept"],
  ["retry", "queue dead letters again"],
  ["drain", "queue nothing new and end the run with what is in work"],
];

/** `ruminate queue status|pause|resume|cancel|retry|drain`. */
export function addQueue(program: Command, { terminal, done }: CommandContext): void {
  const queue = program.command("queue").description("what is queued, and who works on it");
  queue
    .command("status")
    .description("runs, jobs, dead letters with their reasons, and workers")
    .option(address, described)
    .option("--json", "as JSON")
    .action(async (flags: QueueFlags) => {
      const { queueStatusCommand } = await import("../queue.ts");
      done(await queueStatusCommand(terminal, flags));
    });
  for (const [order, what] of orders) {
    queue
      .command(order)
      .description(what)
      .argument("[run]", "as `queue status` names it; default: all")
      .option(address, described)
      .action(async (run: string | undefined, flags: QueueFlags) => {
        const { queueOrderCommand } = await import("../queue.ts");
        done(await queueOrderCommand(terminal, order, run, flags));
      });
  }
}
