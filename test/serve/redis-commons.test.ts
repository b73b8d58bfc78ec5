import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/serve/config.ts";
import { openKeyRing } from "../../src/serve/keys.ts";
import { redisCommons } from "../../src/serve/redis-commons.ts";
import { TestRedis } from "../fakes/redis.ts";
import { needs } from "../needs.ts";

const nothing = { tokens: 0, calls: 0, dollars: 0 };
const seconds = 1e9;
const day = Math.floor(seconds / 86_400);

describe("what processes share by Redis", needs("redis-server"), () => {
  const config = (redis: TestRedis, limits: object = {}) =>
    parseConfig("test", {
      upstreams: { a: "simulated" },
      keys: [{ name: "k", env: "K", perDay: { tokens: 1000 } }],
      redis: redis.address,
      limits,
    });
  const process = async (redis: TestRedis) => {
    const given = config(redis);
    const commons = await redisCommons(given, redis.address);
    const ring = openKeyRing(given.keys, { K: "secretkey" }, { seconds: () => seconds }, commons);
    return { commons, caller: ring.callerOf("Bearer secretkey") };
  };

  it("is what a key has spent, once, though Redis was away meanwhile or a reply was lost", async () => {
    const redis = await TestRedis.start();
    const [here, there] = [await process(redis), await process(redis)];
    try {
      here.caller.today().spend({ tokens: 100, calls: 1, dollars: 0.25 });
      there.caller.today().spend({ tokens: 7, calls: 1, dollars: 0 });
      await redis.kill();
      for (let k = 0; k < 2; k++) await expect(here.caller.shareSpending()).rejects.toThrow("cannot be reached");
      await redis.start();
      await expect
        .poll(
          () =>
            here.caller.shareSpending().then(
              () => true,
              () => false,
            ),
          { timeout: 20_000 },
        )
        .toBe(true);
      await here.commons.spent("k", day, { tokens: 100, calls: 1, dollars: 0.25 }); // as when its reply was lost
      await expect
        .poll(
          () =>
            there.caller.shareSpending().then(
              () => true,
              () => false,
            ),
          { timeout: 20_000 },
        )
        .toBe(true);
      await here.caller.shareSpending();
      expect(await there.commons.spent("k", day, nothing)).toEqual({ tokens: 107, calls: 2, dollars: 0.25 });
      expect(here.caller.today().spent).toEqual({ tokens: 107, calls: 2, dollars: 0.25 });
      expect(there.caller.today().spent).toEqual({ tokens: 107, calls: 2, dollars: 0.25 });
    } finally {
      await Promise.all([here.commons.close(), there.commons.close()]);
      await redis.kill();
    }
  });

  it("says at once that Redis is away", async () => {
    const redis = await TestRedis.start();
    const { commons } = await process(redis);
    try {
      await redis.kill();
      await expect(commons.turn("k", 60)).rejects.toThrow("cannot be reached");
      const started = performance.now();
      await expect(commons.turn("k", 60)).rejects.toThrow("cannot be reached");
      expect(performance.now() - started).toBeLessThan(1500);
    } finally {
      await commons.close();
    }
  });

  it("is no reply where none is to be kept", async () => {
    const redis = await TestRedis.start();
    const commons = await redisCommons(config(redis, { stored: 0 }), redis.address);
    try {
      const kept = commons.kept<object>("responses");
      expect(await kept.put("resp_1", "k", { turns: [] })).toBe(false);
      expect(await kept.get("resp_1", "k")).toBeUndefined();
    } finally {
      await commons.close();
      await redis.kill();
    }
  });
});
