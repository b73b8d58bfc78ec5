import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ScriptedUpstream, scriptedUpstream, weatherTool } from "./scripted-upstream.ts";
import { ask, eventsOf, type Serving, serving } from "./serving.ts";

let upstream: ScriptedUpstream;
let server: Serving;
beforeAll(async () => {
  upstream = await scriptedUpstream();
  server = await serving({
    upstreams: { small: { name: upstream.baseUrl }, plain: "simulated" },
    models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 5 } } },
  });
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

const withTools = { model: "thinker", messages: ask("Weather in Paris?"), tools: [weatherTool] };
const named = (name: string) => ({ type: "function", function: { name } });
const call = (city: string) => ({ calls: [["weather", `{"city": "${city}"}`]] as const });

interface Completion {
  choices: {
    finish_reason: string;
    message: { content: string | null; tool_calls?: { id: string; function: { name: string; arguments: string } }[] };
    ruminate: { support: number; answer: string; runnerUp: { answer: string } | null };
  }[];
}
const complete = async (body: object) => (await (await server.chat(body)).json()) as Completion;

describe("fields of the provider", () => {
  const fields = { user: "bob", service_tier: "flex", safety_identifier: "s", prompt_cache_key: "k" };

  it.each([
    { path: "chat/completions", body: { messages: ask("2 + 2?") } },
    { path: "completions", body: { prompt: "2 + 2?" } },
    { path: "responses", body: { input: "2 + 2?", top_logprobs: 0, max_tool_calls: 3 } },
  ])("reach the upstream as given: $path", async ({ path, body }) => {
    upstream.script = [{ content: "4" }];
    const reply = await server.post(path, { model: "thinker", ...body, ...fields });
    expect(reply.status).toBe(200);
    expect(upstream.bodies.at(-1)).toMatchObject(fields);
  });
});

describe("tool calls", () => {
  it("reach the upstream as given and are voted on by name and arguments, whatever the order and spaces of their keys", async () => {
    upstream.script = [
      call("London"),
      { calls: [["weather", '{"unit": "C", "city": "Paris"}']] },
      { calls: [["weather", '{"city":"Paris","unit":"C"}']] },
      { content: "It rains." },
      call("Rome"),
    ];
    const { choices } = await complete({ ...withTools, tool_choice: "required", parallel_tool_calls: false });
    expect(upstream.bodies.at(-1)).toMatchObject({
      tools: [weatherTool],
      tool_choice: "required",
      parallel_tool_calls: false,
    });
    expect(choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: { content: null, tool_calls: [{ id: "call_1_0", function: { name: "weather" } }] },
      ruminate: { support: 2 / 5, answer: 'weather({"city":"Paris","unit":"C"})' },
    });
  });

  it("are decided from the coarse to the fine: whether to call, what, and then with which arguments", async () => {
    upstream.script = [{ content: "4" }, { content: "4" }, call("A"), call("B"), { calls: [["news", "{}"]] }];
    const { choices } = await complete({ ...withTools, tools: [weatherTool, named("news")] });
    // Two equal texts are the largest class of replies, but three of five want to call, and two of those the weather.
    expect(choices[0]?.ruminate.answer).toBe('weather({"city":"A"})');
  });

  it("are picked by their commonest single arguments where no two are the same", async () => {
    const trip = (from: string, to: string, day: number) => ({
      calls: [["trip", JSON.stringify({ from, to, day })]] as const,
    });
    upstream.script = [trip("A", "X", 1), trip("A", "B", 2), trip("C", "B", 3), trip("A", "B", 4), trip("D", "E", 5)];
    const { choices } = await complete({ ...withTools, tools: [named("trip")] });
    expect(choices[0]?.ruminate.answer).toContain('"from":"A","to":"B"');
  });

  it("come out of a stream as deltas, and go back in as turns", async () => {
    upstream.script = [call("Paris")];
    const response = await server.chat({ ...withTools, stream: true });
    const chunks = eventsOf(await response.text()).slice(0, -1) as {
      choices: { delta: { tool_calls?: object[] }; finish_reason: string | null }[];
    }[];
    const delta = chunks.flatMap(({ choices }) => choices).find((choice) => choice.delta.tool_calls !== undefined);
    expect(delta?.delta.tool_calls).toMatchObject([{ index: 0, type: "function", function: { name: "weather" } }]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");

    const turns = [
      ...ask("Weather in Paris?"),
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "weather", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c1", content: "Rain" },
    ];
    upstream.script = [{ content: "It rains." }];
    const { choices } = await complete({ ...withTools, messages: turns });
    expect(upstream.bodies.at(-1)).toMatchObject({ messages: turns });
    expect(choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "It rains." } });
  });

  it("are refused where the strategy or the upstream cannot keep them", async () => {
    for (const model of ["program-aided/small", "self-consistency/plain"]) {
      const response = await server.chat({ ...withTools, model });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: { param: "tools", message: expect.stringContaining("cannot honour") },
      });
    }
  });
});

const schema = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
  required: ["name", "age"],
  additionalProperties: false,
};
const withSchema = {
  model: "thinker",
  messages: ask("Who?"),
  response_format: { type: "json_schema", json_schema: { name: "person", strict: true, schema } },
};

describe("a response format", () => {
  it("makes replies that do not satisfy it no candidates", async () => {
    upstream.script = [
      { content: "Ada, 36" },
      { content: '{"name": "Ada"}' },
      { content: '{"name": "Ada", "age": -1}' },
      { content: '{"name": "Ada", "age": 36}' },
      { content: '{"age":36,"name":"Ada"}' },
    ];
    const { choices } = await complete(withSchema);
    expect(upstream.bodies.at(-1)).toMatchObject({ response_format: withSchema.response_format });
    expect(choices[0]).toMatchObject({
      message: { content: '{"name": "Ada", "age": 36}' },
      ruminate: { answer: '{"age":36,"name":"Ada"}', support: 1 },
    });
  });

  it("is never broken: with no valid reply the request fails", async () => {
    upstream.script = [{ content: "Ada" }];
    const response = await server.chat(withSchema);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ error: { code: "no_valid_reply" } });
  });

  it("takes any object where only an object is asked for", async () => {
    upstream.script = [{ content: "[1]" }, { content: '{"a": 1}' }];
    const { choices } = await complete({ ...withSchema, response_format: { type: "json_object" } });
    expect(choices[0]?.message.content).toBe('{"a": 1}');
  });

  it.each([
    [{ type: "object", properties: { a: { $ref: "#/$defs/none" } } }],
    [{ type: "nonsense" }],
    [{ type: "string", pattern: "(" }],
  ])("%j cannot be checked, which is said before anything is spent", async (bad) => {
    const before = upstream.bodies.length;
    const response = await server.chat({
      ...withSchema,
      response_format: { type: "json_schema", json_schema: { name: "x", schema: bad } },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: "response_format.json_schema.schema" } });
    expect(upstream.bodies.length).toBe(before);
  });

  it("whose pattern takes for ever does not hold up the server", async () => {
    upstream.script = [{ content: `"${"a".repeat(40)}!"` }];
    const evil = { type: "string", pattern: "^(a+)+$" };
    const started = performance.now();
    const response = await server.chat({
      ...withSchema,
      ruminate: { options: { n: 1 } },
      response_format: { type: "json_schema", json_schema: { name: "x", schema: evil } },
    });
    expect(response.status).toBe(422);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
