import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../src/core/errors.ts";
import type { Policy, Sample, SampleOptions, SampleRequest } from "../../../src/core/policy.ts";
import { FailedAttempt } from "../../../src/policy/failed-attempt.ts";
import { scriptedPolicy } from "../../../src/policy/scripted.ts";
import { replayPolicy } from "../../../src/policy/store/replay.ts";
import { openSampleStore } from "../../../src/policy/store/sqlite.ts";
import { storedPolicy } from "../../../src/policy/store/stored.ts";
import { requestOf } from "../requests.ts";

const bySeed = ({ seeds }: SampleRequest, index: number) => `answer ${seeds[index]}`;
const inner = (sharedPrompt = true) =>
  scriptedPolicy(
    Array.from({ length: 200 }, () => bySeed),
    { capabilities: { sharedPrompt } },
  );
const texts = (samples: readonly Sample[]) => samples.map(({ text }) => text);

/** A policy that answers when the test lets it. */
function held(policy: Policy) {
  const gates: { request: SampleRequest; open: () => void; fail: (error: unknown) => void }[] = [];
  return {
    gates,
    policy: {
      ...policy,
      sample: (request: SampleRequest, options?: SampleOptions) =>
        new Promise<Sample[]>((resolve, reject) => {
          options?.signal?.addEventListener("abort", () => reject(options.signal?.reason));
          gates.push({ request, open: () => policy.sample(request, options).then(resolve, reject), fail: reject });
        }),
    },
  };
}

