import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import PQueue from "p-queue";
import type { Catalogue } from "../core/catalogue.ts";
import { EnvironmentError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import { RunBudgetError } from "../policy/rates/limits.ts";
import { keyPrefix } from "../policy/redis/connect.ts";
import { redisBooks } from "../policy/redis/redis-book.ts";
import { type OpenModel, openArms, solvingOf } from "../runs/opened-arms.ts";
import { armsOf } from "../runs/plan.ts";
import type { SolvingSetup } from "../runs/runner.ts";
import { experimentSchema } from "../runs/schema.ts";
import { packageVersion } from "../runs/versions.ts";
import { bull, type JobWorker, mostStalls, type QueuedJob } from "./bull.ts";
import { serveFigures, WorkerFigures } from "./figures.ts";
import { refusalOf, refusalOfArms } from "./header.ts";
import { type JobResult, longestResult } from "./jobs.ts";
import { Registry, type RunHeader, signEveryMs } from "./registry.ts";
import { solveJob } from "./solving.ts";

export interface WorkerSetup {
  readonly redis: Redis;
  readonly catalogue: Catalogue;
  readonly open: OpenModel;
  readonly sandbox: Sandbox | null;
  /** Trials in work at a time; default: as many as the models of a run serve at once. */
  readonly concurrency?: number;
  readonly tags?: readonly string[];
  /** Seconds without a sign of life after which a job of this worker is given to another. Default 30. */
  readonly stalledSeconds?: number;
  /** Seconds that what is in work may take when the worker is stopped, before it is handed back. Default 20. */
  readonly graceSeconds?: number;
  /** Seconds without any job after which the worker ends; default: it waits. */
  readonly idleSeconds?: number;
  /** Stops it: what is in work is finished or handed back. */
  readonly signal: AbortSignal;
  readonly onNote?: (note: string) => void;
  /** Serves figures for Prometheus at "HOST:PORT", or at a port of this machine alone. */
  readonly metrics?: string;
}

/** The jobs of one run, as this worker takes them. */
interface Taken {
  readonly worker: JobWorker;
  /** Fired to hand back what is in work. */
  readonly stop: AbortController;
  /** True once the run was stopped: it is looked at again when it goes on. */
  paused: boolean;
}

const lookEveryMs = 500;

/** Takes jobs of all runs that fit, until it is stopped. Resolves to the number of trials that it did. */
export async function runWorker(setup: WorkerSetup): Promise<number> {
  const worker = new TrialWorker(setup);
  const served = setup.metrics === undefined ? null : await serveFigures(setup.metrics, worker.figures);
  if (served !== null) setup.onNote?.(`Figures for Prometheus are at ${served.url}.`);
  try {
    return await worker.work();
  } finally {
    await worker.close();
    await served?.close();
  }
}

class TrialWorker {
  readonly #setup: WorkerSetup;
  readonly figures = new WorkerFigures(() => ({ working: this.#room.pending, concurrency: this.#room.concurrency }));
  readonly #id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 4)}`;
  readonly #registry: Registry;
  readonly #taken = new Map<string, Taken>();
  readonly #refused = new Map<string, string>();
  /** Models are opened for one run at a time; a run is looked at once. */
  readonly #seen = new Set<string>();
  readonly #room: PQueue;
  readonly #troubles = new Set<string>();
  #done = 0;
  #lastJob = performance.now();
  #lastSign = Number.NEGATIVE_INFINITY;

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
    this.#registry = new Registry(setup.redis);
    this.#room = new PQueue({ concurrency: setup.concurrency ?? 1 });
  }

  async work(): Promise<number> {
    const { signal, idleSeconds } = this.#setup;
    while (!signal.aborted) {
      await this.#look();
      await this.#sign();
      if (this.#busy) this.#lastJob = performance.now();
      if (idleSeconds !== undefined && performance.now() - this.#lastJob > idleSeconds * 1000) break;
      await pause(lookEveryMs, undefined, { signal }).catch(() => {});
    }
    return this.#done;
  }

  get #busy(): boolean {
    return this.#room.pending + this.#room.size > 0;
  }

  /** Takes up runs that are new and lets go of those that are gone. */
  async #look(): Promise<void> {
    const runs = await this.#registry.runs();
    for (const run of runs) {
      const state = await this.#registry.state(run);
      const taken = this.#taken.get(run);
      if (state.startsWith("stopped: ")) this.#pause(run);
      else if (state === "cancelled" || taken?.paused === true) {
        await this.#drop(run, new Error("the run was stopped"));
        this.#seen.delete(run);
      } else if (!this.#seen.has(run)) await this.#consider(run);
    }
    for (const run of [...this.#seen]) {
      if (runs.includes(run)) continue;
      await this.#drop(run, new Error("the run is over"));
      this.#seen.delete(run);
      this.#refused.delete(run);
    }
  }

  async #consider(run: string): Promise<void> {
    const header = await this.#registry.header(run);
    if (header === null) return;
    this.#seen.add(run);
    const { tags = [] } = this.#setup;
    const lacking = header.tags.filter((tag) => !tags.includes(tag));
    if (lacking.length > 0) return this.#refuse(run, `it asks for a worker with --tags ${lacking.join(",")}.`);
    const refusal = refusalOf(header, this.#setup.catalogue);
    if (refusal !== null) return this.#refuse(run, refusal);
    try {
      await this.#take(header);
    } catch (error) {
      this.#refuse(run, `it cannot be set up here: ${(error as Error).message}`);
    }
  }

  /** Each once: a server that went away says the same many times. */
  #trouble(message: string): void {
    if (this.#troubles.has(message)) return;
    this.#troubles.add(message);
    this.#setup.onNote?.(message);
  }

  #refuse(run: string, why: string): void {
    this.#refused.set(run, why);
    this.#setup.onNote?.(`No part in ${run}: ${why}`);
    this.#lastSign = Number.NEGATIVE_INFINITY;
  }

  async #take(header: RunHeader): Promise<void> {
    const { catalogue, open, sandbox, redis, concurrency, stalledSeconds = 30 } = this.#setup;
    const experiment = experimentSchema.parse(JSON.parse(header.experiment));
    const arms = armsOf(experiment, catalogue);
    const rates = experiment.limits && redisBooks(redis, header.id, experiment.limits);
    const opened = await openArms(experiment, arms, { open, rates });
    const refusal = refusalOfArms(header, opened);
    if (refusal !== null) return this.#refuse(header.id, refusal);
    const parallel = [...opened.opened.values()].map(({ policy }) => policy.capabilities.parallel);
    const places = concurrency ?? Math.max(1, ...parallel);
    this.#room.concurrency = Math.max(this.#room.concurrency, places);
    const stop = new AbortController();
    const setup = solvingOf(opened, { sandbox });
    const byLabel = new Map(arms.map((arm) => [arm.label, arm]));
    const { Worker } = await bull();
    const worker: JobWorker = new Worker(
      header.id,
      async (job, token, signal) => {
        const stops = signal === undefined ? [stop.signal] : [stop.signal, signal as AbortSignal];
        return await this.#solve(job, token, header, { arms: byLabel, setup, signal: AbortSignal.any(stops) });
      },
      {
        connection: redis,
        prefix: keyPrefix,
        name: this.#id,
        concurrency: places,
        lockDuration: stalledSeconds * 1000,
        stalledInterval: (stalledSeconds * 1000) / 2,
        maxStalledCount: mostStalls,
        drainDelay: 1,
        runRetryDelay: 1000,
      },
    );
    worker.on("error", ({ message }) => this.#trouble(message));
    // Not before: a result that comes too late is refused.
    worker.on("completed", (_, { ends, milliseconds }) => {
      this.#done += ends.length;
      this.figures.done(header.id, milliseconds, ends);
    });
    worker.on("failed", () => this.figures.failed(header.id));
    // Another worker has the job by now: what is in work here would be refused.
    worker.on("lockRenewalFailed", (jobs) => {
      for (const job of jobs) worker.cancelJob(job, "another worker has taken the job");
    });
    this.#taken.set(header.id, { worker, stop, paused: false });
    this.#lastJob = performance.now();
    this.#setup.onNote?.(`Taking part in ${header.id} (${header.trials} trials), ${places} at a time.`);
  }

  async #solve(
    job: QueuedJob,
    token: string | undefined,
    { id, hash }: RunHeader,
    solving: {
      readonly arms: Parameters<typeof solveJob>[1]["arms"];
      readonly setup: SolvingSetup;
      readonly signal: AbortSignal;
    },
  ): Promise<JobResult> {
    const { UnrecoverableError, WaitingError } = await bull();
    const began = performance.now();
    this.#lastJob = began;
    try {
      if (job.data.experiment !== hash)
        throw new UnrecoverableError(`The job is of the experiment ${job.data.experiment}, and the run is of ${hash}.`);
      const slots = <T>(work: () => Promise<T>) => this.#room.add(work) as Promise<T>;
      const ends = await solveJob(job.data, { ...solving, slots });
      const result = { worker: this.#id, milliseconds: Math.round(performance.now() - began), ends };
      const { length } = JSON.stringify(result);
      if (length > longestResult)
        throw new UnrecoverableError(`What it gave back has ${length} characters; at most ${longestResult} travel.`);
      return result;
    } catch (error) {
      if (solving.signal.aborted) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      if (error instanceof RunBudgetError) {
        await this.#registry.setState(id, `stopped: ${error.message}`);
        this.#pause(id);
        await job.moveToWait(token);
        throw new WaitingError();
      }
      if (error instanceof EnvironmentError) {
        this.#refuse(id, error.message);
        void this.#taken.get(id)?.worker.pause(true);
      }
      throw error;
    }
  }

  async #sign(): Promise<void> {
    if (performance.now() - this.#lastSign < signEveryMs) return;
    this.#lastSign = performance.now();
    await this.#registry.signWorker({
      id: this.#id,
      version: packageVersion(),
      tags: this.#setup.tags ?? [],
      concurrency: this.#room.concurrency,
      working: this.#room.pending,
      done: this.#done,
      refused: Object.fromEntries(this.#refused),
    });
  }

  /** Takes nothing new of a run; what is in work goes on. */
  #pause(run: string): void {
    const taken = this.#taken.get(run);
    if (taken === undefined || taken.paused) return;
    taken.paused = true;
    void taken.worker.pause(true);
  }

  /** Ends the part in a run at once: what is in work goes back to the queue, if that is still there. */
  async #drop(run: string, why: Error): Promise<void> {
    const taken = this.#taken.get(run);
    if (taken === undefined) return;
    this.#taken.delete(run);
    taken.stop.abort(why);
    await taken.worker.close();
  }

  /** What is in work is finished, or handed back where that takes too long. */
  async close(): Promise<void> {
    const { graceSeconds = 20 } = this.#setup;
    const stopped = new Error("the worker was stopped");
    const timer = setTimeout(() => {
      for (const { stop } of this.#taken.values()) stop.abort(stopped);
    }, graceSeconds * 1000);
    try {
      if (this.#busy) this.#setup.onNote?.(`Finishing what is in work (at most ${graceSeconds} s).`);
      await Promise.allSettled([...this.#taken.values()].map(({ worker }) => worker.close()));
    } finally {
      clearTimeout(timer);
    }
    await this.#registry.leaveWorker(this.#id);
  }
}
