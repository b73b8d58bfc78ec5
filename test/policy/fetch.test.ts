import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/core/policy.ts";
import { solve } from "../../src/engine/light.ts";
import { fetchPolicy } from "../../src/policy/fetch.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { mcts } from "../../strategies/search/mcts.ts";
import { type FakeServer, type FakeServerOptions, faultKinds, startFakeServer } from "../fakes/server.ts";
import { requestOf } from "./requests.ts";

/** What a policy over each kind of connection makes of the same server. */
async function both<T>(options: FakeServerOptions, act: (policy: Policy, server: FakeServer) => Promise<T>) {
  const results: T[] = [];
  for (const make of [openAiPolicy, fetchPolicy]) {
    const server = await startFakeServer(options);
    const policy = make({
      baseUrl: server.baseUrl,
      model: "test",
      timeoutMs: options.script?.[0] === "hang" ? 60 : 10_000,
    });
    try {
      results.push(await act(policy, server));
    } finally {
      await policy.dispose?.();
      await server.close();
    }
  }
  return results;
}

describe("a policy over fetch", () => {
  it("has the id and the samples of the same model over other connections", async () => {
    const [usual, fetched] = await both({ answer: (_, index) => `Answer ${index}: ünï ✓` }, async (policy) => {
      const samples = await policy.sample(requestOf({ n: 3 }));
      return { id: policy.id.replace(/:\d+/, ""), samples: samples.map(({ serviceMs: _, ...rest }) => rest) };
    });
    expect(fetched).toEqual(usual);
  });

  it("shows text as it comes, all of it", async () => {
    const [usual, fetched] = await both({ answer: () => "one ✓ two 𝒳 three" }, async (policy) => {
      let shown = "";
      const [sample] = await policy.sample(requestOf(), { onText: (_, text) => (shown += text) });
      return { shown, text: sample?.text };
    });
    expect(fetched).toEqual(usual);
    expect(fetched?.shown).toBe("one ✓ two 𝒳 three");
  });

  it.each(faultKinds)("makes of a server's %s what other connections make of it", async (fault) => {
    const [usual, fetched] = await both({ script: [fault], retryAfter: "7" }, async (policy) => {
      const thrown = await policy.sample(requestOf()).catch((error: unknown) => error);
      const { name, status, kind, retryable, retryAfterMs } = thrown as Record<string, unknown>;
      return { name, status, kind, retryable, retryAfterMs };
    });
    expect(usual).toMatchObject({ name: "ModelCallError", retryable: true });
    expect(fetched).toEqual(usual);
  });

  it("rejects with the reason of an abort, and the server hears of it", async () => {
    const reason = new Error("enough");
    const [, fetched] = await both({ latencyMs: 10_000 }, async (policy, server) => {
      const leave = new AbortController();
      const call = policy.sample(requestOf(), { signal: leave.signal }).catch((error: unknown) => error);
      await expect.poll(() => server.active).toBe(1);
      leave.abort(reason);
      const thrown = await call;
      await expect.poll(() => server.counts.aborted).toBe(1);
      return thrown;
    });
    expect(fetched).toBe(reason);
  });
});

it("an engine without walks says which has them", async () => {
  const server = await startFakeServer();
  const policy = fetchPolicy({ baseUrl: server.baseUrl, model: "test" });
  await expect(solve("What is 2 + 2?", { strategy: mcts, policy })).rejects.toThrow(/ruminate\/core\/full/);
  await server.close();
});