describe("storedPolicy", () => {
  it("asks the model only for what the store does not have", async () => {
    const model = inner();
    const fresh: number[] = [];
    const policy = storedPolicy(model, openSampleStore(":memory:"), {
      onFresh: (samples) => fresh.push(...samples.map(({ seed }) => seed)),
    });
    const first = await policy.sample(requestOf({ seeds: [1, 3] }));
    const second = await policy.sample(requestOf({ seeds: [1, 2, 3, 4] }));
    expect(texts(second)).toEqual(["answer 1", "answer 2", "answer 3", "answer 4"]);
    expect([second[0], second[2]]).toEqual(first.map((sample) => ({ ...sample, stored: true })));
    expect(second.map(({ stored }) => stored ?? false)).toEqual([true, false, true, false]);
    expect(model.requests.map(({ seeds }) => seeds)).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(fresh).toEqual([1, 3, 2, 4]);
  });

  it("asks again for a longer text where the first was cut", async () => {
    const model = scriptedPolicy(["123456789", "123456789"]);
    const policy = storedPolicy(model, openSampleStore(":memory:"));
    expect(texts(await policy.sample(requestOf({ maxTokens: 1 })))).toEqual(["1234"]);
    expect(texts(await policy.sample(requestOf({ maxTokens: 9 })))).toEqual(["123456789"]);
    expect(texts(await policy.sample(requestOf({ maxTokens: 5 })))).toEqual(["123456789"]);
    expect(texts(await policy.sample(requestOf({ maxTokens: 1 })))).toEqual(["1234"]);
    expect(model.left).toBe(0);
  });

  it("makes one call for two callers that want the same samples at the same time", async () => {
    const { gates, policy } = held(inner());
    const stored = storedPolicy(policy, openSampleStore(":memory:"));
    const calls = [
      stored.sample(requestOf({ seeds: [1, 2] })),
      stored.sample(requestOf({ seeds: [2, 1] })),
      stored.sample(requestOf({ seeds: [2, 3] })),
    ];
    expect(gates.map(({ request }) => request.seeds)).toEqual([[1, 2], [3]]);
    for (const { open } of gates) open();
    expect((await Promise.all(calls)).map(texts)).toEqual([
      ["answer 1", "answer 2"],
      ["answer 2", "answer 1"],
      ["answer 2", "answer 3"],
    ]);
  });

  it("asks once for the same seed twice in one request", async () => {
    const model = inner();
    const stored = storedPolicy(model, openSampleStore(":memory:"));
    expect(texts(await stored.sample(requestOf({ seeds: [1, 1, 2] })))).toEqual(["answer 1", "answer 1", "answer 2"]);
    expect(model.requests[0]?.seeds).toEqual([1, 2]);
  });

  it("lets a second caller ask itself when the first is aborted", async () => {
    const { gates, policy } = held(inner());
    const stored = storedPolicy(policy, openSampleStore(":memory:"));
    const controller = new AbortController();
    const first = stored.sample(requestOf(), { signal: controller.signal }).catch((thrown: unknown) => thrown);
    const second = stored.sample(requestOf());
    controller.abort("gone");
    expect(await first).toBe("gone");
    await expect.poll(() => gates.length).toBe(2);
    gates[1]?.open();
    expect(texts(await second)).toEqual(["answer 100"]);
  });

  it("rejects at once when aborted while it waits for another caller", async () => {
    const { gates, policy } = held(inner());
    const stored = storedPolicy(policy, openSampleStore(":memory:"));
    const controller = new AbortController();
    const first = stored.sample(requestOf());
    const second = stored.sample(requestOf(), { signal: controller.signal }).catch((thrown: unknown) => thrown);
    controller.abort("gone");
    expect(await second).toBe("gone");
    gates[0]?.open();
    expect(texts(await first)).toEqual(["answer 100"]);
    expect(gates).toHaveLength(1);
  });

  it("tells all who wait of a failure, and asks anew the next time", async () => {
    const { gates, policy } = held(inner());
    const stored = storedPolicy(policy, openSampleStore(":memory:"));
    const calls = [1, 2].map(() => stored.sample(requestOf()).catch((thrown: unknown) => thrown));
    const failure = new FailedAttempt("down", { retryable: true });
    gates[0]?.fail(failure);
    expect(await Promise.all(calls)).toEqual([failure, failure]);
    const again = stored.sample(requestOf());
    gates[1]?.open();
    expect(texts(await again)).toEqual(["answer 100"]);
  });

  it("keeps the samples that arrived before a call failed", async () => {
    const { gates, policy } = held(inner());
    const stored = storedPolicy(policy, openSampleStore(":memory:"));
    const [arrived] = await inner().sample(requestOf({ seeds: [2] }));
    const call = stored.sample(requestOf({ seeds: [1, 2] })).catch((thrown: unknown) => thrown);
    gates[0]?.fail(new FailedAttempt("half", { retryable: true, samples: [null, arrived ?? null] }));
    expect(await call).toBeInstanceOf(FailedAttempt);
    expect(texts(await stored.sample(requestOf({ seeds: [2] })))).toEqual(["answer 2"]);
    expect(gates).toHaveLength(1);
  });

  it("keeps each sample as it arrives where samples do not share a prompt", async () => {
    const { gates, policy } = held(inner(false));
    const store = openSampleStore(":memory:");
    const call = storedPolicy(policy, store).sample(requestOf({ seeds: [1, 2, 3] }));
    expect(gates.map(({ request }) => request.n)).toEqual([1, 1, 1]);
    gates[1]?.open();
    await expect.poll(() => store.count()).toBe(1);
    gates[0]?.open();
    gates[2]?.open();
    expect(texts(await call)).toEqual(["answer 1", "answer 2", "answer 3"]);
  });

  it("shows stored texts to those who watch", async () => {
    const stored = storedPolicy(inner(), openSampleStore(":memory:"));
    await stored.sample(requestOf({ seeds: [1] }));
    const shown: [number, string][] = [];
    await stored.sample(requestOf({ seeds: [2, 1] }), { onText: (index, text) => shown.push([index, text]) });
    expect(shown.toSorted()).toEqual([
      [0, "answer 2"],
      [1, "answer 1"],
    ]);
  });
});

describe("replayPolicy", () => {
  it("serves what was stored and calls a missing sample by its name", async () => {
    const store = openSampleStore(":memory:");
    const model = inner();
    const recorded = await storedPolicy(model, store).sample(requestOf({ seeds: [1, 2] }));
    const replay = replayPolicy({ id: model.id, capabilities: model.capabilities }, store);
    expect(await replay.sample(requestOf({ seeds: [2, 1] }))).toEqual(
      recorded.toReversed().map((sample) => ({ ...sample, stored: true })),
    );
    const missing = replay.sample(requestOf({ seeds: [1, 9] }));
    await expect(missing).rejects.toBeInstanceOf(EnvironmentError);
    await expect(missing).rejects.toThrow(/no sample of scripted with seed 9 .*"What is 2 \+ 2\?".* Run once/);
  });
});
