import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { generateObject, generateText, jsonSchema, stepCountIs, streamText, tool, wrapLanguageModel } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { describe, expect, it } from "vitest";
import { aiSdkPolicy, createRuminate, thinking, thinkingMiddleware } from "../../src/faces/ai-sdk.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";

type Content = Awaited<ReturnType<LanguageModelV4["doGenerate"]>>["content"];

/** A model of the AI SDK that says these texts, or makes these calls, one after the other. */
function saying(script: readonly (string | Content)[]): {
  model: LanguageModelV4;
  calls: LanguageModelV4CallOptions[];
} {
  const calls: LanguageModelV4CallOptions[] = [];
  const model = new MockLanguageModelV4({
    provider: "mock",
    modelId: "small",
    doGenerate: async (options) => {
      const entry = script[calls.length % script.length] ?? "";
      calls.push(options);
      const content: Content = typeof entry === "string" ? [{ type: "text", text: entry }] : entry;
      const called = content.some(({ type }) => type === "tool-call");
      return {
        content,
        finishReason: { unified: called ? "tool-calls" : "stop", raw: undefined },
        usage: {
          inputTokens: { total: 20, noCache: 20, cacheRead: 0, cacheWrite: undefined },
          outputTokens: { total: 10, text: 10, reasoning: undefined },
        },
        warnings: [],
      };
    },
  });
  return { model, calls };
}

const votes = ["The answer is 4.", "The answer is 5.", "The answer is 4."];
const three = { options: { n: 3 } };

