import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { probeServer, profileLines } from "../../src/policy/openai/detect.ts";
import { begunStep, probeQuestion } from "../../src/policy/openai/probes.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { type ReplayOptions, startReplayServer } from "../fakes/replay-server.ts";
import { requestOf } from "./requests.ts";

const folder = mkdtempSync(join(tmpdir(), "profiles-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function recorded(name: string, answer?: ReplayOptions["answer"]) {
  const server = await startReplayServer(name, { apartFrom: ["max_tokens"], maybe: true, answer });
  open.push(() => server.close());
  return server;
}

const found = async (name: string, model = "test", afresh = true) => {
  const { baseUrl } = await recorded(name);
  return probeServer({ baseUrl, model, folder, afresh });
};

describe("probeServer finds out of recorded servers", () => {
  it("llama.cpp: repeats the prefix, counts one sample of several, takes five stop texts and names none", async () => {
    expect(await found("llama.cpp-xllamacpp-2026.10")).toMatchObject({
      server: "llama.cpp",
      contextTokens: 2048,
      prefix: "echo",
      samples: null,
      counts: "one",
      stopTexts: null,
      reportsStops: false,
      streamUsage: true,
      tools: true,
      jsonSchema: true,
    });
  });

  it("vLLM: a flag, all samples counted, four stop texts, which it names, with their log-probabilities", async () => {
    expect(await found("vllm-0.32.0", "m")).toMatchObject({
      server: "vLLM 0.32.0",
      contextTokens: 4096,
      prefix: "continue",
      counts: "all",
      logprobs: 20,
      logprobsOfStop: true,
      stopTexts: 4,
      reportsStops: true,
      streamUsage: true,
      thought: null,
    });
  });

  it("vLLM with a reasoning parser: a thought in a field, so that nothing can be continued", async () => {
    expect(await found("vllm-0.32.0-reasoning-parser", "m")).toMatchObject({
      prefix: "instructed",
      thought: { from: "field", opened: false },
    });
  });

  it("vLLM with Llama 3.1's template and noise for texts: the flag is seen in the size of the prompt", async () => {
    const { baseUrl } = await recorded("vllm-0.32.0-llama3.1", (path) =>
      path.endsWith("/tokenize") ? "none" : undefined,
    );
    expect(await probeServer({ baseUrl, model: "m", folder, afresh: true })).toMatchObject({
      prefix: "continue",
      counts: "all",
      stopTexts: 4,
    });
  });

  it("Ollama: continues by itself and without repetition, one sample a request, names no stop text", async () => {
    expect(await found("ollama-0.17.4", "qwen")).toMatchObject({
      server: "Ollama",
      prefix: "trailing",
      samples: 1,
      stopTexts: null,
      reportsStops: false,
      logprobsOfStop: false,
    });
  });

  it("transformers serve: no continuation, no log-probabilities, one sample a request", async () => {
    expect(await found("transformers-serve-5.19.0", "models/tiny-qwen3")).toMatchObject({
      prefix: "instructed",
      logprobs: null,
      samples: 1,
      streamUsage: true,
    });
  });

  it("LiteLLM: what stands behind it, whatever it says of its owner", async () => {
    expect(await found("litellm-1.108.7", "vllm")).toMatchObject({
      contextTokens: 2048,
      prefix: "continue",
      counts: "all",
      reportsStops: false,
    });
    expect((await found("litellm-1.108.7-reasoning-parser", "think")).thought).toEqual({
      from: "field",
      opened: false,
    });
  });
});

describe("seeds are honoured", () => {
  /** vLLM, with these recordings in answer to the three requests with a seed. */
  const seedsOf = async (...ids: readonly string[]) => {
    const left = [...ids];
    const answer = (_: string, body: Readonly<Record<string, unknown>>) =>
      body.seed !== undefined && body.n === undefined ? left.shift() : undefined;
    const server = await startReplayServer("vllm-0.32.0", { apartFrom: ["max_tokens"], maybe: true, answer });
    open.push(() => server.close());
    const { seeds } = await probeServer({ baseUrl: server.baseUrl, model: "m", folder, afresh: true });
    expect(left).toEqual([]);
    return seeds;
  };

  it("where the same seed gives the same text, and another seed another", async () => {
    expect(await seedsOf("05-seed-a", "05-seed-b", "05-seed-c")).toBe(true);
    expect((await found("vllm-0.32.0", "m")).seeds).toBe(true);
  });

  it("not where the same seed gives another text", async () => {
    expect(await seedsOf("05-seed-a", "05-seed-c", "05-seed-c")).toBe(false);
  });

  it("perhaps where every seed gives the same text", async () => {
    expect(await seedsOf("05-seed-a", "05-seed-a", "05-seed-a")).toBeNull();
    expect((await found("transformers-serve-5.19.0", "models/tiny-qwen3")).seeds).toBeNull();
  });

  it("is asked with requests that differ, so that no cache of replies answers the second", async () => {
    const server = await recorded("vllm-0.32.0");
    await probeServer({ baseUrl: server.baseUrl, model: "m", folder, afresh: true });
    const limits = server.requests.filter(({ body }) => body?.seed === 11).map(({ body }) => body?.max_tokens);
    expect(limits).toEqual([8, 9]);
  });
});

describe("a template that does not keep a begun turn", () => {
  const name = "llama.cpp-xllamacpp-2026.10-qwen3";

  it("is found out by rendering, and left out: the prompt is rendered here and sent as a text", async () => {
    const server = await recorded(name);
    const profile = await probeServer({ baseUrl: server.baseUrl, model: "default", folder, afresh: true });
    expect(profile).toMatchObject({ template: "rewrites", prefix: "completions", counts: "one" });
    const policy = openAiPolicy({ baseUrl: server.baseUrl, model: "default", profile });
    open.push(async () => policy.dispose?.());
    expect(policy.capabilities.prefix).toBe("native");
    const messages = [{ role: "user" as const, content: probeQuestion }];
    const [step] = await policy.sample(requestOf({ messages, prefix: begunStep, temperature: 0, maxTokens: 8 }));
    expect(step).toMatchObject({ text: "The farmer buys 5 pens of ", finish: "length", completionTokens: 8 });
    const { body, path } = server.requests.at(-1) ?? {};
    expect(path).toBe("/v1/completions");
    expect(body?.prompt).toMatch(/<\|im_start\|>assistant\nThe farmer starts with 17 sheep\.\n\n$/);
    expect(body?.prompt).not.toContain("<think>");
  });

  it.each(["", "-llama-3.1", "-gemma-3"])(
    "is not the case of llama.cpp%s, which adds the turn by itself",
    async (suffix) => {
      const server = await recorded(`llama.cpp-xllamacpp-2026.10${suffix}`);
      const profile = await probeServer({ baseUrl: server.baseUrl, model: "default", folder, afresh: true });
      expect(profile.template).toBe("keeps");
    },
  );
});

describe("a template of vLLM that drops the blank line at the end of a begun turn", () => {
  it("is found out by its tokens, and left out: those of the prompt and of the turn are sent as they are", async () => {
    const server = await recorded("vllm-0.32.0-llama3.1");
    const profile = await probeServer({ baseUrl: server.baseUrl, model: "m", folder, afresh: true });
    expect(profile).toMatchObject({ template: "trims", prefix: "completions", counts: "all", stopTexts: 4 });
    const policy = openAiPolicy({ baseUrl: server.baseUrl, model: "m", profile });
    open.push(async () => policy.dispose?.());
    expect(policy.capabilities.prefix).toBe("native");
    const messages = [{ role: "user" as const, content: probeQuestion }];
    const [step] = await policy.sample(requestOf({ messages, prefix: begunStep, temperature: 0, maxTokens: 8 }));
    // 43 of the question and 8 of the step, the last of which is ".\n\n"; under the template the last is ".".
    expect(step).toMatchObject({ promptTokens: 51, completionTokens: 8, finish: "length" });
    const { body, path, served } = server.requests.at(-1) ?? {};
    expect([path, served]).toEqual(["/v1/completions", "44-completions-tokens"]);
    expect(body?.prompt).toHaveLength(51);
    expect((body?.prompt as number[] | undefined)?.at(-1)).toBe(382);
    const asked = server.requests.filter((request) => request.path === "/apply-template").length;
    await policy.sample(requestOf({ messages, prefix: begunStep, temperature: 0, maxTokens: 8 }));
    expect(server.requests.filter((request) => request.path === "/apply-template")).toHaveLength(asked);
  });
});

describe("what was found out", () => {
  it("is remembered until the server describes the model in another way", async () => {
    const server = await recorded("vllm-0.32.0");
    const first = await probeServer({ baseUrl: server.baseUrl, model: "m", folder });
    const asked = server.requests.length;
    expect(asked).toBeLessThanOrEqual(12);
    expect(await probeServer({ baseUrl: server.baseUrl, model: "m", folder })).toEqual(first);
    expect(server.requests.length).toBe(asked + 1);
  });

  it("is shown line by line", async () => {
    const lines = profileLines(await found("vllm-0.32.0", "m"));
    expect(Object.fromEntries(lines)).toMatchObject({
      server: "vLLM 0.32.0",
      context: "4096 tokens",
      "goes on with a begun turn": "by continue_final_message",
      "stop texts": "at most 4",
    });
  });
});
