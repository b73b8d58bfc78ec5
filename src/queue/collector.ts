import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import { EnvironmentError } from "../core/errors.ts";
import { beginSpending } from "../policy/redis/redis-book.ts";
import { isGrader } from "../runs/graders/schema.ts";
import { Outages } from "../runs/outages.ts";
import type { Trial } from "../runs/plan.ts";
import type { RunPlan, TrialRunner } from "../runs/run-plan.ts";
import { asked, gradedRecords, type RunnerSetup, recordFailures } from "../runs/runner.ts";
import type { Experiment } from "../runs/schema.ts";
import { Batches } from "./batches.ts";
import { openQueue, type QueuedJob, type TrialQueue } from "./bull.ts";
import { headerOf } from "./header.ts";
import { type Batch, batchOf, idOf, type JobSetup, receivedFailure, type TrialEnd, trialId } from "./jobs.ts";
import { nextWaitMs, readAtOnce, shortestWaitMs, mostJobs as usualJobs } from "./pace.ts";
import { Registry, type RunHeader, signEveryMs } from "./registry.ts";
import { resultOf } from "./results.ts";
import { runSpan } from "./spans.ts";

export interface CollectorSetup {
  readonly redis: Redis;
  /** Of the run: where its journal is. */
  readonly folder: string;
  readonly tags?: readonly string[];
  /** Jobs in Redis at a time. Default 200. */
  readonly mostJobs?: number;
  readonly onNote?: (note: string) => void;
}

/** Between two looks whether Redis still has what was queued: one that was killed may have lost the last second. */
const checkEveryMs = 5_000;
const states = ["waiting", "active", "delayed", "prioritized", "completed", "failed"] as const;

/** What ended a run before its time. */
class QueueStopped extends EnvironmentError {}

/**
 * Opens the queue of a run and gives its trials to workers. Results are graded and recorded here, each once: a job's
 * result is taken out of Redis after its records are in the journal, and records that are there already are not made
 * again. What an earlier collector of the same folder had queued is taken over.
 *
 * @throws EnvironmentError, InvalidOptionError.
 */
export async function openCollector(plan: RunPlan, setup: CollectorSetup): Promise<TrialRunner> {
  const header = headerOf(plan, setup.folder, setup.tags ?? []);
  const registry = new Registry(setup.redis);
  await forgetEarlier(header, registry, setup.redis);
  const queue = await openQueue(setup.redis, header.id);
  await registry.setState(header.id, "running");
  if (plan.experiment.limits !== undefined) await beginSpending(setup.redis, header.id, plan.spentBefore);
  await registry.add(header);
  await queue.retryJobs({ state: "failed" });
  const collector = new Collector(header, plan, queue, registry, setup);
  await collector.takeOver();
  return {
    trials: (trials, runner) => collector.trials([...trials], runner),
    sets: (sets, pending, runner) => collector.sets(sets, pending, runner),
    close: (finished) => collector.close(finished),
  };
}

/** Queues of the same folder whose experiment was another. */
async function forgetEarlier({ id }: RunHeader, registry: Registry, redis: Redis): Promise<void> {
  const stem = id.slice(0, id.lastIndexOf("-") + 1);
  for (const run of await registry.runs()) {
    if (!run.startsWith(stem) || run === id) continue;
    await registry.remove(run);
    const queue = await openQueue(redis, run);
    await queue.obliterate({ force: true });
    await queue.close();
  }
}

class Collector {
  readonly #header: RunHeader;
  readonly #plan: RunPlan;
  readonly #queue: TrialQueue;
  readonly #registry: Registry;
  readonly #setup: CollectorSetup;
  readonly #span: ReturnType<typeof runSpan>;
  readonly #jobs: JobSetup;
  /** Jobs in Redis, by their ids, with the trials that are wanted of them. */
  readonly #out = new Map<string, Batch>();
  /** Jobs of an earlier collector that no trial was found for yet. */
  readonly #found = new Map<string, QueuedJob>();
  /** Reasons of jobs that nobody will do again. */
  readonly #dead = new Map<string, { readonly trials: number; readonly reason: string }>();
  #places = 1;
  #done = 0;
  #lastSign = Number.NEGATIVE_INFINITY;
  #lastCheck = performance.now();
  #noted = false;
  /** True once the run is to end with what is in work. */
  #draining = false;
  /** Why it ends with what is in work, where that is no order. */
  #stopped: string | null = null;

  constructor(header: RunHeader, plan: RunPlan, queue: TrialQueue, registry: Registry, setup: CollectorSetup) {
    this.#header = header;
    this.#plan = plan;
    this.#queue = queue;
    this.#registry = registry;
    this.#setup = setup;
    this.#span = runSpan(header);
    this.#jobs = { experiment: header.hash, gradedByWorkers: gradedByWorkers(plan.experiment) };
  }

