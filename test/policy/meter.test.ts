import { describe, expect, it } from "vitest";
import type { Clock } from "../../src/core/clock.ts";
import { addUsage, noUsage } from "../../src/core/usage.ts";
import { FailedAttempt } from "../../src/policy/failed-attempt.ts";
import { type CallRecord, meter } from "../../src/policy/meter.ts";
import { retry } from "../../src/policy/retry.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { usageOf } from "../../src/policy/usage.ts";
import { instantClock, requestOf } from "./requests.ts";

const sampled = (texts: readonly string[], sharedPrompt = true) =>
  scriptedPolicy(texts, { capabilities: { sharedPrompt } }).sample(requestOf({ n: texts.length }));

describe("meter", () => {
  it("reports the usage and the duration of each call", async () => {
    const records: CallRecord[] = [];
    const ticks = [1000, 1250];
    const clock: Clock = { now: () => ticks.shift() ?? 0, sleep: async () => undefined };
    const samples = await meter(scriptedPolicy(["one", "two"]), (record) => records.push(record), clock).sample(
      requestOf({ n: 2, purpose: "judge" }),
    );
    expect(records).toEqual([
      { policy: "scripted", purpose: "judge", asked: 2, usage: usageOf(samples), milliseconds: 250, error: null },
    ]);
  });

  it("sees every attempt when inside retry, and what is known of the failed ones", async () => {
    const [arrived] = await sampled(["arrived"]);
    const partial = new FailedAttempt("half", { retryable: true, samples: [arrived ?? null, null] });
    const records: CallRecord[] = [];
    const metered = meter(scriptedPolicy([partial, "unused", "rest"]), (record) => records.push(record));
    const samples = await retry(metered, { clock: instantClock() }).sample(requestOf({ n: 2 }));
    expect(records.map(({ error, usage }) => [error === null, usage.calls])).toEqual([
      [false, 1],
      [true, 1],
    ]);
    const total = records.map(({ usage }) => usage).reduce(addUsage, noUsage);
    expect(total.completionTokens).toBe(usageOf(samples).completionTokens);
  });
});

describe("usageOf", () => {
  it("counts a shared prompt once and others each", async () => {
    const shared = await sampled(["a", "b", "c"]);
    const single = await sampled(["d", "e"], false);
    const prompt = shared[0]?.promptTokens ?? 0;
    expect(usageOf(shared)).toMatchObject({ calls: 3, promptTokens: prompt, completionTokens: 3 });
    expect(usageOf(single)).toMatchObject({ calls: 2, promptTokens: 2 * prompt });
    expect(usageOf([...single, ...shared])).toMatchObject({ calls: 5, promptTokens: 3 * prompt });
    expect(usageOf([])).toBe(noUsage);
  });
});
