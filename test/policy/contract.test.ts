import { ChatOpenAI } from "@langchain/openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Policy } from "../../src/core/policy.ts";
import { langchainPolicy } from "../../src/policy/langchain.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { type ScriptEntry, scriptedPolicy } from "../../src/policy/scripted.ts";
import { stackPolicy } from "../../src/policy/stack.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { type FakeServer, startFakeServer } from "../fakes/server.ts";
import { requestOf } from "./requests.ts";

const answers: ScriptEntry[] = Array.from({ length: 50 }, () => "First this.\n\nThen that. The answer is 4.");
let server: FakeServer;
beforeAll(async () => {
  server = await startFakeServer({ answer: () => "First this.\n\nThen that. The answer is 4." });
});
afterAll(() => server.close());

const policies: Record<string, () => Policy | Promise<Policy>> = {
  scripted: () => scriptedPolicy(answers),
  "stack over scripted": () => stackPolicy(scriptedPolicy(answers), { store: openSampleStore(":memory:") }),
  openai: () => openAiPolicy({ baseUrl: server.baseUrl, model: "test" }),
  "openai, one sample a request": () => openAiPolicy({ baseUrl: server.baseUrl, model: "test", seeds: true }),
  "stack over openai": () => stackPolicy(openAiPolicy({ baseUrl: server.baseUrl, model: "test" })),
  langchain: () =>
    langchainPolicy(new ChatOpenAI({ model: "test", apiKey: "sk-test", configuration: { baseURL: server.baseUrl } })),
};

describe.each(Object.entries(policies))("the policy %s", (_, make) => {
  it("gives exactly as many samples as asked for, in the order of their seeds", async () => {
    const policy = await make();
    for (const seeds of [[7], [3, 1, 2]]) {
      const samples = await policy.sample(requestOf({ seeds }));
      expect(samples.map(({ seed }) => seed)).toEqual(seeds);
    }
    await policy.dispose?.();
    await policy.dispose?.();
  });

  it("ends before a stop text, within the token limit, and says which it was", async () => {
    const policy = await make();
    const [stopped] = await policy.sample(requestOf({ stop: ["\n\n"] }));
    expect(stopped).toMatchObject({ text: "First this.", finish: "stop" });
    const [cut] = await policy.sample(requestOf({ maxTokens: 2 }));
    expect(cut).toMatchObject({ text: "First th", finish: "length", completionTokens: 2 });
    await policy.dispose?.();
  });

  it("shows each sample's whole text to those who watch", async () => {
    const policy = await make();
    const shown = ["", ""];
    const samples = await policy.sample(requestOf({ n: 2 }), {
      onText: (index, text) => {
        shown[index] += text;
      },
    });
    expect(shown).toEqual(samples.map(({ text }) => text));
    await policy.dispose?.();
  });

  it("rejects with the signal's reason when that has fired", async () => {
    const policy = await make();
    const reason = new Error("no more");
    await expect(policy.sample(requestOf({ n: 2 }), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await policy.dispose?.();
  });

  it("has an id without spaces and counts at least one call worth having in flight", async () => {
    const policy = await make();
    expect(policy.id).toMatch(/^\S+$/);
    expect(policy.capabilities.parallel).toBeGreaterThan(0);
    expect(policy.capabilities.embeds).toBe(policy.embed !== undefined);
    await policy.dispose?.();
  });
});
