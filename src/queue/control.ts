import type { Redis } from "ioredis";
import { UnknownNameError } from "../core/errors.ts";
import { openQueue, type TrialQueue } from "./bull.ts";
import { type CollectorSign, Registry, type RunState, type WorkerSign } from "./registry.ts";

/** A job that nobody will do again, unless it is retried. */
export interface DeadLetter {
  readonly job: string;
  readonly trials: number;
  readonly attempts: number;
  readonly reason: string;
}

export interface RunStatus {
  readonly run: string;
  readonly state: RunState | "paused";
  readonly tags: readonly string[];
  /** Null where no collector is at work: results then wait in Redis. */
  readonly collector: CollectorSign | null;
  /** Jobs by what became of them. */
  readonly jobs: {
    readonly waiting: number;
    readonly working: number;
    readonly finished: number;
    readonly dead: number;
  };
  readonly letters: readonly DeadLetter[];
}

export interface QueueStatus {
  readonly runs: readonly RunStatus[];
  readonly workers: readonly WorkerSign[];
}

/** Dead letters that are shown of a run. */
const lettersShown = 20;

export async function queueStatus(redis: Redis): Promise<QueueStatus> {
  const registry = new Registry(redis);
  const runs = await Promise.all((await registry.runs()).map((run) => statusOf(run, registry, redis)));
  return { runs, workers: await registry.workers() };
}

async function statusOf(run: string, registry: Registry, redis: Redis): Promise<RunStatus> {
  return await withQueue(redis, run, async (queue) => {
    const counts = await queue.getJobCounts("wait", "prioritized", "delayed", "active", "completed", "failed");
    const { wait = 0, prioritized = 0, delayed = 0, active = 0, completed = 0, failed = 0 } = counts;
    const dead = await queue.getJobs(["failed"], 0, lettersShown - 1, true);
    const state = await registry.state(run);
    return {
      run,
      state: state === "running" && (await queue.isPaused()) ? "paused" : state,
      tags: (await registry.header(run))?.tags ?? [],
      collector: await registry.collector(run),
      jobs: { waiting: wait + prioritized + delayed, working: active, finished: completed, dead: failed },
      letters: dead.flatMap((job) => {
        if (job?.id === undefined) return [];
        const { id, data, attemptsMade, failedReason } = job;
        return [{ job: id, trials: data.trials.length, attempts: attemptsMade, reason: failedReason }];
      }),
    };
  });
}

/** What can be asked of a run from outside. */
export const orders = ["pause", "resume", "cancel", "retry", "drain"] as const;
export type Order = (typeof orders)[number];

/**
 * Gives an order to a run, or to all of them; resolves to what was done, a sentence each.
 * @throws UnknownNameError for a run that is not there.
 */
export async function giveOrder(redis: Redis, order: Order, run: string | undefined): Promise<string[]> {
  const registry = new Registry(redis);
  const runs = await registry.runs();
  if (run !== undefined && !runs.includes(run)) throw new UnknownNameError("run in the queue", run, runs);
  const said: string[] = [];
  for (const one of run === undefined ? runs : [run])
    said.push(`${one}: ${await withQueue(redis, one, (queue) => obey(order, one, queue, registry))}`);
  return said;
}

async function obey(order: Order, run: string, queue: TrialQueue, registry: Registry): Promise<string> {
  switch (order) {
    case "pause":
      await queue.pause();
      return "paused. What is in work is finished; `ruminate queue resume` goes on.";
    case "resume":
      await queue.resume();
      await registry.setState(run, "running");
      return "goes on.";
    case "retry": {
      const { failed = 0 } = await queue.getJobCounts("failed");
      await queue.retryJobs({ state: "failed" });
      return failed === 0 ? "there is no dead letter." : `${failed} dead letters are queued again.`;
    }
    case "drain":
      await registry.setState(run, "draining");
      return "nothing new is queued; the run ends with what is in work.";
    case "cancel":
      return await cancel(run, queue, registry);
  }
}

/** With a collector at work it is the one to end the run; else nobody will, and all is taken out of Redis. */
async function cancel(run: string, queue: TrialQueue, registry: Registry): Promise<string> {
  if ((await registry.collector(run)) !== null) {
    await registry.setState(run, "cancelled");
    await queue.drain(true);
    return "cancelled. What is finished is kept in the run's folder.";
  }
  await registry.remove(run);
  await queue.obliterate({ force: true });
  return "cancelled. No collector was at work: the same `experiment run --queue` goes on from its folder.";
}

async function withQueue<T>(redis: Redis, run: string, work: (queue: TrialQueue) => Promise<T>): Promise<T> {
  const queue = await openQueue(redis, run);
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}
