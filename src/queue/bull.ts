import type { Job, Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { keyPrefix, needed } from "../policy/redis/connect.ts";
import type { JobData, JobResult } from "./jobs.ts";

export type TrialQueue = Queue<JobData, JobResult, string>;
export type QueuedJob = Job<JobData, JobResult, string>;
export type JobWorker = Worker<JobData, JobResult, string>;

/** @throws EnvironmentError where the package is missing. */
export async function bull(): Promise<typeof import("bullmq")> {
  try {
    return await import("bullmq");
  } catch (error) {
    throw needed("bullmq", error);
  }
}

/** A job is begun this often at most where it fails by a worker's set-up; then it is a dead letter. */
export const mostAttempts = 3;
/** A job is given to another worker this often at most, because its own fell silent; then it is a dead letter. */
export const mostStalls = 10;

/** The jobs of one run. */
export async function openQueue(connection: Redis, run: string): Promise<TrialQueue> {
  const { Queue } = await bull();
  const queue: TrialQueue = new Queue(run, {
    connection,
    prefix: keyPrefix,
    skipMetasUpdate: false,
    streams: { events: { maxLen: 100 } },
    defaultJobOptions: { attempts: mostAttempts, removeOnComplete: false, removeOnFail: false },
  });
  // A server that went away is waited for: the connection itself says so, once.
  queue.on("error", () => {});
  return queue;
}
