import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { ModelCallError } from "../../src/core/errors.ts";
import { FailedAttempt } from "../../src/policy/failed-attempt.ts";
import { retryAfterMs } from "../../src/policy/openai/failure.ts";
import { retry } from "../../src/policy/retry.ts";
import { type ScriptEntry, scriptedPolicy } from "../../src/policy/scripted.ts";
import { instantClock, requestOf } from "./requests.ts";

const busy = (wait: number | null = null) =>
  new FailedAttempt("busy", { status: 429, retryable: true, retryAfterMs: wait });

function retried(script: readonly ScriptEntry[], options: { attempts?: number } = {}) {
  const clock = instantClock();
  const inner = scriptedPolicy(script);
  return { inner, clock, policy: retry(inner, { clock, ...options }) };
}

describe("retry", () => {
  it("tries again until it succeeds, waiting exponentially longer within [1/2, 1)", async () => {
    const { inner, clock, policy } = retried([busy(), busy(), busy(), "at last"]);
    expect(await policy.sample(requestOf())).toMatchObject([{ text: "at last" }]);
    expect(inner.requests).toHaveLength(4);
    expect(clock.waits).toHaveLength(3);
    for (const [index, wait] of clock.waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(250 * 2 ** index);
      expect(wait).toBeLessThan(500 * 2 ** index);
    }
  });

  it("draws its jitter from the request, not from time or order", async () => {
    const waits = async (seed: number) => {
      const { clock, policy } = retried([busy(), "yes"]);
      await policy.sample(requestOf({ seeds: [seed] }));
      return clock.waits;
    };
    expect(await waits(1)).toEqual(await waits(1));
    expect(await waits(1)).not.toEqual(await waits(2));
  });

  it("waits as long as the server asks, but not for ever", async () => {
    const { clock, policy } = retried([busy(1234), busy(9_999_999), "yes"]);
    await policy.sample(requestOf());
    expect(clock.waits).toEqual([1234, 60_000]);
  });

  it("gives up after its attempts and says how many they were", async () => {
    const { policy } = retried([busy(), busy(), busy()], { attempts: 3 });
    const error = await policy.sample(requestOf()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ModelCallError);
    expect(error).toMatchObject({ status: 429, retryable: true, attempts: 3, message: "busy (3 attempts)" });
  });

  it("lets final failures and foreign errors pass at once", async () => {
    const final = retried([new ModelCallError("no such model", { status: 404, retryable: false })]);
    await expect(final.policy.sample(requestOf())).rejects.toMatchObject({ status: 404, attempts: 1 });
    const foreign = retried([new TypeError("a bug")]);
    await expect(foreign.policy.sample(requestOf())).rejects.toBeInstanceOf(TypeError);
    expect([...final.clock.waits, ...foreign.clock.waits]).toEqual([]);
  });

  it("keeps the samples that came with a failure and asks only for the others", async () => {
    const [one, three] = await scriptedPolicy(["one", "three"]).sample(requestOf({ seeds: [1, 3] }));
    const partial = new FailedAttempt("half", { retryable: true, samples: [one ?? null, null, three ?? null] });
    const { inner, policy } = retried([partial, "unused", "unused", "two"]);
    const samples = await policy.sample(requestOf({ seeds: [1, 2, 3] }));
    expect(samples.map(({ text, seed }) => [text, seed])).toEqual([
      ["one", 1],
      ["two", 2],
      ["three", 3],
    ]);
    expect(inner.requests[1]).toMatchObject({ n: 1, seeds: [2] });
  });

  it("rejects at once when aborted while it waits, and does not try again", async () => {
    const inner = scriptedPolicy([busy(60_000), "never"]);
    const controller = new AbortController();
    const outcome = retry(inner, { clock: systemClock })
      .sample(requestOf(), { signal: controller.signal })
      .catch((thrown: unknown) => thrown);
    await expect.poll(() => inner.requests.length).toBe(1);
    const reason = new Error("stop");
    controller.abort(reason);
    expect(await outcome).toBe(reason);
    expect(inner.left).toBe(1);
  });

  it("shows no text twice when an attempt breaks off in the middle of it", async () => {
    let attempt = 0;
    const inner = scriptedPolicy(["first", "second"]);
    const breaking = {
      ...inner,
      sample: async (...[request, options]: Parameters<typeof inner.sample>) => {
        const samples = await inner.sample(request, options);
        if (attempt++ === 0) throw busy();
        return samples;
      },
    };
    let shown = "";
    const samples = await retry(breaking, { clock: instantClock() }).sample(requestOf(), {
      onText: (_, text) => {
        shown += text;
      },
    });
    expect([shown, samples[0]?.text]).toEqual(["first", "second"]);
  });
});

describe("retryAfterMs", () => {
  it("reads seconds, milliseconds and dates, which it compares with the reply's own", () => {
    const date = "Wed, 21 Oct 2026 07:28:00 GMT";
    expect(retryAfterMs({ "retry-after": "2" })).toBe(2000);
    expect(retryAfterMs({ "retry-after-ms": "150", "retry-after": "2" })).toBe(150);
    expect(retryAfterMs({ date, "retry-after": "Wed, 21 Oct 2026 07:28:30 GMT" })).toBe(30_000);
    expect(retryAfterMs({ date, "retry-after": "Wed, 21 Oct 2026 07:20:00 GMT" })).toBe(0);
    expect(retryAfterMs({ "retry-after": "Wed, 21 Oct 2026 07:28:30 GMT" })).toBeNull();
    expect(retryAfterMs({ "retry-after": "soon" })).toBeNull();
    expect(retryAfterMs({})).toBeNull();
  });
});
