import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { builtins } from "../../src/builtins.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { type CollectorSetup, openCollector } from "../../src/queue/collector.ts";
import { runWorker, type WorkerSetup } from "../../src/queue/worker.ts";
import type { ExperimentSummary } from "../../src/runs/experiment-summary.ts";
import { loadExperiment, parseExperiment } from "../../src/runs/load.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { type ExperimentSetup, runExperiment } from "../../src/runs/run-experiment.ts";
import type { Experiment } from "../../src/runs/schema.ts";
import type { TestRedis } from "../fakes/redis.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

export const small = parseExperiment(
  "small.yaml",
  `
name: small
dataset: {name: arithmetic, options: {count: 12, minSteps: 3, maxSteps: 5}}
policy: simulated
strategies:
  - chain-of-thought
  - {name: self-consistency, options: {n: 4}}
`,
);

/** compare-strategies on the simulated policy, a few problems of it, without what runs programs. */
export async function compareStrategies(count: number): Promise<Experiment> {
  const experiment = await loadExperiment(join(import.meta.dirname, "../../experiments/compare-strategies.yaml"));
  return {
    ...experiment,
    policy: "simulated",
    strategies: experiment.strategies.filter(({ name }) => name !== "program-aided"),
    dataset: { name: "arithmetic", options: { count, minSteps: 3, maxSteps: 5 } },
  };
}

const simulated = (parts: Partial<ExperimentSetup> = {}): ExperimentSetup => ({
  catalogue: builtins(),
  open: async () => ({ policy: simulatedPolicy({ stepError: 0.15, spread: 0.8 }), simulated: true }),
  sandbox: null,
  out: temporaryFolder(),
  ...parts,
});

/** In one process; resolves to its folder. */
export async function runHere(experiment: Experiment, parts: Partial<ExperimentSetup> = {}): Promise<string> {
  return (await runExperiment(experiment, simulated(parts))).folder;
}

/** With a queue. */
export async function runQueued(
  experiment: Experiment,
  redis: Redis,
  parts: Partial<ExperimentSetup> = {},
  queue: Partial<CollectorSetup> = {},
): Promise<ExperimentSummary> {
  const setup = simulated(parts);
  return await runExperiment(experiment, {
    ...setup,
    elsewhere: (plan) => openCollector(plan, { redis, folder: setup.out, ...queue }),
  });
}

export interface StartedWorker {
  readonly notes: readonly string[];
  /** Resolves to the trials that it did. */
  stop(): Promise<number>;
}

/** A worker in this process, with a connection of its own. */
export async function startWorker(server: TestRedis, parts: Partial<WorkerSetup> = {}): Promise<StartedWorker> {
  const stop = new AbortController();
  const redis = await server.connect();
  const notes: string[] = [];
  const { catalogue, open, sandbox } = simulated();
  const done = runWorker({
    ...{ redis, catalogue, open, sandbox, concurrency: 2, signal: stop.signal },
    onNote: (note) => notes.push(note),
    ...parts,
  });
  const worker = {
    notes,
    async stop() {
      started.delete(worker);
      stop.abort();
      const trials = await done;
      redis.disconnect();
      return trials;
    },
  };
  started.add(worker);
  return worker;
}

const started = new Set<StartedWorker>();

/** Those that a test left. */
export const stopWorkers = async (): Promise<void> => {
  await Promise.all([...started].map((worker) => worker.stop()));
};

const linesOf = (folder: string, file: string) => readFileSync(join(folder, file), "utf8").split("\n").filter(Boolean);

export const recordsOf = (folder: string): TrialRecord[] =>
  linesOf(folder, "results.jsonl").map((line) => JSON.parse(line) as TrialRecord);

/** Both files of a run as they are but for what depends on the moment. */
export const bytesOf = (folder: string): string[] => [
  ...recordsOf(folder).map(({ moment: _, ...record }) => JSON.stringify(record)),
  ...linesOf(folder, "traces.jsonl"),
];
