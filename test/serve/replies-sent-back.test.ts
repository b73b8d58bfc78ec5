import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { jsonSchema, stepCountIs, streamText, tool } from "ai";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ScriptedUpstream, scriptedUpstream, weatherTool } from "./scripted-upstream.ts";
import { type Serving, serving } from "./serving.ts";

const votes = [{ content: "The answer is 4." }, { content: "The answer is 5." }, { content: "The answer is 4." }];
const weatherCall = [{ calls: [["weather", '{"city":"Paris"}']] as const }];

let upstream: ScriptedUpstream;
let server: Serving;
let client: OpenAI;
beforeAll(async () => {
  upstream = await scriptedUpstream(votes);
  server = await serving({
    upstreams: { small: { name: upstream.baseUrl } },
    models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 3 } } },
  });
  client = new OpenAI({ baseURL: server.baseUrl, apiKey: "none", maxRetries: 0 });
});
beforeEach(() => {
  upstream.script = votes;
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

const question = { role: "user" as const, content: "2 + 2?" };
const again = { role: "user" as const, content: "Sure?" };
const sent = () => upstream.bodies.at(-1)?.messages;

describe("a reply that the client sends back", () => {
  it("is its text alone: how the vote went is no thought of the model", async () => {
    const stream = client.chat.completions.stream({ model: "thinker", messages: [question] });
    const reasoning: string[] = [];
    stream.on("chunk", ({ choices }) => {
      const delta = choices[0]?.delta as { reasoning_content?: string } | undefined;
      if (delta?.reasoning_content) reasoning.push(delta.reasoning_content);
    });
    const [choice] = (await stream.finalChatCompletion()).choices;
    if (choice === undefined) throw new Error("no choice");
    expect(reasoning.join("")).toContain("3 candidates");
    // As the client's helper gives it (`parsed`, `refusal`), and as one writes it who keeps the reasoning.
    const reply = { ...choice.message, reasoning_content: reasoning.join("") };
    await client.chat.completions.create({ model: "thinker", messages: [question, reply, again] });
    expect(sent()).toEqual([question, { role: "assistant", content: "The answer is 4." }, again]);
  });

  it("keeps its tool calls, without what a helper read from them", async () => {
    upstream.script = weatherCall;
    const body = { model: "thinker", messages: [question], tools: [weatherTool] as never };
    const [choice] = (await client.chat.completions.stream(body).finalChatCompletion()).choices;
    if (choice === undefined) throw new Error("no choice");
    const [call] = choice.message.tool_calls ?? [];
    if (call?.type !== "function") throw new Error("no call");
    upstream.script = votes;
    const message = { ...choice.message, name: null, function_call: null } as never;
    const result = { role: "tool" as const, tool_call_id: call.id, content: "rain" };
    const parsed = { ...call, function: { ...call.function, parsed_arguments: { city: "Paris" } } };
    await client.chat.completions.create({ ...body, messages: [question, message, result] });
    const calls = [{ id: call.id, type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } }];
    expect(sent()).toEqual([question, { role: "assistant", content: "", tool_calls: calls }, result]);
    const other = { role: "assistant" as const, content: null, tool_calls: [parsed] };
    await client.chat.completions.create({ ...body, messages: [question, other, result] });
    expect(sent()).toEqual([question, { role: "assistant", content: null, tool_calls: calls }, result]);
    const none = { role: "assistant" as const, content: "4", tool_calls: [] };
    await client.chat.completions.create({ ...body, messages: [question, none, again] });
    expect(sent()).toEqual([question, { role: "assistant", content: "4" }, again]);
  });

  it("goes round with tools by the AI SDK, whose messages keep the reasoning", async () => {
    const weather = tool({
      description: "The weather",
      inputSchema: jsonSchema<{ city: string }>({ type: "object", properties: { city: { type: "string" } } }),
      execute: async () => {
        upstream.script = votes;
        return "rain";
      },
    });
    upstream.script = weatherCall;
    const provider = createOpenAICompatible({ name: "ruminate", baseURL: server.baseUrl });
    const stopWhen = stepCountIs(3);
    const rounds = streamText({
      model: provider("thinker"),
      prompt: "Rain?",
      tools: { weather },
      stopWhen,
      maxRetries: 0,
    });
    expect(await rounds.text).toBe("The answer is 4.");
    expect(JSON.stringify(sent())).not.toContain("candidates");
    expect(sent()).toMatchObject([{ role: "user" }, { role: "assistant" }, { role: "tool" }]);
  });
});

describe("calls that nobody can make", () => {
  const body = { model: "thinker", messages: [question], tools: [weatherTool] as never };
  const broken = [
    ["weather", '{"city": "Par'],
    ["weather", '"Paris"'],
    ["delete_all", "{}"],
  ] as const;

  it.each(broken)("%s(%s) is no candidate", async (name, text) => {
    const call = { calls: [[name, text]] as const };
    upstream.script = [call, call, ...weatherCall];
    const { choices } = await client.chat.completions.create(body);
    expect(choices[0]?.finish_reason).toBe("tool_calls");
    expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { arguments: '{"city":"Paris"}' } }]);
    upstream.script = [call];
    await expect(client.chat.completions.create(body)).rejects.toMatchObject({ status: 422 });
  });

  it("are those of a reply that was cut, and `length` stays `length`", async () => {
    const cut = { ...weatherCall[0], finish: "length" as const };
    upstream.script = [cut, cut, { content: "4" }];
    const whole = await client.chat.completions.create(body);
    expect(whole.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "4" } });
    upstream.script = [cut];
    const { choices } = await client.chat.completions.create(body);
    expect(choices[0]).toMatchObject({ finish_reason: "length" });
    expect(choices[0]?.message.tool_calls).toBeUndefined();
  });
});