  /** Looks at what an earlier collector left in the queue. */
  async takeOver(): Promise<void> {
    for (const job of await this.#queue.getJobs([...states])) if (job?.id !== undefined) this.#found.set(job.id, job);
  }

  async trials(trials: readonly Trial[], runner: RunnerSetup): Promise<void> {
    const rest = this.#adopt(trials);
    const batches = new Batches(rest, this.#jobs);
    await this.#collect(runner, batches, () => batches.take(this.#places));
  }

  async sets(sets: readonly (readonly Trial[])[], pending: ReadonlySet<Trial>, runner: RunnerSetup): Promise<void> {
    const wanted = sets.filter((set) => set.some((trial) => pending.has(trial)));
    const jobs = wanted.map((set) => batchOf(set, this.#jobs, true));
    for (const job of jobs) this.#found.delete(job.id);
    const ofPending = jobs.map((job) => ({ ...job, trials: job.trials.filter((trial) => pending.has(trial)) }));
    await this.#collect(runner, new Batches([], this.#jobs), () => ofPending.shift() ?? null);
  }

  /** Trials that are in no job yet. */
  #adopt(trials: readonly Trial[]): readonly Trial[] {
    if (this.#found.size === 0) return trials;
    const jobs = new Map<string, QueuedJob>();
    for (const job of this.#found.values()) for (const trial of job.data.trials) jobs.set(trialId(trial), job);
    return trials.filter((trial) => {
      const job = jobs.get(idOf(trial));
      if (job?.id === undefined || job.data.set === true) return true;
      const known = this.#out.get(job.id);
      this.#out.set(job.id, { id: job.id, data: job.data, trials: [...(known?.trials ?? []), trial] });
      this.#found.delete(job.id);
      return false;
    });
  }

  async #collect(runner: RunnerSetup, batches: Batches, next: () => Batch | null): Promise<void> {
    const { mostJobs = usualJobs } = this.#setup;
    const outages = runner.outages ?? new Outages();
    let wait = shortestWaitMs;
    for (;;) {
      runner.signal?.throwIfAborted();
      await this.#look();
      if (this.#draining || runner.landing?.aborted) await this.#land();
      else {
        const added: Batch[] = [];
        while (this.#out.size < mostJobs) {
          const batch = next();
          if (batch === null) break;
          this.#out.set(batch.id, batch);
          added.push(batch);
        }
        await this.#add(added);
      }
      const taken = await this.#take(runner, batches, outages);
      if (this.#out.size === 0 && (batches.left === 0 || this.#draining)) break;
      wait = nextWaitMs(wait, taken);
      await pause(wait, undefined, { signal: runner.signal }).catch(() => {});
    }
    recordFailures(outages.rest(), runner);
    if (this.#stopped !== null) throw new QueueStopped(this.#stopped);
    this.#reportDead();
  }

  async #add(batches: readonly Batch[]): Promise<void> {
    if (batches.length === 0) return;
    const trace = this.#span.headers;
    await this.#queue.addBulk(
      batches.map(({ id, data }) => ({ name: "trials", data: { ...data, trace }, opts: { jobId: id } })),
    );
  }

  /** Signs of life, orders from outside, and whether Redis still has it all. */
  async #look(): Promise<void> {
    await this.#obey();
    const now = performance.now();
    if (now - this.#lastSign >= signEveryMs) {
      this.#lastSign = now;
      const { id, trials } = this.#header;
      await this.#registry.signCollector(id, { id, done: this.#done, total: trials });
      const workers = await this.#registry.workers();
      const taking = workers.filter((worker) => worker.refused[id] === undefined);
      this.#places = taking.reduce((sum, { concurrency }) => sum + concurrency, 0);
      if (taking.length === 0 && !this.#noted && this.#out.size > 0) {
        this.#noted = true;
        const why = workers.map((worker) => ` ${worker.id}: ${worker.refused[id]}`).join("");
        this.#setup.onNote?.(
          `No worker takes part in ${id} yet.${why} Start one with: ruminate worker --queue ADDRESS`,
        );
      }
    }
    if (now - this.#lastCheck >= checkEveryMs) {
      this.#lastCheck = now;
      await this.#registry.add(this.#header);
      // A job that is there is not added a second time.
      await this.#add([...this.#out.values()]);
    }
  }

  async #obey(): Promise<void> {
    const state = await this.#registry.state(this.#header.id);
    if (state === "cancelled")
      throw new QueueStopped(
        `${this.#header.id} was cancelled by \`ruminate queue cancel\`. What is finished is kept; the same command goes on.`,
      );
    if (state.startsWith("stopped: ")) this.#stopped = state.slice("stopped: ".length);
    this.#draining ||= state === "draining" || this.#stopped !== null;
  }

  /** Takes back what nobody has begun. */
  async #land(): Promise<void> {
    this.#draining = true;
    await this.#queue.drain(true);
    const there = await this.#queue.getJobs(["active", "completed", "failed"]);
    const ids = new Set(there.flatMap((job) => job?.id ?? []));
    for (const id of [...this.#out.keys()]) if (!ids.has(id)) this.#out.delete(id);
  }

  /** Records what is finished; resolves to the number of jobs. */
  async #take(runner: RunnerSetup, batches: Batches, outages: Outages): Promise<number> {
    const finished = await this.#queue.getJobs(["completed"], 0, readAtOnce - 1, true);
    for (const job of finished) {
      if (job?.id === undefined) continue;
      const batch = this.#out.get(job.id);
      if (batch !== undefined) await this.#record(job, batch, runner, batches, outages);
      this.#out.delete(job.id);
      this.#found.delete(job.id);
      await job.remove();
    }
    const failed = await this.#queue.getJobs(["failed"], 0, readAtOnce - 1, true);
    for (const job of failed) if (job?.id !== undefined) this.#bury(job.id, job.failedReason);
    return finished.length;
  }

  async #record(job: QueuedJob, batch: Batch, runner: RunnerSetup, batches: Batches, outages: Outages): Promise<void> {
    const result = resultOf(job.returnvalue);
    if (typeof result === "string") return this.#bury(batch.id, result);
    const { ends, milliseconds } = result;
    batches.took(ends.length, milliseconds);
    const byTrial = new Map(ends.map((end) => [trialId(end), end]));
    const graded = await Promise.all(
      batch.trials.map(async (trial) => ({ trial, end: await endOf(trial, byTrial.get(idOf(trial)), runner) })),
    );
    for (const { trial, end } of graded) {
      if (end === null) continue;
      this.#done++;
      if ("error" in end) recordFailures(outages.failed([{ trial, error: end.error }]), runner);
      else {
        runner.onDone(trial, end.record, end.trace);
        if (asked(end.record)) recordFailures(outages.answered(), runner);
      }
    }
  }

  /** A job that nobody will do again stays in Redis with its reason, until it is retried. */
  #bury(id: string, reason: string): void {
    const batch = this.#out.get(id);
    if (batch === undefined) return;
    this.#out.delete(id);
    this.#dead.set(id, { trials: batch.trials.length, reason });
    this.#setup.onNote?.(`${batch.trials.length} trials could not be done: ${reason}`);
  }

