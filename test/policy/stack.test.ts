import { describe, expect, it } from "vitest";
import { addUsage, noUsage } from "../../src/core/usage.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { stackPolicy } from "../../src/policy/stack.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { usageOf } from "../../src/policy/usage.ts";
import { faultKinds, startFakeServer } from "../fakes/server.ts";
import { requestOf } from "./requests.ts";

describe("stackPolicy", () => {
  it.each([
    [true, false],
    [false, false],
    [true, true],
  ])(
    "gets every sample from a server that fails one request in five (n honoured: %s, streamed: %s)",
    async (honoursN, streamed) => {
      const server = await startFakeServer({
        honoursN,
        latencyMs: 2,
        script: faultKinds,
        faults: { rate: 0.2, seed: "faults" },
        answer: ({ messages }, index) => `${messages[0]?.content} is ${"long ".repeat(index)}`,
      });
      const raw = openAiPolicy({ baseUrl: server.baseUrl, model: "test", timeoutMs: 1_500, parallel: 8 });
      const store = openSampleStore(":memory:");
      let spent = noUsage;
      const policy = stackPolicy(raw, {
        store,
        concurrency: 8,
        retry: { baseMs: 5, capMs: 20, attempts: 12 },
        onCall: ({ usage }) => {
          spent = addUsage(spent, usage);
        },
      });
      const requests = Array.from({ length: 60 }, (_, index) =>
        requestOf({ n: 1 + (index % 4), messages: [{ role: "user", content: `question ${index}` }] }),
      );
      const all = await Promise.all(
        requests.map((request) => policy.sample(request, streamed ? { onText: () => undefined } : {})),
      );
      await raw.dispose?.();
      await server.close();

      expect(Object.values(server.counts.faults).every((count) => count > 0)).toBe(true);
      expect(spent).toMatchObject({
        calls: server.counts.completions,
        promptTokens: server.counts.promptTokens,
        completionTokens: server.counts.completionTokens,
      });
      expect(all.map(({ length }) => length)).toEqual(requests.map(({ n }) => n));
      expect(all.map(usageOf).reduce(addUsage, noUsage)).toEqual(spent);
      expect(store.count()).toBe(server.counts.completions);
    },
  );

  it("aborts what runs and what waits at once, without a warning about listeners", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    const server = await startFakeServer({ latencyMs: 10_000 });
    const raw = openAiPolicy({ baseUrl: server.baseUrl, model: "test", parallel: 32 });
    const policy = stackPolicy(raw, { store: openSampleStore(":memory:"), concurrency: 32 });
    const controller = new AbortController();
    const calls = Array.from({ length: 100 }, (_, index) =>
      policy.sample(requestOf({ seeds: [index] }), { signal: controller.signal }),
    );
    const outcomes = Promise.allSettled(calls);
    await expect.poll(() => server.active).toBe(32);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(new Set((await outcomes).map((outcome) => outcome.status === "rejected" && outcome.reason))).toEqual(
      new Set([reason]),
    );
    await expect.poll(() => server.active).toBe(0);
    expect(server.counts.requests).toBe(32);
    await raw.dispose?.();
    await server.close();
    process.off("warning", listen);
    expect(warnings.map(String).filter((warning) => !warning.includes("SQLite"))).toEqual([]);
  });
});