describe("what clients send that changes no reply", () => {
  it("is taken, and only what the upstream must know is passed on", async () => {
    const prediction = { type: "content" as const, content: "The answer is 4." };
    const body = { model: "thinker", messages: [question], modalities: ["text" as const], prediction };
    await client.chat.completions.create(body);
    expect(upstream.bodies.at(-1)).not.toHaveProperty("prediction");
    const audio = { ...body, modalities: ["text", "audio"] as ("text" | "audio")[] };
    await expect(client.chat.completions.create(audio)).rejects.toMatchObject({ status: 400 });
  });

  it("`store` keeps a completion until it is deleted, streamed or not", async () => {
    const body = { model: "thinker", messages: [question], store: true, metadata: { topic: "sums" } };
    const first = await client.chat.completions.create(body);
    expect(await client.chat.completions.retrieve(first.id)).toMatchObject({ ...first, metadata: { topic: "sums" } });
    await client.chat.completions.delete(first.id);
    await expect(client.chat.completions.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
    const streamed = await client.chat.completions.stream(body).finalChatCompletion();
    expect((await client.chat.completions.retrieve(streamed.id)).choices[0]?.message.content).toBe("The answer is 4.");
    const unstored = await client.chat.completions.create({ ...body, store: false });
    await expect(client.chat.completions.retrieve(unstored.id)).rejects.toMatchObject({ status: 404 });
  });

  it("items of stored responses are sent by reference", async () => {
    const first = await client.responses.create({ model: "thinker", input: "2 + 2?" });
    const id = first.output.find(({ type }) => type === "message")?.id;
    if (id === undefined) throw new Error("no message");
    const reference = { type: "item_reference" as const, id };
    const include = ["reasoning.encrypted_content" as const];
    await client.responses.create({ model: "thinker", input: [question, reference, again], include });
    expect(sent()).toEqual([question, { role: "assistant", content: "The answer is 4." }, again]);
    const other = { model: "thinker", input: [{ ...reference, id: "msg_other" }] };
    await expect(client.responses.create(other)).rejects.toMatchObject({ status: 400, code: "item_not_found" });
  });
});
