import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { totalTokens } from "../../src/core/usage.ts";
import { endpointKey, type RateBook, type RateBooks } from "../../src/policy/rates/limits.ts";
import { memoryBooks } from "../../src/policy/rates/memory-book.ts";
import { redisBooks } from "../../src/policy/redis/redis-book.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { stackPolicy } from "../../src/policy/stack.ts";
import type { OpenModel } from "../../src/runs/opened-arms.ts";
import { TestRedis } from "../fakes/redis.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { needs } from "../needs.ts";
import { bytesOf, recordsOf, runHere, runQueued, small, startWorker, stopWorkers } from "./queued.ts";

const call = { requests: 1, tokens: 100, dollars: 0.01 };

async function leave(book: RateBook): Promise<string> {
  for (;;) {
    const answer = await book.ask(call);
    if ("ticket" in answer) return answer.ticket;
    await pause(answer.wait);
  }
}

const open: OpenModel = async (spec, rates) => {
  const policy = simulatedPolicy({ stepError: 0.15, spread: 0.8 });
  return { policy: stackPolicy(policy, { book: rates?.(endpointKey(spec)) }), simulated: true };
};

const spentIn = (folder: string): number =>
  recordsOf(folder).reduce((sum, { moment }) => sum + totalTokens(moment.spent), 0);

describe("limits of a server and of a run", needs("redis-server"), () => {
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

  it("space calls evenly for all who ask, by requests and by tokens", async () => {
    const shared: [string, RateBooks[]][] = [
      ["requests", Array.from({ length: 4 }, () => redisBooks(redis, "r", { requestsPerSecond: 200 }))],
      ["tokens", Array.from({ length: 4 }, () => redisBooks(redis, "t", { tokensPerMinute: 100 * 200 * 60 }))],
      ["in one process", Array(4).fill(memoryBooks({ requestsPerSecond: 200 }))],
    ];
    for (const [endpoint, books] of shared) {
      const began = performance.now();
      await Promise.all(
        books.map(async (of) => {
          const book = of(endpoint);
          for (let i = 0; i < 10; i++) await book.settle(await leave(book), call, call);
        }),
      );
      expect(performance.now() - began).toBeGreaterThan(0.95 * 39 * 5);
    }
  });

  it("give back what a call did not cost, and keep what one may have cost that was never settled", async () => {
    for (const books of [redisBooks(redis, "b", { tokens: 250 }), memoryBooks({ tokens: 250 })]) {
      const book = books("one");
      const [first] = [await leave(book), await leave(book)];
      // There may be room when those in work are settled.
      expect(await book.ask(call)).toEqual({ wait: 200 });
      await book.settle(first, call, { requests: 1, tokens: 20, dollars: 0 });
      const third = await leave(book);
      expect(await book.ask(call)).toEqual({ wait: 200 });
      await book.settle(third, call, { requests: 1, tokens: 130, dollars: 0 });
    }
    expect(await redis.hget("ruminate:run:b:spent", "tokens")).toBe("250");
  });

  it("stop a run that has spent its budget, in one process and with three workers; a larger one goes on", async () => {
    const short = { ...small, maxTokens: 100 };
    const whole = bytesOf(await runHere(short));
    const limited = { ...short, limits: { tokens: 2_500 } };
    const here = temporaryFolder();
    await expect(runHere(limited, { out: here, open })).rejects.toThrow(/budget of 2,500 tokens has no room/);
    const out = temporaryFolder();
    for (let i = 0; i < 3; i++) await startWorker(server, { open, concurrency: 1 });
    await expect(runQueued(limited, redis, { out })).rejects.toThrow(/budget of 2,500 tokens has no room/);
    for (const folder of [here, out]) {
      expect(spentIn(folder)).toBeGreaterThan(500);
      expect(spentIn(folder)).toBeLessThanOrEqual(2_500);
    }
    // What was spent before counts.
    await expect(runHere(limited, { out: here, open })).rejects.toThrow(/has no room/);
    const { folder } = await runQueued({ ...short, limits: { tokens: 100_000 } }, redis, { out });
    expect(bytesOf(folder)).toEqual(whole);
  });
});
