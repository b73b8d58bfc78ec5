import { BaseChatModel, type BaseChatModelCallOptions } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { ChatOpenAI } from "@langchain/openai";
import { afterEach, describe, expect, it, vi } from "vitest";
import { EnvironmentError } from "../../src/core/errors.ts";
import { langchainPolicy } from "../../src/policy/langchain.ts";
import { retry } from "../../src/policy/retry.ts";
import { usageOf } from "../../src/policy/usage.ts";
import { type FakeServer, type FakeServerOptions, startFakeServer } from "../fakes/server.ts";
import { instantClock, requestOf } from "./requests.ts";

const servers: FakeServer[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function connect(options: FakeServerOptions = {}, fields: Record<string, unknown> = {}, timeoutMs = 5000) {
  const server = await startFakeServer(options);
  servers.push(server);
  const model = new ChatOpenAI({
    model: "test",
    apiKey: "sk-test-key-never-shown",
    configuration: { baseURL: server.baseUrl },
    ...fields,
  });
  return { server, policy: await langchainPolicy(model, { timeoutMs }) };
}

interface OwnOptions extends BaseChatModelCallOptions {
  temperature?: number;
  seed?: number;
  maxTokens?: number;
}

/** A class of a user's own, which nothing is known of. */
class OwnModel extends BaseChatModel<OwnOptions> {
  readonly seen: OwnOptions[] = [];
  readonly asked: BaseMessage[][] = [];
  _llmType() {
    return "own";
  }
  async _generate(messages: BaseMessage[], options: OwnOptions): Promise<ChatResult> {
    this.seen.push(options);
    this.asked.push(messages);
    const text = `seed ${options.seed}`;
    const usage_metadata = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };
    return { generations: [{ text, message: new AIMessage({ content: text, usage_metadata }) }] };
  }
}

