import { Random } from "../src/core/random.ts";
import { Batches } from "../src/queue/batches.ts";
import { mostJobs, nextWaitMs, readAtOnce, shortestWaitMs } from "../src/queue/pace.ts";
import type { Arm, Trial } from "../src/runs/plan.ts";

/** What the queue itself takes, generously: measured by `npm run bench queue` on one machine. */
const collectorMs = { job: 1, trial: 0.1 };
const fetchMs = 5;

interface ScaleCase {
  readonly label: string;
  readonly trials: number;
  readonly workers: number;
  readonly msOf: (random: Random) => number;
}

const trials = Number(process.env.TRIALS ?? 1_000_000);
const cases: readonly ScaleCase[] = [
  { label: "trials of 5 s ± 3 s", trials, workers: 100, msOf: (random) => 2000 + 6000 * random.uniform() },
  { label: "trials of 1 ms", trials, workers: 100, msOf: () => 1 },
];

/** Two arms of each problem, as a run plans them. */
function plannedTrials(count: number): Trial[] {
  const arms = ["one", "other"].map((label) => ({ label }) as Arm);
  return Array.from({ length: count / 2 }, (_, i) => {
    const problem = { question: { id: `p${i}`, text: "…", kind: "math" } } as Trial["problem"];
    const of = (arm: Arm, a: number): Trial => ({
      arm,
      problem,
      dataset: "d",
      seed: 1,
      ordinal: 2 * i + a,
      key: `${i}`,
    });
    return arms.map(of);
  }).flat();
}

interface Job {
  readonly trials: number;
  readonly ms: number;
}

/** Earliest first. */
class Heap {
  readonly #at: number[] = [];
  readonly #jobs: Job[] = [];

  get next(): number {
    return this.#at[0] ?? Number.POSITIVE_INFINITY;
  }

  push(at: number, job: Job): void {
    let i = this.#at.length;
    this.#at.push(at);
    this.#jobs.push(job);
    for (let up = (i - 1) >> 1; i > 0 && (this.#at[up] as number) > at; i = up, up = (i - 1) >> 1) this.#swap(i, up);
  }

  pop(): Job {
    const [top, last] = [this.#jobs[0] as Job, this.#at.length - 1];
    this.#swap(0, last);
    this.#at.pop();
    this.#jobs.pop();
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < last && (this.#at[child] as number) < (this.#at[least] as number)) least = child;
      if (least === i) return top;
      this.#swap(i, least);
      i = least;
    }
  }

  #swap(i: number, j: number): void {
    [this.#at[i], this.#at[j]] = [this.#at[j] as number, this.#at[i] as number];
    [this.#jobs[i], this.#jobs[j]] = [this.#jobs[j] as Job, this.#jobs[i] as Job];
  }
}

/**
 * A run of so many trials and workers in virtual time: the collector's own batches, its own pace and limit of jobs;
 * workers and the time that things take are simulated. Which places are in use, and how much is in Redis at a time.
 */
export function simulate({ trials, workers, msOf }: ScaleCase) {
  const random = new Random("queue-scale");
  const batches = new Batches(plannedTrials(trials), { experiment: "x", gradedByWorkers: new Set() });
  const working = new Heap();
  const [waiting, done]: [Job[], Job[]] = [[], []];
  let [now, out, free, busyMs, wait, mostOut, longest] = [0, 0, workers, 0, shortestWaitMs, 0, 0];
  const start = (at: number) => {
    for (; free > 0 && waiting.length > 0; free--)
      working.push(at + fetchMs + (waiting[0] as Job).ms, waiting.shift() as Job);
  };
  while (batches.left > 0 || out > 0) {
    for (; out < mostJobs && batches.left > 0; out++) {
      const batch = batches.take(workers);
      if (batch === null) break;
      longest = Math.max(longest, JSON.stringify(batch.data).length);
      const ms = batch.trials.reduce((sum) => sum + msOf(random), 0);
      busyMs += ms;
      waiting.push({ trials: batch.trials.length, ms });
    }
    mostOut = Math.max(mostOut, out);
    start(now);
    const taken = done.splice(0, readAtOnce);
    for (const { trials: of, ms } of taken) batches.took(of, ms);
    out -= taken.length;
    wait = nextWaitMs(wait, taken.length);
    now += wait + taken.reduce((sum, job) => sum + collectorMs.job + collectorMs.trial * job.trials, 0);
    while (working.next <= now) {
      // A worker takes its next job when its last one is done, not when the collector looks.
      const at = working.next;
      done.push(working.pop());
      free++;
      start(at);
    }
  }
  return {
    seconds: now / 1000,
    inUse: busyMs / (workers * now),
    mostOut,
    longest,
    idealSeconds: busyMs / workers / 1000,
  };
}

export function queueScaleBench() {
  return cases.flatMap((one) => {
    const { seconds, inUse, mostOut, longest, idealSeconds } = simulate(one);
    const name = `${one.trials.toLocaleString("en-US")} ${one.label}, ${one.workers} workers`;
    return [
      { name: `${name}: places in use`, figure: inUse, unit: "of 1" },
      {
        name: `${name}: more time a trial than the work takes`,
        figure: ((seconds - idealSeconds) * 1000) / one.trials,
        unit: "ms",
      },
      { name: `${name}: jobs in Redis at most`, figure: mostOut, unit: "" },
      { name: `${name}: the longest job`, figure: longest, unit: "characters" },
    ];
  });
}