describe("a model of the AI SDK that thinks", () => {
  it("votes, with the model's own usage and a seed for each sample", async () => {
    const { model, calls } = saying(votes);
    const result = await generateText({ model: thinking(model, three), prompt: "2 + 2?", maxRetries: 0 });
    expect(result.text).toBe("The answer is 4.");
    expect(result.providerMetadata?.ruminate).toMatchObject({ answer: "4", support: 2 / 3 });
    expect(result.usage).toMatchObject({ inputTokens: 60, outputTokens: 30 });
    expect(new Set(calls.map(({ seed }) => seed)).size).toBe(3);
    expect(calls[0]?.prompt).toEqual([{ role: "user", content: [{ type: "text", text: "2 + 2?" }] }]);
  });

  it("is the same as a middleware, streamed too", async () => {
    const { model } = saying(votes);
    const wrapped = wrapLanguageModel({ model, middleware: thinkingMiddleware(three) });
    const result = await generateText({ model: wrapped, prompt: "2 + 2?", maxRetries: 0 });
    expect(result.providerMetadata?.ruminate).toMatchObject({ support: 2 / 3 });
    const streamed = streamText({ model: wrapped, prompt: "2 + 2?", maxRetries: 0 });
    expect(await streamed.text).toBe("The answer is 4.");
    expect(await streamed.reasoningText).toContain("3 candidates");
  });

  it("goes round with tools: calls are voted on, results come back under their names", async () => {
    const call = (city: string): Content => [
      { type: "tool-call", toolCallId: `call-${city}`, toolName: "weather", input: JSON.stringify({ city }) },
    ];
    const { model, calls } = saying([call("Rome"), call("Paris"), call("Paris"), "Rain.", "Rain.", "Sun."]);
    const weather = tool({
      description: "The weather",
      inputSchema: jsonSchema<{ city: string }>({ type: "object", properties: { city: { type: "string" } } }),
      execute: async ({ city }) => `${city}: rain`,
    });
    const result = await generateText({
      model: thinking(model, three),
      prompt: "Weather?",
      tools: { weather },
      stopWhen: stepCountIs(2),
      maxRetries: 0,
    });
    expect(result.text).toBe("Rain.");
    expect(calls[0]?.tools).toMatchObject([{ type: "function", name: "weather", description: "The weather" }]);
    const [, made, answered] = calls.at(-1)?.prompt ?? [];
    expect(made?.content).toMatchObject([{ type: "tool-call", toolName: "weather", input: { city: "Paris" } }]);
    expect(answered?.content).toMatchObject([{ toolName: "weather", output: { type: "text", value: "Paris: rain" } }]);
  });

  it("asks for a schema, and replies that do not fit it are no candidates", async () => {
    const { model, calls } = saying(['{"n": "four"}', '{"n": 4}', "four"]);
    const schema = jsonSchema<{ n: number }>({
      type: "object",
      properties: { n: { type: "number" } },
      required: ["n"],
    });
    const { object } = await generateObject({ model: thinking(model, three), schema, prompt: "?", maxRetries: 0 });
    expect(object).toEqual({ n: 4 });
    expect(calls[0]?.responseFormat).toMatchObject({ type: "json", schema: { required: ["n"] } });
  });

  it("passes on what only the provider reads, and what it takes under another name", async () => {
    const { model, calls } = saying(votes);
    const result = await generateText({
      model: thinking(model, three),
      prompt: "2 + 2?",
      maxRetries: 0,
      reasoning: "high",
      topK: 7,
      headers: { "x-tenant": "a" },
      providerOptions: { mock: { user: "u1" }, ruminate: { options: { n: 2 } } },
    });
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({ reasoning: "high", topK: 7, providerOptions: { mock: { user: "u1" } } });
    expect(calls[0]?.headers).toMatchObject({ "x-tenant": "a" });
    expect(calls[0]?.providerOptions).not.toHaveProperty("ruminate");
    expect(result.warnings ?? []).toEqual([]);
  });

  it("says what it does not pass on", async () => {
    const { model } = saying(votes);
    const request = { messages: [], n: 1, seeds: [1], temperature: 1, maxTokens: 9, purpose: "solve" };
    const sampled = aiSdkPolicy(model).sample({ ...request, fields: { logit_bias: { 1: 2 } } });
    await expect(sampled).rejects.toThrow(/"logit_bias" cannot be passed on/);
    const policy = scriptedPolicy(["The answer is 4."], { capabilities: { conversations: true } });
    const own = createRuminate({ policy })("chain-of-thought");
    const result = await generateText({ model: own, prompt: "hi", maxRetries: 0, headers: { "x-tenant": "a" } });
    expect(result.warnings).toMatchObject([{ type: "unsupported", feature: "headers" }]);
  });

  it("ends as the model's own replies do", async () => {
    const model = new MockLanguageModelV4({
      doGenerate: async () => ({
        content: [{ type: "text", text: "Once" }],
        finishReason: { unified: "content-filter", raw: "content_filter" },
        usage: {
          inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: undefined },
          outputTokens: { total: 1, text: 1, reasoning: undefined },
        },
        warnings: [],
      }),
    });
    const result = await generateText({ model: thinking(model, three), prompt: "hi", maxRetries: 0 });
    expect([result.text, result.finishReason]).toEqual(["Once", "content-filter"]);
  });

  it("refuses a prompt that is none in a sentence", async () => {
    const { model } = saying(votes);
    const empty = thinking(model, three).doGenerate({ prompt: [{ role: "user", content: [] }] });
    await expect(empty).rejects.toThrow(/"messages\[0\].content" must/);
  });

  it("keeps images as they were given", async () => {
    const { model, calls } = saying(["4"]);
    const image = "data:image/png;base64,iVBORw0KGgo=";
    const content = [
      { type: "text" as const, text: "What is it?" },
      { type: "image" as const, image },
    ];
    await generateText({ model: thinking(model, three), messages: [{ role: "user", content }], maxRetries: 0 });
    expect(calls[0]?.prompt[0]?.content).toMatchObject([
      { type: "text", text: "What is it?" },
      { type: "file", mediaType: "image/png", data: { type: "data", data: "iVBORw0KGgo=" } },
    ]);
  });

  it("says in words what failed, and keeps what others have paid for", async () => {
    const model = new MockLanguageModelV4({
      doGenerate: async () => {
        throw Object.assign(new Error("overloaded"), { statusCode: 503 });
      },
    });
    const request = { messages: [], n: 1, seeds: [1], temperature: 1, maxTokens: 10, purpose: "solve" };
    await expect(aiSdkPolicy(model).sample(request)).rejects.toMatchObject({ status: 503, retryable: true });
  });
});

describe("providerOptions.ruminate of a call", () => {
  const asking = async (given: Record<string, never>) => {
    const model = createRuminate({ policy: scriptedPolicy(votes) })("self-consistency", { n: 3 });
    return await generateText({ model, prompt: "2 + 2?", providerOptions: { ruminate: given }, maxRetries: 0 });
  };

  it("sets options, strategy and the rest for that call", async () => {
    const one = await asking({ options: { n: 1 } } as never);
    expect(one.providerMetadata?.ruminate).toMatchObject({ candidates: 1 });
    const other = await asking({ strategy: "chain-of-thought" } as never);
    expect(other.providerMetadata?.ruminate).toMatchObject({ candidates: 1 });
    const within = await asking({ budget: { calls: 2 } } as never);
    expect(within.providerMetadata?.ruminate).toMatchObject({ candidates: 2 });
  });

  it("warns of keys that are not known, and refuses values that do not fit", async () => {
    const { warnings } = await asking({ option: { n: 1 } } as never);
    expect(warnings).toMatchObject([{ type: "unsupported", feature: "providerOptions.ruminate.option" }]);
    await expect(asking({ budget: { calls: "two" } } as never)).rejects.toThrow(
      "providerOptions.ruminate.budget.calls",
    );
    await expect(asking({ strategy: "self-consistancy" } as never)).rejects.toThrow('Did you mean "self-consistency"?');
  });
});
