import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { type Answered, answeringServer, failing, refusingInWords, saying } from "../fakes/answering.ts";
import { ask, eventsOf, type Serving, serving } from "./serving.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function behind(answer: (place: number) => Answered): Promise<Serving> {
  const upstream = await answeringServer((_, place) => answer(place));
  const server = await serving({ upstreams: { small: upstream.baseUrl }, upstream: { attempts: 1 } });
  open.push(server, upstream);
  return server;
}

interface Completion {
  readonly choices: readonly { readonly finish_reason: string; readonly message: object }[];
  readonly error?: { readonly code: string; readonly type: string };
}

async function answerOf(answer: Answered, body: object = {}): Promise<Completion> {
  const server = await behind(() => answer);
  return (await (await server.chat({ model: "small", messages: ask("hi"), ...body })).json()) as Completion;
}

const SORRY = "I can't help with that.";
const filtered = saying({ text: "Once upon a", finish: "content_filter" });

describe("a reply that was not finished", () => {
  it("is a refusal where the model refuses in words, which are delivered", async () => {
    const { choices } = await answerOf(refusingInWords(SORRY));
    expect(choices).toMatchObject([{ finish_reason: "stop", message: { content: null, refusal: SORRY } }]);
  });

  it("is one too where a format is asked for, as long as no reply satisfies it", async () => {
    const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
    const format = { response_format: { type: "json_schema", json_schema: { name: "a", schema } } };
    const { choices } = await answerOf(refusingInWords(SORRY), format);
    expect(choices).toMatchObject([{ finish_reason: "stop", message: { content: null, refusal: SORRY } }]);
    const server = await behind((place) => (place === 0 ? refusingInWords(SORRY) : saying('{"a":"x"}')));
    const body = { model: "self-consistency(n=2)/small", messages: ask("hi"), ...format };
    const voted = (await (await server.chat(body)).json()) as Completion;
    expect(voted.choices).toMatchObject([{ finish_reason: "stop", message: { content: '{"a":"x"}', refusal: null } }]);
  });

  it("ends with content_filter where a filter cut it, and with length only where a limit did", async () => {
    expect((await answerOf(filtered)).choices).toMatchObject([{ finish_reason: "content_filter" }]);
    const cut = saying({ text: "Once upon a", finish: "length" });
    expect((await answerOf(cut)).choices).toMatchObject([{ finish_reason: "length" }]);
    const odd = saying({ text: "Once upon a", finish: "ran_dry" });
    expect((await answerOf(odd)).choices).toMatchObject([{ finish_reason: "stop" }]);
  });

  it("is streamed with its refusal", async () => {
    const server = await behind(() => refusingInWords(SORRY));
    const reply = await server.chat({ model: "self-consistency(n=3)/small", messages: ask("hi"), stream: true });
    const text = await reply.text();
    expect(text).toContain(`"delta":{"refusal":"${SORRY}"}`);
    expect(text).toContain('"finish_reason":"stop"');
  });

  it("is what the client reads from /v1/responses", async () => {
    const server = await behind(() => refusingInWords(SORRY));
    const client = new OpenAI({ baseURL: server.baseUrl, apiKey: "none", maxRetries: 0 });
    const first = await client.responses.create({ model: "small", input: "hi" });
    expect(first.status).toBe("completed");
    expect(first.output).toMatchObject([{ type: "message", content: [{ type: "refusal", refusal: SORRY }] }]);
    const next = await client.responses.create({ model: "small", input: "why?", previous_response_id: first.id });
    expect(next.status).toBe("completed");
    const streamed = await server.post("responses", { model: "small", input: "hi", stream: true });
    const types = (eventsOf(await streamed.text()) as { type: string }[]).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(["response.refusal.delta", "response.refusal.done"]));
    expect(types.at(-1)).toBe("response.completed");
  });

  it("is an incomplete response where a filter cut it", async () => {
    const server = await behind(() => filtered);
    const reply = await (await server.post("responses", { model: "small", input: "hi" })).json();
    expect(reply).toMatchObject({ status: "incomplete", incomplete_details: { reason: "content_filter" } });
    const text = await (await server.post("completions", { model: "small", prompt: "hi" })).json();
    expect(text).toMatchObject({ choices: [{ finish_reason: "content_filter", text: "Once upon a" }] });
  });
});

describe("a failure of the upstream", () => {
  const tooLong =
    "This model's maximum context length is 4096 tokens. However, you requested 9030 tokens (9000 in the messages, 30 in the completion).";
  it.each<[string, Answered, number, object]>([
    [
      "a conversation that is too long",
      failing(400, { message: tooLong, param: "messages", code: "context_length_exceeded" }),
      400,
      { code: "context_length_exceeded", type: "invalid_request_error" },
    ],
    [
      "the same in other words, without a code",
      failing(400, { message: tooLong, type: "BadRequestError" }),
      400,
      { code: "context_length_exceeded" },
    ],
    [
      "an account that is empty",
      failing(429, {
        message: "You exceeded your current quota.",
        type: "insufficient_quota",
        code: "insufficient_quota",
      }),
      429,
      { code: "insufficient_quota", type: "insufficient_quota" },
    ],
    [
      "a prompt that a filter stops",
      failing(400, {
        message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        param: "prompt",
        code: "content_filter",
      }),
      400,
      { code: "content_filter" },
    ],
    ["too many requests", failing(429, { message: "Slow down." }), 429, { code: "upstream_overloaded" }],
  ])("keeps its kind: %s", async (_, answer, status, error) => {
    const server = await behind(() => answer);
    const reply = await server.chat({ model: "small", messages: ask("hi") });
    expect(reply.status).toBe(status);
    expect(((await reply.json()) as Completion).error).toMatchObject(error);
    const passing = (error as { code: string }).code === "upstream_overloaded";
    expect(reply.headers.get("retry-after")).toBe(passing ? "1" : null);
    const empty = (error as { code: string }).code === "insufficient_quota";
    expect(reply.headers.get("x-should-retry")).toBe(empty ? "false" : null);
  });
});
