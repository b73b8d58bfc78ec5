import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { EnvironmentError, InvalidOptionError, ModelCallError } from "../../src/core/errors.ts";
import type { Policy, Sample } from "../../src/core/policy.ts";
import { continueInstruction } from "../../src/policy/openai/request.ts";
import { type OpenAiOptions, openAiPolicy } from "../../src/policy/openai.ts";
import { usageOf } from "../../src/policy/usage.ts";
import { type FakeServer, type FakeServerOptions, startFakeServer } from "../fakes/server.ts";
import { requestOf } from "./requests.ts";

const open: (() => Promise<void> | undefined)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map((close) => close()));
});

async function connect(
  server: FakeServerOptions = {},
  policy: Partial<OpenAiOptions> = {},
): Promise<{ server: FakeServer; policy: Policy }> {
  const started = await startFakeServer(server);
  const made = openAiPolicy({ baseUrl: started.baseUrl, model: "test", ...policy });
  open.push(
    () => started.close(),
    () => made.dispose?.(),
  );
  return { server: started, policy: made };
}

const texts = (samples: readonly Sample[]) => samples.map(({ text }) => text);

describe("openAiPolicy", () => {
  it("asks for all samples of a request at once and counts the prompt once", async () => {
    const { server, policy } = await connect({ answer: (_, index) => "word ".repeat(index + 1) });
    const samples = await policy.sample(requestOf({ n: 4 }));
    expect(server.counts.requests).toBe(1);
    expect(samples.map(({ text }) => text.length)).toEqual([5, 10, 15, 20]);
    expect(samples.map(({ seed }) => seed)).toEqual([100, 101, 102, 103]);
    expect(usageOf(samples)).toMatchObject({
      calls: 4,
      promptTokens: server.counts.promptTokens,
      completionTokens: server.counts.completionTokens,
    });
  });

  it.each([
    [false, 1],
    [3, 3],
    ["refuse", 0],
  ] as const)(
    "asks one by one for the samples that a server with n = %s does not give, and keeps those it gives",
    async (honoursN, first) => {
      const { server, policy } = await connect({ honoursN });
      const samples = await policy.sample(requestOf({ n: 5 }));
      expect(samples).toHaveLength(5);
      expect(server.counts.requests).toBe(1 + 5 - first);
      expect(usageOf(samples)).toMatchObject({ calls: 5, completionTokens: server.counts.completionTokens });
      expect(usageOf(samples).promptTokens).toBe(server.counts.promptTokens);
      expect(server.bodies.slice(1).map(({ seed }) => seed)).toEqual([100, 101, 102, 103, 104].slice(first));
    },
  );

  it("remembers that a server gives one sample a request", async () => {
    const { server, policy } = await connect({ honoursN: false });
    expect(policy.capabilities.sharedPrompt).toBe(true);
    await policy.sample(requestOf({ n: 2 }));
    expect(policy.capabilities.sharedPrompt).toBe(false);
    await policy.sample(requestOf({ n: 2 }));
    expect(server.bodies.map(({ n }) => n ?? 1)).toEqual([2, 1, 1, 1]);
  });

  it("hands over the samples that arrived when one of those asked for singly fails", async () => {
    const { policy } = await connect({ honoursN: false, script: [null, "500"] });
    const error = await policy.sample(requestOf({ n: 3 })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ModelCallError", status: 500, retryable: true });
    expect((error as { samples: unknown[] }).samples.filter((sample) => sample !== null)).toHaveLength(2);
  });

  it("sends sampling settings, stop texts, seed and further fields", async () => {
    const { server, policy } = await connect({}, { extraBody: { cache_salt: "x" }, headers: { "x-team": "maths" } });
    await policy.sample(requestOf({ temperature: 0.3, topP: 0.9, topK: 40, minP: 0.05, stop: ["\n\n"], maxTokens: 7 }));
    expect(server.bodies[0]).toMatchObject({
      model: "test",
      temperature: 0.3,
      top_p: 0.9,
      top_k: 40,
      min_p: 0.05,
      stop: ["\n\n"],
      max_tokens: 7,
      seed: 100,
      cache_salt: "x",
    });
    expect(server.headers[0]?.["x-team"]).toBe("maths");
  });

  it("reports why a text ended", async () => {
    const { policy } = await connect({ answer: () => "one two\n\nthree" });
    const [stopped] = await policy.sample(requestOf({ stop: ["\n\n"] }));
    expect(stopped).toMatchObject({ text: "one two", finish: "stop", stoppedBy: "\n\n" });
    const [cut] = await policy.sample(requestOf({ maxTokens: 1 }));
    expect(cut).toMatchObject({ text: "one ", finish: "length", completionTokens: 1 });
  });

  it("reads log-probabilities and the alternatives asked for", async () => {
    const { policy } = await connect({ answer: () => "12345678" });
    const [sample] = await policy.sample(requestOf({ logprobs: 2 }));
    expect(sample?.logprobs).toEqual([
      {
        token: "1234",
        logprob: -0.25,
        top: [
          { token: "1234", logprob: -0.25 },
          { token: "1", logprob: -1.25 },
        ],
      },
      {
        token: "5678",
        logprob: -0.25,
        top: [
          { token: "5678", logprob: -0.25 },
          { token: "1", logprob: -1.25 },
        ],
      },
    ]);
    const [plain] = await policy.sample(requestOf());
    expect(plain?.logprobs).toBeUndefined();
  });

  it("goes on with a begun turn natively, without the prefix that some servers repeat, or by instruction", async () => {
    const begun = requestOf({ prefix: "Step 1: add." });
    const answer = () => " Step 2: done.";
    const vllm = await connect({ answer }, { prefix: "continue" });
    expect(texts(await vllm.policy.sample(begun))).toEqual([" Step 2: done."]);
    expect(vllm.server.bodies[0]).toMatchObject({ continue_final_message: true, add_generation_prompt: false });

    const llama = await connect({ answer, ownedBy: "llamacpp" }, { prefix: "echo" });
    expect(texts(await llama.policy.sample(begun))).toEqual([" Step 2: done."]);

    const other = await connect({ answer, ownedBy: "somebody" });
    expect(other.policy.capabilities.prefix).toBe("instructed");
    expect(texts(await other.policy.sample(begun))).toEqual([" Step 2: done."]);
    expect(other.server.bodies[0]?.messages.slice(1)).toEqual([
      { role: "assistant", content: "Step 1: add." },
      { role: "user", content: continueInstruction },
    ]);
  });

  it("streams the texts of several samples and still reports their usage", async () => {
    const { server, policy } = await connect({ answer: (_, index) => `sample ${index} says hello` });
    const shown = ["", ""];
    const samples = await policy.sample(requestOf({ n: 2 }), {
      onText: (index, text) => {
        shown[index] += text;
      },
    });
    expect(shown).toEqual(["sample 0 says hello", "sample 1 says hello"]);
    expect(texts(samples)).toEqual(shown);
    expect(usageOf(samples).completionTokens).toBe(server.counts.completionTokens);
  });

  it("does not show a repeated prefix while streaming", async () => {
    const { policy } = await connect({ answer: () => " and four", ownedBy: "llamacpp" }, { prefix: "echo" });
    let shown = "";
    await policy.sample(requestOf({ prefix: "two and three" }), { onText: (_, text) => (shown += text) });
    expect(shown).toBe(" and four");
  });

  it.each(["429", "500", "reset", "malformed", "short", "hang"] as const)(
    "calls a %s worth another attempt",
    async (fault) => {
      for (const onText of [undefined, () => undefined]) {
        const { server, policy } = await connect({ script: [fault], retryAfter: "7" }, { timeoutMs: 60 });
        const error = await policy.sample(requestOf(), onText && { onText }).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(ModelCallError);
        expect(error).toMatchObject({ retryable: true, retryAfterMs: fault === "429" ? 7000 : null });
        expect(server.counts.completions).toBe(0);
      }
    },
  );

  it("calls other refusals final and repeats the server's words", async () => {
    const { policy } = await connect({}, { model: "unheard-of" });
    const error = await policy.sample(requestOf({ n: 2 })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ModelCallError);
    expect(error).toMatchObject({ status: 404, retryable: false });
    expect(String(error)).toMatch(/answered 404: The model `unheard-of` does not exist/);
  });

  it("closes the connection at an abort, long before the reply, and rejects with its reason", async () => {
    for (const onText of [undefined, () => undefined]) {
      const { server, policy } = await connect({ latencyMs: 30_000 });
      const controller = new AbortController();
      const call = policy.sample(requestOf(), { signal: controller.signal, ...(onText && { onText }) });
      const outcome = call.catch((thrown: unknown) => thrown);
      await expect.poll(() => server.active).toBe(1);
      const reason = new Error("enough");
      const started = performance.now();
      controller.abort(reason);
      expect(await outcome).toBe(reason);
      await expect.poll(() => server.counts.aborted, { interval: 2 }).toBe(1);
      expect(performance.now() - started).toBeLessThan(10_000);
    }
  });

  it("sends nothing when the signal has fired before the call", async () => {
    const { server, policy } = await connect();
    await expect(policy.sample(requestOf(), { signal: AbortSignal.abort("no") })).rejects.toBe("no");
    expect(server.counts.requests).toBe(0);
  });

  it("keeps the key out of errors and of its id, also when the server repeats it", async () => {
    vi.stubEnv("TEST_POLICY_KEY", "sk-very-secret-42");
    const { server, policy } = await connect({ apiKey: "another" }, { apiKeyEnv: "TEST_POLICY_KEY" });
    const error = await policy.sample(requestOf()).catch((thrown: unknown) => thrown);
    expect(server.headers[0]?.authorization).toBe("Bearer sk-very-secret-42");
    expect(error).toMatchObject({ status: 401, retryable: false });
    expect(String(error)).toContain("Incorrect API key provided: [secret]");
    expect(inspect([error, policy], { depth: 9, showHidden: true })).not.toContain("secret-42");
  });

  it("does not send the OpenAI key to other servers", async () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-of-another-house");
    const { server, policy } = await connect();
    await policy.sample(requestOf());
    expect(server.headers[0]?.authorization).toBeUndefined();
  });

  it("rejects addresses and keys that cannot be used, saying what to do", () => {
    expect(() => openAiPolicy({ baseUrl: "localhost:8000", model: "m" })).toThrow(InvalidOptionError);
    expect(() => openAiPolicy({ baseUrl: "http://me:secret@host/v1", model: "m" })).toThrow(/apiKeyEnv/);
    expect(() => openAiPolicy({ baseUrl: "http://me:secret@host/v1", model: "m" })).not.toThrow(/secret/);
    expect(() => openAiPolicy({ baseUrl: "http://h/v1", model: "m", apiKeyEnv: "NOT_SET_ANYWHERE" })).toThrow(
      EnvironmentError,
    );
  });

  it("prices what it knows the price of", async () => {
    const { policy } = await connect({}, { prices: { prompt: 1, completion: 10 } });
    const samples = await policy.sample(requestOf({ n: 2 }));
    const { promptTokens, completionTokens, dollars } = usageOf(samples);
    expect(dollars).toBeCloseTo((promptTokens + 10 * completionTokens) / 1e6, 12);
    expect(policy.price?.(1e6, 1e6)).toBe(11);
  });
});
