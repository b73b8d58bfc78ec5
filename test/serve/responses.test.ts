import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Kept } from "../../src/serve/kept.ts";
import { type ScriptedUpstream, scriptedUpstream, weatherTool } from "./scripted-upstream.ts";
import { eventsOf, type Serving, serving } from "./serving.ts";

let upstream: ScriptedUpstream;
let server: Serving;
const keys = ["a", "b"].map((name) => ({ name, sha256: createHash("sha256").update(name).digest("hex") }));
const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
beforeAll(async () => {
  upstream = await scriptedUpstream([{ content: "The answer is 4." }, { content: "The answer is 5." }]);
  server = await serving({
    upstreams: { small: { name: upstream.baseUrl } },
    models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 3 } } },
    keys,
  });
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

interface Body {
  id: string;
  status: string;
  output: { type: string; content?: { text: string }[] }[];
  usage: { total_tokens: number };
  ruminate: { support: number };
}
const create = async (body: object, key = "a") =>
  await server.post("responses", { model: "thinker", ...body }, as(key));

describe("/v1/responses", () => {
  it("answers in its own shape and goes on from a stored response, for the same key only", async () => {
    const first = (await (await create({ input: "2 + 2?", instructions: "Be terse." })).json()) as Body;
    expect(first).toMatchObject({
      status: "completed",
      output: [{ type: "message", content: [{ type: "output_text", text: "The answer is 4." }] }],
      usage: { input_tokens: 20, output_tokens: 30, output_tokens_details: { reasoning_tokens: 20 } },
      ruminate: { support: 2 / 3 },
    });
    const next = {
      input: [{ role: "user", content: [{ type: "input_text", text: "Sure?" }] }],
      previous_response_id: first.id,
    };
    expect((await create(next)).status).toBe(200);
    expect(upstream.bodies.at(-1)?.messages).toEqual([
      { role: "user", content: "2 + 2?" },
      { role: "assistant", content: "The answer is 4." },
      { role: "user", content: "Sure?" },
    ]);
    expect((await create(next, "b")).status).toBe(400);
    expect((await fetch(`${server.baseUrl}/responses/${first.id}`, as("b"))).status).toBe(404);
    expect((await fetch(`${server.baseUrl}/responses/${first.id}`, as("a"))).status).toBe(200);
    expect((await fetch(`${server.baseUrl}/responses/${first.id}`, { ...as("a"), method: "DELETE" })).status).toBe(200);
    expect((await create(next)).status).toBe(400);
  });

  it("streams its events in order, numbered, ending in the whole response", async () => {
    const response = await create({ input: "2 + 2?", stream: true });
    const events = eventsOf(await response.text()) as {
      type: string;
      sequence_number: number;
      delta?: string;
      response?: Body;
    }[];
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, i) => i));
    expect(events[0]?.type).toBe("response.created");
    const text = events.filter(({ type }) => type === "response.output_text.delta").map(({ delta }) => delta);
    expect(text.join("")).toBe("The answer is 4.");
    expect(events.some(({ type }) => type === "response.reasoning_summary_text.delta")).toBe(true);
    expect(events.at(-1)).toMatchObject({
      type: "response.completed",
      response: { output: [{ type: "reasoning" }, { type: "message" }] },
    });
  });

  it("calls functions in its own words", async () => {
    const before = upstream.script;
    upstream.script = [{ calls: [["weather", '{"city":"Paris"}']] }];
    const { type, function: inner } = weatherTool;
    const body = (await (await create({ input: "Weather?", tools: [{ type, ...inner }] })).json()) as Body;
    upstream.script = before;
    expect(upstream.bodies.at(-1)?.tools).toEqual([weatherTool]);
    expect(body.output).toMatchObject([
      { type: "function_call", call_id: "call_0_0", name: "weather", arguments: '{"city":"Paris"}' },
    ]);
  });

  it.each([
    [{ input: [] }, "input"],
    [{ input: "x", tools: [{ type: "web_search" }] }, "tools[0].type"],
    [{ input: "x", background: true }, "background"],
    [
      { input: [{ role: "user", content: [{ type: "input_image", image_url: "http://localhost/x" }] }] },
      "messages[0].content[0].image_url.url",
    ],
  ])("%j is refused by its path", async (body, param) => {
    const response = await create(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param } });
  });

  it("takes back the ids of calls that it gave, however long they are", async () => {
    const id = `call_1__thought__${"A".repeat(5000)}`;
    const tools = [{ type: "function", ...weatherTool.function }];
    const item = { type: "function_call", call_id: id, name: "weather", arguments: "{}" };
    const output = { type: "function_call_output", call_id: id, output: "sunny" };
    const reply = await create({ input: [{ role: "user", content: "Weather?" }, item, output], tools });
    expect(reply.status).toBe(200);
    const call = { id, type: "function", function: { name: "weather", arguments: "{}" } };
    const messages = [
      { role: "user", content: "Weather?" },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: id, content: "sunny" },
    ];
    const chat = await server.chat({ model: "thinker", messages, tools: [weatherTool] }, as("a"));
    expect(chat.status).toBe(200);
    expect(upstream.bodies.at(-1)?.messages).toEqual(messages);
  });

  it("forgets responses when their time is over or there are too many", () => {
    let now = 0;
    const store = new Kept<string>(2, 1000, { now: () => now, sleep: async () => {} });
    for (const id of ["1", "2", "3"]) store.put(id, "a", `value ${id}`);
    expect([store.get("1", "a"), store.get("3", "a"), store.get("3", "b")]).toEqual([undefined, "value 3", undefined]);
    now = 1001;
    expect(store.get("3", "a")).toBeUndefined();
  });
});

describe("/v1/completions", () => {
  it("takes a prompt, or several, as user messages", async () => {
    const one = await server.post("completions", { model: "thinker", prompt: "2 + 2?", max_tokens: 50 }, as("a"));
    expect(await one.json()).toMatchObject({
      object: "text_completion",
      choices: [{ text: "The answer is 4.", finish_reason: "stop" }],
    });
    const two = await server.post("completions", { model: "thinker", prompt: ["a", "b"] }, as("a"));
    expect(await two.json()).toMatchObject({
      choices: [{ index: 0 }, { index: 1 }],
      usage: { prompt_tokens: 40, completion_tokens: 60 },
    });
    const streamed = await server.post("completions", { model: "thinker", prompt: "2 + 2?", stream: true }, as("a"));
    const events = eventsOf(await streamed.text()).slice(0, -1) as { choices: { text: string }[] }[];
    expect(events.flatMap(({ choices }) => choices.map(({ text }) => text)).join("")).toBe("The answer is 4.");
  });

  it("counts the calls of all prompts together", async () => {
    const limited = await serving({ upstreams: { small: upstream.baseUrl }, limits: { calls: 10 } });
    const asked = upstream.bodies.length;
    const body = { model: "self-consistency(n=4)/small", prompt: ["a", "b", "c"] };
    const refused = await limited.post("completions", body);
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringMatching(/may make 12 calls for 3 prompts/),
    ]);
    expect(upstream.bodies.length).toBe(asked);
    expect((await limited.post("completions", { ...body, prompt: ["a", "b"] })).status).toBe(200);
    await limited.close();
  });

  it.each([{ echo: true }, { suffix: "x" }, { best_of: 4 }, { prompt: [1, 2] }])("%j is refused", async (part) => {
    const response = await server.post("completions", { model: "thinker", prompt: "x", ...part }, as("a"));
    expect(response.status).toBe(400);
  });
});
