import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Policy } from "../../src/core/policy.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { openQueue } from "../../src/queue/bull.ts";
import { giveOrder, queueStatus } from "../../src/queue/control.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { TestRedis } from "../fakes/redis.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { needs } from "../needs.ts";
import {
  bytesOf,
  compareStrategies,
  recordsOf,
  runHere,
  runQueued,
  small,
  startWorker,
  stopWorkers,
} from "./queued.ts";

/** A simulated policy whose calls wait until they are let through. */
function gated(): { readonly policy: Policy; open(): void; readonly asked: () => number } {
  const policy = simulatedPolicy({ stepError: 0.15, spread: 0.8 });
  let asked = 0;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const sample: Policy["sample"] = async (request, options) => {
    asked++;
    await gate;
    return await policy.sample(request, options);
  };
  return { policy: { ...policy, sample }, open: () => open(), asked: () => asked };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20);
}

describe("a run whose trials are solved by workers", needs("redis-server"), () => {
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
  });

  it("gives the bytes of one process with one worker and with four, and leaves nothing in Redis", async () => {
    const experiment = await compareStrategies(2);
    const one = bytesOf(await runHere(experiment));
    for (const count of [1, 4]) {
      const workers = await Promise.all(Array.from({ length: count }, () => startWorker(server)));
      const { folder, complete } = await runQueued(experiment, redis);
      expect(bytesOf(folder)).toEqual(one);
      expect(complete).toBe(true);
      const done = await Promise.all(workers.map((worker) => worker.stop()));
      expect(done.reduce((sum, trials) => sum + trials)).toBe(recordsOf(folder).length);
    }
    expect(await redis.keys("*")).toEqual([]);
  });

  it("gives the same for trials that share a budget and for a comparison that ends early", async () => {
    const head = "dataset: {name: arithmetic, options: {count: 12}}\npolicy: simulated\nbaselines: false\n";
    const strategies = "strategies:\n  - chain-of-thought\n  - {name: self-consistency, options: {n: 4}";
    const shared = `name: shared\nbudget: {tokens: 400}\n${head}${strategies}, allocation: thompson}\n`;
    const early = `name: early\nstop: {rule: enough, every: 4}\n${head}${strategies}}\n`;
    const worker = await startWorker(server);
    for (const yaml of [shared, early]) {
      const experiment = parseExperiment("some.yaml", yaml);
      const here = await runHere(experiment);
      expect(bytesOf((await runQueued(experiment, redis)).folder)).toEqual(bytesOf(here));
    }
    await worker.stop();
  });

  it("goes on where a collector was stopped: what workers did meanwhile is collected, nothing is done twice", async () => {
    const out = temporaryFolder();
    const stop = new AbortController();
    const { policy, open, asked } = gated();
    const worker = await startWorker(server, { open: async () => ({ policy, simulated: true }) });
    const stopped = runQueued(small, redis, { out, signal: stop.signal });
    await until(() => asked() > 0);
    stop.abort(new Error("stopped"));
    await expect(stopped).rejects.toThrow("stopped");
    open();
    await until(async () => ((await queueStatus(redis)).runs[0]?.jobs.finished ?? 0) === 12);
    const { folder } = await runQueued(small, redis, { out });
    expect(bytesOf(folder)).toEqual(bytesOf(await runHere(small)));
    expect(await worker.stop()).toBe(24);
  });

  it("carries no reference, no secret, and few jobs at a time", async () => {
    const { policy, open, asked } = gated();
    const worker = await startWorker(server, { open: async () => ({ policy, simulated: true }) });
    const running = runQueued(small, redis, {}, { mostJobs: 4 });
    await until(() => asked() > 0);
    const [run] = (await queueStatus(redis)).runs;
    expect((run?.jobs.waiting ?? 0) + (run?.jobs.working ?? 0)).toBe(4);
    const queue = await openQueue(redis, run?.run ?? "");
    const jobs = await queue.getJobs(["waiting", "active"]);
    const fields = new Set(jobs.flatMap(({ data }) => data.questions.flatMap((question) => Object.keys(question))));
    expect([...fields].sort()).toEqual(["id", "kind", "text"]);
    await queue.close();
    open();
    const { folder } = await running;
    for (const { reference } of recordsOf(folder))
      expect(JSON.stringify(jobs.map((job) => job.data))).not.toContain(`"${reference}"`);
    await worker.stop();
    const secret = { name: "http://127.0.0.1:1/v1#m", options: { headers: { authorization: "Bearer k" } } };
    await expect(runQueued({ ...small, policy: secret }, redis)).rejects.toThrow(/holds what may be a secret/);
  });

  it("is paused, goes on, is cancelled and ends early by order, and keeps what is finished", async () => {
    const { policy, open, asked } = gated();
    const worker = await startWorker(server, { open: async () => ({ policy, simulated: true }), concurrency: 1 });
    const out = temporaryFolder();
    const running = runQueued(small, redis, { out });
    await until(() => asked() > 0);
    expect((await giveOrder(redis, "pause", undefined)).join()).toMatch(/paused/);
    expect((await queueStatus(redis)).runs[0]?.state).toBe("paused");
    await giveOrder(redis, "resume", undefined);
    await giveOrder(redis, "drain", undefined);
    await until(async () => (await queueStatus(redis)).runs[0]?.jobs.waiting === 0);
    open();
    const { complete, trials } = await running;
    expect(complete).toBe(false);
    expect(trials).toBeLessThan(24);
    expect((await giveOrder(redis, "cancel", undefined)).join()).toMatch(/No collector was at work/);
    expect((await queueStatus(redis)).runs).toEqual([]);
    const { folder } = await runQueued(small, redis, { out });
    expect(bytesOf(folder)).toEqual(bytesOf(await runHere(small)));
    await worker.stop();
    await expect(giveOrder(redis, "pause", "none")).rejects.toThrow(/Unknown run in the queue "none"/);
  });

  it("refuses in words what a worker does not have, and says so to the collector", async () => {
    const notes: string[] = [];
    const other = await startWorker(server, {
      open: async () => ({ policy: simulatedPolicy({ stepError: 0.3 }), simulated: true }),
    });
    const bare = await startWorker(server);
    const stop = new AbortController();
    const onNote = (note: string) => void notes.push(note);
    const running = runQueued(small, redis, { signal: stop.signal }, { tags: ["gpu"], onNote });
    await until(() => bare.notes.length > 0 && other.notes.length > 0);
    expect(bare.notes.join()).toMatch(/No part in small-\S+: it asks for a worker with --tags gpu/);
    stop.abort(new Error("stopped"));
    await expect(running).rejects.toThrow("stopped");
    await giveOrder(redis, "cancel", undefined);
    const own = runQueued(small, redis, {}, { onNote });
    await until(() => other.notes.some((note) => /its model simulated is .*, and .* for this worker/.test(note)));
    const { folder } = await own;
    expect(recordsOf(folder).length).toBe(24);
    expect(await other.stop()).toBe(0);
    await bare.stop();
  });

  it("hands back what is in work when a worker is stopped, and another does it", async () => {
    const { policy, asked } = gated();
    const slow = await startWorker(server, { open: async () => ({ policy, simulated: true }), graceSeconds: 0 });
    const running = runQueued(small, redis);
    await until(() => asked() > 0);
    expect(await slow.stop()).toBe(0);
    const worker = await startWorker(server);
    const { folder } = await running;
    expect(bytesOf(folder)).toEqual(bytesOf(await runHere(small)));
    await worker.stop();
  });

  it("keeps a job that fails for good as a dead letter with its reason; the same command does it", async () => {
    const out = temporaryFolder();
    const policy = {
      ...simulatedPolicy({ stepError: 0.15, spread: 0.8 }),
      sample: () => Promise.reject(new TypeError("a bug")),
    };
    const broken = await startWorker(server, { open: async () => ({ policy, simulated: true }) });
    await expect(runQueued(small, redis, { out })).rejects.toThrow(/24 trials of 24 are left undone: a bug/);
    const [run] = (await queueStatus(redis)).runs;
    expect(run?.jobs.dead).toBe(12);
    expect(run?.letters[0]).toMatchObject({ trials: 2, attempts: 3, reason: "a bug" });
    await broken.stop();
    const worker = await startWorker(server);
    const { folder } = await runQueued(small, redis, { out });
    expect(bytesOf(folder)).toEqual(bytesOf(await runHere(small)));
    await worker.stop();
    rmSync(join(out, "queue.json"));
    expect(existsSync(join(out, "lock"))).toBe(false);
  });
});
