import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Policy, Sample, SampleRequest } from "../../src/core/policy.ts";
import { FailedAttempt } from "../../src/policy/failed-attempt.ts";
import { meter } from "../../src/policy/meter.ts";
import { completionBuilder } from "../../src/policy/openai/completion.ts";
import { sampleInParts } from "../../src/policy/parts.ts";
import { retry } from "../../src/policy/retry.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { storedPolicy } from "../../src/policy/store/stored.ts";
import { instantClock, requestOf } from "./requests.ts";

const sampleOf = (seed: number): Sample => ({
  ...{ text: `text of ${seed}`, finish: "stop", seed, promptTokens: 5, cachedPromptTokens: 0, completionTokens: 1 },
  ...{ sharedPrompt: true, dollars: 0 },
});

const policyOf = (sample: Policy["sample"]): Policy => ({
  id: "parts",
  capabilities: {
    ...{ prefix: "native", logprobs: null, sharedPrompt: true, seeds: true, embeds: false },
    ...{ contextTokens: null, parallel: 4 },
  },
  sample,
});

/** A server that takes `most` at a time and answers each request as told: how many of it, or not at all. */
function inParts(most: number, answers: readonly number[]): { policy: Policy; readonly asked: number[][] } {
  const asked: number[][] = [];
  let limit = most;
  const ask = async ({ seeds }: SampleRequest) => {
    const given = answers[asked.push([...seeds]) - 1] ?? seeds.length;
    if (given < 0) throw new FailedAttempt("502", { status: 502, kind: "server", retryable: true });
    return seeds.slice(0, Math.max(1, given)).map(sampleOf);
  };
  const fewer = (given: number) => {
    limit = Math.min(limit, given);
  };
  const policy = policyOf((request, options = {}) => sampleInParts(request, options, () => limit, ask, fewer));
  return { policy, asked };
}

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const texts = (samples: readonly Sample[]) => samples.map(({ text }) => text);

describe("a request in parts of which one fails", () => {
  it("keeps what the others gave, bills it, and asks again for what is missing alone", async () => {
    const { policy, asked } = inParts(4, [4, -1]);
    const billed: number[] = [];
    const metered = meter(policy, ({ usage }) => billed.push(usage.completionTokens));
    const samples = await retry(metered, { clock: instantClock() }).sample(requestOf({ seeds }));
    expect(texts(samples)).toEqual(seeds.map((seed) => `text of ${seed}`));
    expect(asked).toEqual([seeds.slice(0, 4), seeds.slice(4), seeds.slice(4)]);
    expect(billed).toEqual([4, 4]);
  });

  it("gives every seed its own sample, whatever fails and whatever comes short", async () => {
    const answers = fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), answers, async (most, given) => {
        const { policy } = inParts(most, given);
        const samples = await retry(policy, { clock: instantClock(), attempts: 20 }).sample(requestOf({ seeds }));
        expect(texts(samples)).toEqual(seeds.map((seed) => `text of ${seed}`));
      }),
      { numRuns: 200 },
    );
  });
});

describe("a policy that gives fewer samples than it was asked for", () => {
  it.each([0, 1])("fails with what came, in a store and without: %i of 3", async (given) => {
    const policy = policyOf(async () => seeds.slice(0, given).map(sampleOf));
    const store = openSampleStore(":memory:");
    const said = `parts returned ${given} samples, 3 were asked for.`;
    const request = requestOf({ seeds: [1, 2, 3] });
    await expect(retry(policy).sample(request)).rejects.toThrow(said);
    await expect(storedPolicy(policy, store).sample(request)).rejects.toThrow(said);
    store.close();
  });
});

describe("calls of tools that come in pieces", () => {
  const callsOf = (...pieces: object[]) => {
    const builder = completionBuilder(() => undefined);
    for (const piece of pieces)
      builder.add(JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [piece] } }] }));
    builder.add(JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] }));
    return builder.finish().choices[0]?.toolCalls;
  };
  const piece = (index: number, id: string | undefined, name: string, args: string) => ({
    index,
    ...(id !== undefined && { id }),
    function: { name, arguments: args },
  });

  it("are put together by their index, however high it is", () => {
    const calls = callsOf(piece(1_000_000_000, "a", "f", '{"x"'), piece(1_000_000_000, undefined, "", ":1}"));
    expect(calls).toEqual([{ id: "a", name: "f", arguments: '{"x":1}' }]);
  });

  it("are several where each has its own id, whatever their index", () => {
    expect(callsOf(piece(0, "a", "f", "{}"), piece(0, "b", "g", "{"), piece(0, "b", "", "}"))).toEqual([
      { id: "a", name: "f", arguments: "{}" },
      { id: "b", name: "g", arguments: "{}" },
    ]);
  });
});
