import { describe, expect, it } from "vitest";
import { InvalidOptionError } from "../../src/core/errors.ts";
import type { Policy, SampleRequest } from "../../src/core/policy.ts";
import { limit } from "../../src/policy/limit.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { requestOf } from "./requests.ts";

/** A policy whose calls end when the test says so. */
function held(capabilities: { sharedPrompt?: boolean } = {}) {
  const inner = scriptedPolicy(
    Array.from(
      { length: 99 },
      () =>
        ({ seeds }: SampleRequest, index: number) =>
          `${seeds[index]}`,
    ),
    { capabilities },
  );
  const waiting: { request: SampleRequest; go: () => void }[] = [];
  const policy: Policy = {
    ...inner,
    sample: (request, options) =>
      new Promise((resolve, reject) => {
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason));
        waiting.push({ request, go: () => inner.sample(request, options).then(resolve, reject) });
      }),
  };
  return { policy, waiting };
}

const seedsOf = (waiting: readonly { request: SampleRequest }[]) => waiting.map(({ request }) => request.seeds[0]);
const ask = (policy: Policy, seed: number, signal?: AbortSignal) =>
  policy.sample(requestOf({ seeds: [seed] }), signal ? { signal } : {}).catch((thrown: unknown) => thrown);

describe("limit", () => {
  it("lets through as many calls as it is told, and the next when one ends", async () => {
    const { policy, waiting } = held();
    const limited = limit(policy, { concurrency: 2 });
    const calls = [1, 2, 3].map((seed) => ask(limited, seed));
    await expect.poll(() => waiting.length).toBe(2);
    waiting[0]?.go();
    await expect.poll(() => seedsOf(waiting)).toEqual([1, 2, 3]);
    for (const { go } of waiting) go();
    expect(await Promise.all(calls)).toMatchObject([[{ text: "1" }], [{ text: "2" }], [{ text: "3" }]]);
  });

  it("counts each sample as a call where samples do not share a prompt", async () => {
    const { policy, waiting } = held({ sharedPrompt: false });
    const call = limit(policy, { concurrency: 2 }).sample(requestOf({ seeds: [1, 2, 3] }));
    await expect.poll(() => seedsOf(waiting)).toEqual([1, 2]);
    for (let i = 0; i < 3; i++) {
      await expect.poll(() => waiting.length).toBeGreaterThan(i);
      waiting[i]?.go();
    }
    expect((await call).map(({ text }) => text)).toEqual(["1", "2", "3"]);
  });

  it("lets higher priorities go first", async () => {
    const { policy, waiting } = held();
    const limited = limit(policy, { concurrency: 1, priority: ({ seeds }) => seeds[0] ?? 0 });
    const calls = [1, 2, 3].map((seed) => ask(limited, seed));
    for (let i = 0; i < 3; i++) {
      await expect.poll(() => waiting.length).toBe(i + 1);
      waiting[i]?.go();
    }
    await Promise.all(calls);
    expect(seedsOf(waiting)).toEqual([1, 3, 2]);
  });

  it("drops aborted calls from the queue without ever making them", async () => {
    const { policy, waiting } = held();
    const limited = limit(policy, { concurrency: 1 });
    const controller = new AbortController();
    const first = ask(limited, 1);
    const second = ask(limited, 2, controller.signal);
    const third = ask(limited, 3);
    controller.abort("enough");
    expect(await second).toBe("enough");
    waiting[0]?.go();
    await expect.poll(() => seedsOf(waiting)).toEqual([1, 3]);
    waiting[1]?.go();
    await Promise.all([first, third]);
  });

  it("wants at least one call at a time", () => {
    expect(() => limit(held().policy, { concurrency: 0 })).toThrow(InvalidOptionError);
  });
});
