import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/core/clock.ts";
import type { Policy, SampleRequest } from "../../src/core/policy.ts";
import { FailedAttempt } from "../../src/policy/failed-attempt.ts";
import { meter } from "../../src/policy/meter.ts";
import { poolPolicy } from "../../src/policy/pool.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { storedPolicy } from "../../src/policy/store/stored.ts";
import { usageOf } from "../../src/policy/usage.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";
import { requestOf } from "./requests.ts";

/** A server whose `i`-th call takes as long as `msOf` says, or fails there; all servers write the same to a seed. */
function serverOn(
  clock: Clock,
  id: string,
  msOf: (i: number) => number,
  failing: (i: number) => boolean = () => false,
) {
  const seen = { asked: 0, aborted: 0, ended: 0 };
  const policy: Policy = {
    id: `${id}/model`,
    capabilities: { sharedPrompt: true, logprobs: null, parallel: 8, contextTokens: null } as Policy["capabilities"],
    sample: async ({ seeds }: SampleRequest, { signal } = {}) => {
      const i = seen.asked++;
      await clock.sleep(msOf(i), signal).catch((reason: unknown) => {
        seen.aborted++;
        throw reason;
      });
      if (failing(i)) throw new FailedAttempt("gone", { kind: "connection", retryable: true });
      seen.ended++;
      const usage = { promptTokens: 30, cachedPromptTokens: 0, completionTokens: 10, sharedPrompt: true, dollars: 0.5 };
      return seeds.map((seed) => ({ text: `text ${seed}`, finish: "stop" as const, seed, ...usage }));
    },
  };
  return { policy, seen };
}

/** Calls one after another; how long each took, and what came. */
const calls = (policy: Policy, clock: VirtualClock, count: number, own: Partial<SampleRequest> = {}) =>
  clock.run(async () => {
    const done = [];
    for (let i = 0; i < count; i++) {
      const started = clock.now();
      const samples = await policy.sample(requestOf({ seeds: [i], ...own }));
      done.push({ ms: clock.now() - started, samples });
    }
    return done;
  });

const slowEvery = (period: number) => (i: number) => (i % period === period - 1 ? 5000 : 100 + (i % 10));

function pooled(
  hedge?: number,
  first = slowEvery(25),
  second: (i: number) => number = () => 120,
  failing = () => false,
) {
  const clock = new VirtualClock();
  const [a, b] = [serverOn(clock, "a", first), serverOn(clock, "b", second, failing)];
  const options = { name: "m", choice: "order", breakAfter: 3, coolMs: 1000, clock, hedge } as const;
  return { clock, a, b, policy: poolPolicy([a.policy, b.policy], options) };
}

describe("hedged requests", () => {
  it("are sent to a second server once a call is slower than most: the tail is cut, at a known price", async () => {
    const plain = pooled();
    const slowest = (await calls(plain.policy, plain.clock, 200)).map(({ ms }) => ms).sort((x, y) => y - x);
    expect(slowest.slice(0, 8)).toEqual(Array(8).fill(5000));
    expect(plain.b.seen.asked).toBe(0);

    const { policy, clock, a, b } = pooled(0.9);
    const done = await calls(policy, clock, 200);
    const slow = done.filter(({ ms }) => ms > 250);
    expect(slow.length).toBeLessThanOrEqual(2); // before it knew what is slow
    expect(Math.max(...done.slice(30).map(({ ms }) => ms))).toBeLessThan(300);
    const twice = done.filter(({ samples }) => samples[0]?.besides !== undefined);
    expect(twice).toHaveLength(b.seen.asked);
    expect(a.seen.aborted + b.seen.aborted).toBe(twice.length);
    expect(twice.length).toBeGreaterThanOrEqual(7);
    expect(twice.length).toBeLessThanOrEqual(1 + 0.2 * 200);
  });

  it("are billed beside the sample and cost the sample nothing; a store keeps the sample alone", async () => {
    const { policy, clock } = pooled(0.9);
    const records: number[] = [];
    const store = openSampleStore(":memory:");
    const metered = meter(policy, ({ usage }) => records.push(usage.calls), clock);
    const kept = storedPolicy(metered, store);
    const done = await calls(kept, clock, 100, {});
    const hedged = done.find(({ samples }) => samples[0]?.besides !== undefined)?.samples ?? [];
    expect(hedged[0]).toMatchObject({ promptTokens: 30, completionTokens: 10, dollars: 0.5 });
    expect(usageOf(hedged)).toMatchObject({
      calls: 2,
      promptTokens: 60,
      completionTokens: 20,
      dollars: 1,
      estimated: true,
    });
    const twice = done.filter(({ samples }) => samples[0]?.besides !== undefined).length;
    expect(records.reduce((sum, one) => sum + one, 0)).toBe(100 + twice);
    const again = await calls(kept, clock, 100);
    expect(again.every(({ samples }) => samples[0]?.stored === true && samples[0].besides === undefined)).toBe(true);
    store.close();
  });

  it("go to nobody while nothing is known, where all servers are slow, and where text is shown", async () => {
    const slowAll = pooled(
      0.95,
      (i) => (i < 40 ? 100 : 4000),
      () => 4000,
    );
    await calls(slowAll.policy, slowAll.clock, 19);
    expect(slowAll.b.seen.asked).toBe(0);
    await calls(slowAll.policy, slowAll.clock, 181);
    expect(slowAll.b.seen.asked).toBeLessThanOrEqual(1 + 0.1 * 200);

    const shown = pooled(0.9);
    await calls(shown.policy, shown.clock, 24);
    await shown.clock.run(() => shown.policy.sample(requestOf(), { onText: () => {} }));
    expect(shown.b.seen.asked).toBe(0);
  });

  it("leave the first to be waited for where the second fails, and end with it where both do", async () => {
    const { policy, clock, b } = pooled(
      0.9,
      slowEvery(25),
      () => 10,
      () => true,
    );
    const done = await calls(policy, clock, 60);
    expect(b.seen.asked).toBeGreaterThan(0);
    expect(done.every(({ samples }) => samples[0]?.besides === undefined)).toBe(true);

    const stopped = pooled(0.9);
    await calls(stopped.policy, stopped.clock, 24);
    const stop = new AbortController();
    const call = stopped.policy.sample(requestOf(), { signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
  });
});