  /** @throws EnvironmentError where trials are left undone. */
  #reportDead(): void {
    const dead = [...this.#dead.values()];
    if (dead.length === 0) return;
    const trials = dead.reduce((sum, one) => sum + one.trials, 0);
    const reasons = [...new Set(dead.map(({ reason }) => reason))].slice(0, 3).join(" ");
    throw new EnvironmentError(
      `${trials} trials of ${this.#plan.asked.length} are left undone: ${reasons} Put that right and give the same command again: it does them.`,
    );
  }

  /** A finished run leaves nothing in Redis; of any other what is there waits for the next collector. */
  async close(finished: boolean): Promise<void> {
    const { id } = this.#header;
    this.#span.end();
    try {
      if (finished) {
        await this.#registry.remove(id);
        await this.#queue.obliterate({ force: true });
      } else await this.#registry.leaveCollector(id);
    } finally {
      await this.#queue.close();
    }
  }
}

async function endOf(trial: Trial, end: TrialEnd | undefined, runner: RunnerSetup) {
  if (end?.failure !== undefined) return { error: receivedFailure(end.failure) };
  if (end?.written === undefined) return null;
  const { written, graded } = end;
  // As many verdicts as candidates, or it is no grade of theirs.
  const known = graded?.candidates.length === written.candidates.length ? graded : undefined;
  return await gradedRecords(trial, written, runner, known);
}

/** Datasets that say so, unless something else decides than the references: a grader or a count of steps. */
function gradedByWorkers({ dataset, datasets, grade, efficiency }: Experiment): ReadonlySet<string> {
  if (efficiency !== false || isGrader(grade)) return new Set();
  const specs = datasets ?? (dataset === undefined ? [] : [dataset]);
  return new Set(specs.flatMap((spec) => ("gradedBy" in spec && spec.gradedBy === "workers" ? [spec.name] : [])));
}
