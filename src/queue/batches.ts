import type { Trial } from "../runs/plan.ts";
import { type Batch, batchOf, type JobSetup, longestJob, sizeOf } from "./jobs.ts";

/** How long a job should take: short against a lost worker, long against what the queue costs. */
const jobMs = 2_000;
const mostTrials = 500;

/**
 * Trials as jobs, made when they are asked for. The arms of one problem and seed stay together: they share samples. A
 * job has more of such groups the shorter trials turn out to be.
 */
export class Batches {
  readonly #setup: JobSetup;
  readonly #trials: readonly Trial[];
  #next = 0;
  /** Of a trial; null until the first job is done. */
  #meanMs: number | null = null;

  constructor(trials: readonly Trial[], setup: JobSetup) {
    this.#trials = trials;
    this.#setup = setup;
  }

  get left(): number {
    return this.#trials.length - this.#next;
  }

  /** So many trials took a worker so long. */
  took(trials: number, milliseconds: number): void {
    const mean = milliseconds / Math.max(1, trials);
    this.#meanMs = this.#meanMs === null ? mean : 0.8 * this.#meanMs + 0.2 * mean;
  }

  /** The next job; `workers`: trials that all workers have in work at a time. */
  take(workers: number): Batch | null {
    if (this.left === 0) return null;
    // Towards the end jobs get smaller, so that no worker waits long for another.
    const share = Math.ceil(this.left / (4 * Math.max(1, workers)));
    const wanted = this.#meanMs === null ? 1 : Math.ceil(jobMs / Math.max(this.#meanMs, 0.01));
    const batch = this.#cut(Math.min(wanted, share, mostTrials));
    this.#next += batch.trials.length;
    return batch;
  }

  #cut(wanted: number): Batch {
    let end = this.#next;
    do end = this.#groupEnd(end);
    while (end < this.#trials.length && end - this.#next < wanted);
    for (;;) {
      const batch = batchOf(this.#trials.slice(this.#next, end), this.#setup, false);
      if (batch.trials.length === 1 || sizeOf(batch) <= longestJob) return batch;
      end = this.#next + Math.ceil(batch.trials.length / 2);
    }
  }

  #groupEnd(from: number): number {
    const first = this.#trials[from];
    let end = from;
    for (let trial = first; trial?.problem === first?.problem && trial?.seed === first?.seed && trial !== undefined; )
      trial = this.#trials[++end];
    return Math.min(end, from + mostTrials);
  }
}
