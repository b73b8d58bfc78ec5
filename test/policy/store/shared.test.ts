import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentError, InvalidOptionError } from "../../../src/core/errors.ts";
import type { Sample } from "../../../src/core/policy.ts";
import { scriptedPolicy } from "../../../src/policy/scripted.ts";
import { simulatedPolicy } from "../../../src/policy/simulated/index.ts";
import { stackPolicy } from "../../../src/policy/stack.ts";
import { leaseName, type SampleStore, type StoreEntry } from "../../../src/policy/store/contract.ts";
import { copySamples } from "../../../src/policy/store/copy.ts";
import { openStoreAt } from "../../../src/policy/store/open.ts";
import { storedPolicy } from "../../../src/policy/store/stored.ts";
import { TestPostgres } from "../../fakes/postgres.ts";
import { TestRedis } from "../../fakes/redis.ts";
import { needs } from "../../needs.ts";
import { compareStrategies, runQueued, startWorker } from "../../queue/queued.ts";
import { requestOf } from "../requests.ts";

const sampleOf = (text: string, own: Partial<Sample> = {}): Sample => ({
  ...{ text, finish: "stop", seed: 1, promptTokens: 10, cachedPromptTokens: 0, completionTokens: 5 },
  ...{ sharedPrompt: true, dollars: 0 },
  ...own,
});
const entryOf = (key: string, maxTokens: number, sample: Sample): StoreEntry => ({ key, maxTokens, sample });

