import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import { defineDataset } from "../../src/core/dataset.ts";
import { problemOf } from "../../src/core/problem.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { openQueue } from "../../src/queue/bull.ts";
import { queueStatus } from "../../src/queue/control.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { createWasiSandbox } from "../../src/sandbox/wasi.ts";
import { block, doubling, right, square } from "../code/tasks.ts";
import { TestRedis } from "../fakes/redis.ts";
import { needs } from "../needs.ts";
import { bytesOf, recordsOf, runHere, runQueued, startWorker, stopWorkers } from "./queued.ts";

const { question, reference } = doubling;
const { text, kind, code } = question;
const secret = "assert double('ab') == 'abab'";
const long = problemOf({ id: "long", text: `${text}\n${"Hurry! ".repeat(100_000)}`, kind, code, reference: longer() });

/** Tests that are too long to travel with their question. */
function longer() {
  const tests = reference.tests as NonNullable<typeof reference.tests>;
  return { ...reference, tests: { ...tests, program: `${tests.program}${"# x\n".repeat(75_000)}` } };
}

function catalogue() {
  const known = builtins();
  const dataset = defineDataset({
    name: "doubling",
    summary: "Two tasks, one with long tests.",
    options: z.strictObject({}),
    load: async () => [doubling, long],
  });
  known.datasets.add(dataset);
  return known;
}

const experiment = (gradedBy: string) =>
  parseExperiment(
    "graded.yaml",
    `
name: graded
dataset: {name: doubling${gradedBy}}
policy: simulated
baselines: false
strategies: [{name: self-consistency, options: {n: 4}}]
`,
  );
/** Always the same four, whichever worker asks. */
const open = async () => ({
  policy: scriptedPolicy(
    [right, square, right, right].flatMap((one) => [block(one)]).flatMap((one) => [one, one]),
    {
      id: "scripted/programs",
    },
  ),
  simulated: true,
});

describe("a queued run whose workers grade", needs("redis-server"), () => {
  const sandbox = createWasiSandbox();
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await TestRedis.start();
    redis = await server.connect();
  });
  afterEach(async () => {
    await stopWorkers();
    await redis.flushall();
  });
  afterAll(async () => {
    redis?.disconnect();
    await server?.kill();
    await sandbox.dispose();
  });

  it("gives the records of one process; what is too long for a job, and without a sandbox all, the collector grades", async () => {
    const parts = { catalogue: catalogue(), open };
    const here = await runHere(experiment(""), { ...parts, sandbox });
    const verdicts = (folder: string) => recordsOf(folder).map(({ verdict, rule }) => [verdict, rule]);
    expect(verdicts(here)).toEqual(Array(2).fill(["correct", "tests"]));
    for (const [ours, theirs, graded] of [
      [sandbox, sandbox, "both"],
      [null, sandbox, "first"],
      [sandbox, null, "both"],
    ] as const) {
      const worker = await startWorker(server, { ...parts, sandbox: theirs, concurrency: 1 });
      const { folder } = await runQueued(experiment(", gradedBy: workers"), redis, { ...parts, sandbox: ours });
      if (graded === "both") expect(bytesOf(folder)).toEqual(bytesOf(here));
      else
        expect(verdicts(folder)).toEqual([
          ["correct", "tests"],
          ["undecided", "no runtime for python"],
        ]);
      await worker.stop();
    }
  });

  it("sends hidden tests only where the dataset says that workers grade, and never with the question", async () => {
    for (const [gradedBy, travels] of [
      ["", false],
      [", gradedBy: collector", false],
      [", gradedBy: workers", true],
    ] as const) {
      const stop = new AbortController();
      const running = runQueued(experiment(gradedBy), redis, {
        catalogue: catalogue(),
        open,
        sandbox,
        signal: stop.signal,
      });
      const ended = running.catch((error: Error) => error.message);
      const data = await jobsOf();
      expect(JSON.stringify(data.map(({ questions }) => questions))).not.toContain(secret);
      expect(JSON.stringify(data).includes(secret)).toBe(travels);
      stop.abort(new Error("seen"));
      expect(await ended).toBe("seen");
      await redis.flushall();
    }
  });

  async function jobsOf() {
    for (;;) {
      const [run] = (await queueStatus(redis)).runs;
      if (run === undefined) continue;
      const queue = await openQueue(redis, run.run);
      const jobs = await queue.getJobs(["waiting"]);
      await queue.close();
      if (jobs.length === 2) return jobs.map(({ data }) => data);
    }
  }
});
