import { InvalidOptionError } from "../core/errors.ts";
import { connectRedis } from "../policy/redis/connect.ts";
import { openCollector } from "../queue/collector.ts";
import { giveOrder, type Order, queueStatus, type RunStatus } from "../queue/control.ts";
import type { WorkerSign } from "../queue/registry.ts";
import { runWorker, type WorkerSetup } from "../queue/worker.ts";
import { plainTable } from "../report/table.ts";
import type { ExperimentSetup } from "../runs/run-experiment.ts";
import { amountOf, countOf } from "./counts.ts";
import { paint, type Terminal } from "./terminal.ts";

export interface QueueFlags {
  /** An address, or true for that of the environment. */
  readonly queue?: string | boolean;
  readonly json?: boolean;
}

export interface WorkerFlags extends QueueFlags {
  readonly concurrency?: string;
  readonly tags?: string;
  readonly stalledAfter?: string;
  readonly grace?: string;
  readonly idle?: string;
  readonly metrics?: string;
}

export const addressVariable = "RUMINATE_QUEUE";

/** The address that the flags or the environment name. @throws InvalidOptionError. */
export function addressOf({ queue }: QueueFlags, { env }: Terminal): string {
  const address = typeof queue === "string" ? queue : env[addressVariable];
  if (address === undefined || address === "")
    throw new InvalidOptionError(
      "--queue",
      `must name a server, such as redis://localhost:6379, or ${addressVariable} must.`,
    );
  return address;
}

export const tagsOf = (tags: string | undefined): string[] =>
  tags === undefined ? [] : tags.split(",").flatMap((tag) => (tag.trim() === "" ? [] : [tag.trim()]));

type WorkerTools = Pick<WorkerSetup, "catalogue" | "open" | "sandbox">;

/** `ruminate worker`: takes jobs until it is stopped. */
export async function workerCommand(terminal: Terminal, flags: WorkerFlags, tools: WorkerTools): Promise<number> {
  const redis = await connectRedis(addressOf(flags, terminal));
  try {
    const done = await runWorker({
      ...tools,
      redis,
      concurrency: countOf("--concurrency", flags.concurrency),
      tags: tagsOf(flags.tags),
      stalledSeconds: amountOf("--stalled-after", flags.stalledAfter),
      graceSeconds: amountOf("--grace", flags.grace),
      idleSeconds: amountOf("--idle", flags.idle),
      metrics: flags.metrics,
      signal: terminal.signal,
      onNote: (note) => terminal.err(`${note}\n`),
    });
    terminal.out(`${done} trials done.\n`);
    return 0;
  } finally {
    redis.disconnect();
  }
}

export interface OpenedQueue {
  readonly elsewhere: NonNullable<ExperimentSetup["elsewhere"]>;
  close(): Promise<void>;
}

/** What gives the trials of a run to workers; with `tools` this process is one of them. */
export async function openRunQueue(
  terminal: Terminal,
  flags: QueueFlags & { readonly tags?: string; readonly concurrency?: string },
  folder: string,
  tools: WorkerTools | null,
): Promise<OpenedQueue> {
  const address = addressOf(flags, terminal);
  const redis = await connectRedis(address);
  const onNote = (note: string) => terminal.err(`${paint(terminal, "yellow", note)}\n`);
  const ended = new AbortController();
  let own: Promise<unknown> = Promise.resolve();
  const tags = tagsOf(flags.tags);
  if (tools !== null) {
    const connection = await connectRedis(address);
    const concurrency = countOf("--concurrency", flags.concurrency);
    own = runWorker({ ...tools, redis: connection, concurrency, tags, signal: ended.signal })
      .catch((error: unknown) => onNote((error as Error).message))
      .finally(() => connection.disconnect());
  }
  return {
    elsewhere: async (plan) => await openCollector(plan, { redis, folder, tags, onNote }),
    async close() {
      ended.abort();
      await own;
      redis.disconnect();
    },
  };
}

/** `ruminate queue status`. */
export async function queueStatusCommand(terminal: Terminal, flags: QueueFlags): Promise<number> {
  const redis = await connectRedis(addressOf(flags, terminal));
  try {
    const status = await queueStatus(redis);
    if (flags.json === true) terminal.out(`${JSON.stringify(status, null, 2)}\n`);
    else terminal.out(`${[...runLines(status.runs), "", ...workerLines(status.workers)].join("\n")}\n`);
    return 0;
  } finally {
    redis.disconnect();
  }
}

function runLines(runs: readonly RunStatus[]): string[] {
  if (runs.length === 0) return ["No run is in the queue."];
  const header = ["run", "state", "done", "jobs waiting", "in work", "to collect", "dead", "collector"];
  const rows = runs.map(({ run, state, collector, jobs }) => [
    run,
    state,
    collector === null ? "–" : `${collector.done}/${collector.total}`,
    ...[jobs.waiting, jobs.working, jobs.finished, jobs.dead].map(String),
    collector === null ? "none: results wait in Redis" : "at work",
  ]);
  const letters = runs.flatMap(({ run, letters }) =>
    letters.map(
      ({ job, trials, attempts, reason }) => `${run} ${job}: ${trials} trials, ${attempts} attempts: ${reason}`,
    ),
  );
  return [plainTable([header, ...rows]), ...(letters.length > 0 ? ["", "Dead letters", ...letters] : [])];
}

function workerLines(workers: readonly WorkerSign[]): string[] {
  if (workers.length === 0) return ["No worker is there. Start one with: ruminate worker --queue ADDRESS"];
  const header = ["worker", "version", "tags", "in work", "done"];
  const rows = workers.map(({ id, version, tags, working, concurrency, done }) => [
    id,
    version,
    tags.join(",") || "–",
    `${working} of ${concurrency}`,
    String(done),
  ]);
  const refusals = workers.flatMap(({ id, refused }) =>
    Object.entries(refused).map(([run, why]) => `${id} has no part in ${run}: ${why}`),
  );
  return [plainTable([header, ...rows]), ...refusals];
}

/** `ruminate queue pause|resume|cancel|retry|drain [RUN]`. */
export async function queueOrderCommand(
  terminal: Terminal,
  order: Order,
  run: string | undefined,
  flags: QueueFlags,
): Promise<number> {
  const redis = await connectRedis(addressOf(flags, terminal));
  try {
    const said = await giveOrder(redis, order, run);
    terminal.out(said.length === 0 ? "No run is in the queue.\n" : `${said.join("\n")}\n`);
    return 0;
  } finally {
    redis.disconnect();
  }
}