/** A server, and what a test does to it from outside. */
interface Home {
  readonly address: string;
  empty(): Promise<void>;
  /** Changes the kept text of a sample behind the store's back. */
  damage(key: string, maxTokens: number): Promise<void>;
  /** As if nobody had renewed it: its process was killed. */
  endLease(name: string): Promise<void>;
  /** Kills the server and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

async function redisHome(): Promise<Home> {
  const server = await TestRedis.start(["--appendfsync", "always"]);
  const redis = await server.connect();
  return {
    address: server.address,
    empty: async () => void (await redis.flushall()),
    damage: async (key, limit) => {
      const name = `ruminate:sample:${key}`;
      const value = String(await redis.hget(name, String(limit)));
      await redis.hset(name, String(limit), value.replace("tokens", "tokers"));
    },
    endLease: async (name) => void (await redis.del(`ruminate:drawing:${name}`)),
    restart: async () => {
      await server.kill();
      await server.start();
    },
    stop: async () => {
      redis.disconnect();
      await server.kill();
    },
  };
}

async function postgresHome(): Promise<Home> {
  const server = await TestPostgres.start();
  return {
    address: server.address,
    empty: async () => {
      await server.ask("DROP TABLE IF EXISTS ruminate_samples, ruminate_drawing, ruminate_store");
    },
    damage: async (key, limit) => {
      const change = "UPDATE ruminate_samples SET sample = replace(sample, 'tokens', 'tokers')";
      await server.ask(`${change} WHERE key = $1 AND max_tokens = $2`, [key, limit]);
    },
    endLease: async (name) => {
      await server.ask("UPDATE ruminate_drawing SET ends = now() - interval '1 second' WHERE name = $1", [name]);
    },
    restart: async () => {
      await server.stop();
      await server.start();
    },
    stop: () => server.stop(),
  };
}

const homes = [
  { name: "Redis", tool: "redis-server", start: redisHome },
  { name: "PostgreSQL", tool: "postgres", start: postgresHome },
] as const;

for (const { name, tool, start } of homes) {
  describe(`a sample store in ${name}`, needs(tool), () => {
    let home: Home;
    let [here, there]: SampleStore[] = [];
    const stores: SampleStore[] = [];
    const notes: string[] = [];
    const open = async (): Promise<SampleStore> => {
      const store = await openStoreAt(home.address, { onDamaged: (note) => notes.push(note) });
      stores.push(store);
      return store;
    };
    beforeAll(async () => {
      home = await start();
    });
    beforeEach(async () => {
      await home.empty();
      notes.length = 0;
      [here, there] = [await open(), await open()];
      return async () => void (await Promise.all(stores.splice(0).map((store) => store.close())));
    });
    afterAll(() => home?.stop());

    it("serves what another machine kept, infinities, odd characters and all", async () => {
      const odd = 'a\u0000b\ud800 "quoted" \\ é 漢';
      const sample = sampleOf(odd, {
        logprobs: [{ token: "4", logprob: -0.5, top: [{ token: "-Infinity", logprob: -Infinity }] }],
      });
      expect(await here?.put([entryOf("k", 64, sample)])).toEqual([sample]);
      expect(await there?.get(["other", "k", "k"], 64)).toEqual([undefined, sample, sample]);
      expect(await there?.count()).toBe(1);
    });

    it("serves a cut sample for its own limit, and the first that ended by itself for all that it fits in", async () => {
      await here?.put([entryOf("cut", 5, sampleOf("cut", { finish: "length" }))]);
      await here?.put([entryOf("k", 64, sampleOf("first")), entryOf("k", 32, sampleOf("second"))]);
      const texts = async (key: string, limits: number[]) =>
        await Promise.all(limits.map(async (limit) => (await there?.get([key], limit))?.[0]?.text));
      expect(await texts("cut", [4, 5, 6])).toEqual([undefined, "cut", undefined]);
      expect(await texts("k", [4, 5, 32, 64, 1000])).toEqual([undefined, "first", "second", "first", "first"]);
    });

    it("lets the sample stand that was there first", async () => {
      await here?.put([entryOf("k", 64, sampleOf("first"))]);
      const put = await there?.put([entryOf("k", 64, sampleOf("late")), entryOf("other", 64, sampleOf("own"))]);
      expect(put?.map(({ text }) => text)).toEqual(["first", "own"]);
      const twice = await there?.put([entryOf("two", 9, sampleOf("one")), entryOf("two", 9, sampleOf("again"))]);
      expect(twice?.map(({ text }) => text)).toEqual(["one", "one"]);
    });

    it("drops a damaged sample, says so, and has it drawn again", async () => {
      await here?.put([entryOf("k", 64, sampleOf("6 tokens"))]);
      await home.damage("k", 64);
      expect(await there?.get(["k"], 64)).toEqual([undefined]);
      expect(notes.join()).toMatch(/A damaged sample of (redis|postgres):.* is dropped/);
      expect(await there?.put([entryOf("k", 64, sampleOf("whole"))])).toMatchObject([{ text: "whole" }]);
    });

    it("grants a name to one machine at a time, and to another when its process is gone", async () => {
      const first = await here?.lease?.(["a", "b"]);
      const second = await there?.lease?.(["b", "c"]);
      expect([[...(first?.granted ?? [])], [...(second?.granted ?? [])]]).toEqual([["a", "b"], ["c"]]);
      await first?.release();
      const third = await there?.lease?.(["a", "b", "c"]);
      expect([...(third?.granted ?? [])].toSorted()).toEqual(["a", "b"]);
      await home.endLease("a");
      const fourth = await here?.lease?.(["a", "b"]);
      expect([...(fourth?.granted ?? [])]).toEqual(["a"]);
      await third?.release(); // It frees what is still its own, and not the other's.
      expect([...((await there?.lease?.(["a", "b"]))?.granted ?? [])]).toEqual(["b"]);
    });

    it("draws a sample once that two machines want at the same time", async () => {
      let calls = 0;
      const machine = (store: SampleStore | undefined) => {
        const model = scriptedPolicy(
          Array.from(
            { length: 50 },
            () =>
              ({ seeds }, index) =>
                `answer ${seeds[index]}`,
          ),
        );
        const slow: typeof model.sample = async (request, options) => {
          calls += request.n;
          await new Promise((resolve) => setTimeout(resolve, 60));
          return await model.sample(request, options);
        };
        return storedPolicy({ ...model, id: "one", sample: slow }, store as SampleStore);
      };
      const [one, two] = [machine(here), machine(there)];
      const asked = [one.sample(requestOf({ seeds: [1, 2, 3] })), two.sample(requestOf({ seeds: [3, 2, 4] }))];
      const [first, second] = await Promise.all(asked);
      expect([first, second].map((samples) => samples?.map(({ text }) => text))).toEqual([
        ["answer 1", "answer 2", "answer 3"],
        ["answer 3", "answer 2", "answer 4"],
      ]);
      expect(calls).toBe(4);
      expect([...(first ?? []), ...(second ?? [])].filter(({ stored }) => stored === true)).toHaveLength(2);
    });

    it("draws what another machine failed to draw", async () => {
      const lease = await there?.lease?.([leaseName("held", 64)]);
      expect(lease?.granted.size).toBe(1);
      const model = scriptedPolicy(["one"]);
      const policy = storedPolicy(model, here as SampleStore);
      const failing = storedPolicy(
        { ...model, sample: async () => Promise.reject(new EnvironmentError("down")) },
        there as SampleStore,
      );
      await expect(failing.sample(requestOf())).rejects.toThrow("down");
      expect((await policy.sample(requestOf())).map(({ text }) => text)).toEqual(["one"]);
      await lease?.release();
    });

    it("waits for a server that is killed and comes back, and has lost nothing", async () => {
      await here?.put([entryOf("k", 64, sampleOf("kept"))]);
      await home.restart();
      expect(await there?.get(["k"], 64)).toMatchObject([{ text: "kept" }]);
      expect(await here?.put([entryOf("l", 64, sampleOf("after"))])).toMatchObject([{ text: "after" }]);
    });

    it("is filled from a file and copied back to one, by key and limit", async () => {
      const file = await openStoreAt(":memory:");
      const entries = Array.from({ length: 1203 }, (_, i) => entryOf(`key ${i % 700}`, i, sampleOf(`text ${i}`)));
      await file.put(entries);
      await here?.put([entryOf("key 1", 1, sampleOf("its own"))]);
      expect(await copySamples(file, here as SampleStore)).toEqual({ read: 1203, added: 1202 });
      expect(await copySamples(file, here as SampleStore)).toEqual({ read: 1203, added: 0 });
      const back = await openStoreAt(":memory:");
      expect(await copySamples(there as SampleStore, back)).toEqual({ read: 1203, added: 1203 });
      for (const limit of [1, 2, 701, 1202]) {
        const keys = entries.map(({ key }) => key);
        const read = async (store: SampleStore | undefined) =>
          (await store?.get(keys, limit))?.map((sample) => sample?.text);
        expect(await read(back)).toEqual(await read(here));
      }
      await Promise.all([file.close(), back.close()]);
    });

    it("has the workers of a run pay for each sample once", needs("redis-server"), async () => {
      const queue = await TestRedis.start();
      let drawn = 0;
      const worker = async (store: SampleStore | undefined) => {
        const inner = { ...simulatedPolicy({ stepError: 0.15 }), id: "counted" };
        const onFresh = (samples: readonly Sample[]) => {
          drawn += samples.length;
        };
        const policy = stackPolicy(inner, { store: store as SampleStore, onFresh });
        return await startWorker(queue, { open: async () => ({ policy, simulated: true }) });
      };
      const workers = [await worker(here), await worker(there)];
      const redis = await queue.connect();
      try {
        const experiment = await compareStrategies(4);
        const open = async () => ({ policy: { ...simulatedPolicy(), id: "counted" }, simulated: true });
        const { arms } = await runQueued(experiment, redis, { open });
        expect(arms.length).toBeGreaterThan(3);
      } finally {
        await Promise.all(workers.map(({ stop }) => stop()));
        redis.disconnect();
        await queue.kill();
      }
      expect(drawn).toBeGreaterThan(50);
      expect(drawn).toBe(await here?.count());
    });
  });
}

describe("openStoreAt", () => {
  it("names what it knows where an address is of another kind", async () => {
    await expect(openStoreAt("mysql://localhost/x")).rejects.toThrow(InvalidOptionError);
    await expect(openStoreAt("mysql://localhost/x")).rejects.toThrow(/a file, redis:\/\/HOST:PORT or postgres:/);
    await expect(openStoreAt("redis://localhost:1?ttl=3")).rejects.toThrow(/knows "expire".* not "ttl"/);
    await expect(openStoreAt("redis://localhost:1?expire=1d")).rejects.toThrow(/expire=SECONDS/);
  });

  it("says what does not answer, without its password", async () => {
    for (const scheme of ["redis", "postgres"]) {
      const opened = openStoreAt(`${scheme}://me:hidden@127.0.0.1:1/0`);
      await expect(opened).rejects.toThrow(/127\.0\.0\.1:1/);
      await expect(opened).rejects.not.toThrow(/hidden/);
    }
  });
});