describe("langchainPolicy", () => {
  it("gets several samples of an OpenAI model in one request and counts their usage once", async () => {
    const { server, policy } = await connect({ answer: (_, index) => "word ".repeat(index + 1) });
    const samples = await policy.sample(requestOf({ n: 3 }));
    expect(samples.map(({ text }) => text)).toEqual(["word ", "word word ", "word word word "]);
    expect(server.counts.requests).toBe(1);
    expect(usageOf(samples)).toMatchObject({
      calls: 3,
      promptTokens: server.counts.promptTokens,
      completionTokens: server.counts.completionTokens,
    });
  });

  it("sends every setting of the request and keeps the model's own", async () => {
    const { server, policy } = await connect({}, { temperature: 1, modelKwargs: { cache_salt: "x" } });
    const settings = { temperature: 0.3, topP: 0.9, topK: 40, minP: 0.05, stop: ["END"], maxTokens: 7, logprobs: 2 };
    const [sample] = await policy.sample(requestOf(settings));
    expect(server.bodies[0]).toMatchObject({
      temperature: 0.3,
      top_p: 0.9,
      top_k: 40,
      min_p: 0.05,
      stop: ["END"],
      max_tokens: 7,
      seed: 100,
      logprobs: true,
      top_logprobs: 2,
      cache_salt: "x",
    });
    expect(sample?.logprobs?.[0]).toMatchObject({
      token: "The ",
      logprob: -0.25,
      top: [{ token: "The " }, { token: "1" }],
    });
    await policy.sample(requestOf({ temperature: 0.9 }));
    expect(server.bodies[1]).toMatchObject({ temperature: 0.9, cache_salt: "x" });
    expect(server.bodies[1]).not.toHaveProperty("logprobs");
  });

  it("tells a text that was cut from one that ended", async () => {
    const { policy } = await connect();
    expect(await policy.sample(requestOf({ maxTokens: 2 }))).toMatchObject([{ text: "The answ", finish: "length" }]);
    expect(await policy.sample(requestOf())).toMatchObject([{ text: "The answer is 4.", finish: "stop" }]);
  });

  it("asks one by one where the server gives fewer samples than asked for", async () => {
    const { server, policy } = await connect({ honoursN: false });
    const samples = await policy.sample(requestOf({ n: 4 }));
    expect(samples).toHaveLength(4);
    expect(server.counts.completions).toBe(4);
    expect(usageOf(samples)).toMatchObject({ calls: 4, promptTokens: server.counts.promptTokens });
  });

  it.each(["429", "500", "reset", "malformed", "short", "hang"] as const)(
    "makes one attempt at a %s and calls it worth another",
    async (fault) => {
      const { server, policy } = await connect({ script: [fault], retryAfter: "3" }, {}, 300);
      const error = await policy.sample(requestOf()).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        name: "ModelCallError",
        retryable: true,
        retryAfterMs: fault === "429" ? 3000 : null,
      });
      expect(server.counts.requests).toBe(1);
      expect(await retry(policy, { clock: instantClock() }).sample(requestOf())).toHaveLength(1);
    },
  );

  it("passes final refusals on without the key", async () => {
    const { policy } = await connect({ apiKey: "another" });
    vi.stubEnv("TEST_LANGCHAIN_KEY", "sk-test-key-never-shown");
    const error = await policy.sample(requestOf()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 401, retryable: false });
    expect(`${error} ${(error as Error).stack} ${((error as Error).cause as Error).stack} ${policy.id}`).not.toContain(
      "never-shown",
    );
  });

  it("closes the connection when aborted and rejects with the reason", async () => {
    const { server, policy } = await connect({ latencyMs: 5000 });
    const controller = new AbortController();
    const outcome = policy.sample(requestOf(), { signal: controller.signal }).catch((thrown: unknown) => thrown);
    await expect.poll(() => server.active).toBe(1);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await outcome).toBe(reason);
    await expect.poll(() => server.counts.aborted).toBe(1);
  });

  it("gives a class of the user's own its settings with each call", async () => {
    const model = new OwnModel({});
    const policy = await langchainPolicy(model);
    const samples = await policy.sample(requestOf({ seeds: [1, 2], temperature: 0.4, maxTokens: 9, prefix: "So" }));
    expect(samples.map(({ text }) => text)).toEqual(["seed 1", "seed 2"]);
    expect(model.seen).toMatchObject([
      { seed: 1, temperature: 0.4, maxTokens: 9 },
      { seed: 2, temperature: 0.4, maxTokens: 9 },
    ]);
    expect(model.asked[0]?.map((message) => message.getType())).toEqual(["human", "ai", "human"]);
    expect(usageOf(samples)).toMatchObject({ calls: 2, promptTokens: 14, completionTokens: 6 });
    expect(policy.capabilities).toMatchObject({ sharedPrompt: false, logprobs: null });
  });

  it("tells models apart by their settings but not by their keys", async () => {
    const idOf = async (fields: Record<string, unknown>) =>
      (await langchainPolicy(new ChatOpenAI({ model: "m", apiKey: "k1", ...fields }))).id;
    const plain = await idOf({});
    expect(plain).toMatch(/^langchain\/ChatOpenAI:m@[0-9a-f]{8}$/);
    expect(await idOf({ apiKey: "k2" })).toBe(plain);
    expect(await idOf({ modelKwargs: { a: 1 } })).not.toBe(plain);
  });

  it("opens models by name, and says which package or name is missing", async () => {
    const server = await startFakeServer({ models: ["gpt-test"] });
    servers.push(server);
    vi.stubEnv("OPENAI_API_KEY", "sk-test");
    vi.stubEnv("OPENAI_BASE_URL", server.baseUrl);
    const policy = await langchainPolicy("openai:gpt-test");
    const samples = await policy.sample(requestOf({ n: 2 }));
    expect(policy.id).toMatch(/^langchain\/openai:gpt-test@[0-9a-f]{12}$/); // an address of its own
    expect(samples).toHaveLength(2);
    expect(server.bodies[0]).toMatchObject({ model: "gpt-test", n: 2 });
    await expect(langchainPolicy("mistralai:m")).rejects.toThrow(EnvironmentError);
    await expect(langchainPolicy("mistralai:m")).rejects.toThrow(/@langchain\/mistralai.*npm install/);
    await expect(langchainPolicy("no-such-model")).rejects.toThrow(/"no-such-model" cannot be opened/);
  });
});
