import OpenAI, { APIUserAbortError, AuthenticationError, BadRequestError, RateLimitError } from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type OpenAiThinkingOptions, withThinking } from "../../src/faces/openai.ts";
import { type Written, wholeReply } from "../fakes/replies.ts";
import { weatherTool } from "../serve/scripted-upstream.ts";

type Answer = string | { readonly calls: readonly (readonly [string, string])[] } | Response;

/** A client whose server answers from a script, one entry a sample, and what it was asked. */
function clientOf(script: readonly Answer[], options: OpenAiThinkingOptions = {}, maxRetries = 0) {
  const requests: { readonly url: string; readonly headers: Headers; readonly body: Record<string, unknown> }[] = [];
  let next = 0;
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const body = JSON.parse(String(init?.body ?? "{}")) as Record<string, unknown>;
    requests.push({ url: String(input), headers: new Headers(init?.headers), body });
    if (init?.signal?.aborted) throw init.signal.reason;
    if (!String(input).includes("/chat/completions")) return Response.json({ object: "list", data: [{ id: "m" }] });
    const n = typeof body.n === "number" ? body.n : 1;
    const first = script[next % script.length];
    if (first instanceof Response) {
      next++;
      return first.clone();
    }
    const answers = Array.from({ length: n }, () => script[next++ % script.length]);
    const samples = answers.map((answer) => written(answer as Exclude<Answer, Response>));
    const usage = { prompt_tokens: 20, completion_tokens: 10 * n };
    return Response.json(wholeReply("vllm", String(body.model), samples, usage));
  };
  const plain = new OpenAI({ apiKey: "sk-test-key", baseURL: "http://upstream.test/v1", fetch, maxRetries });
  return { plain, client: withThinking(plain, { options: { n: 3 }, ...options }), requests };
}

const written = (answer: Exclude<Answer, Response>): Written =>
  typeof answer === "string"
    ? { text: answer, finish: "stop", tokens: 10, calls: [] }
    : {
        text: null,
        finish: "tool_calls",
        tokens: 10,
        calls: answer.calls.map(([name, text]) => ({ id: "call_1", name, arguments: text })),
      };

const votes = ["The answer is 4.", "The answer is 5.", "The answer is 4."];
const asked = { model: "small", messages: [{ role: "user" as const, content: "2 + 2?" }] };
const refusal = (status: number, message: string) =>
  Response.json({ error: { message, type: "x", param: null, code: "the_code" } }, { status });

describe("withThinking", () => {
  it("answers by a vote, with all that was spent as usage, and asks with the client's own key", async () => {
    const { client, requests } = clientOf(votes);
    const completion = await client.chat.completions.create(asked);
    expect(client).toBeInstanceOf(OpenAI);
    expect(completion.choices).toMatchObject([
      { message: { content: "The answer is 4." }, finish_reason: "stop", ruminate: { answer: "4", support: 2 / 3 } },
    ]);
    expect(completion).toMatchObject({ model: "small", usage: { completion_tokens: 30 } });
    expect(requests.map(({ body }) => body.n ?? 1)).toEqual([3]);
    expect(requests[0]?.url).toBe("http://upstream.test/v1/chat/completions");
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer sk-test-key");
  });

  it("streams, with usage and progress", async () => {
    const { client } = clientOf(votes);
    const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } });
    const pieces: string[] = [];
    stream.on("content", (piece) => pieces.push(piece));
    expect(await stream.finalContent()).toBe("The answer is 4.");
    expect(pieces.length).toBeGreaterThan(2);
    expect((await stream.totalUsage()).completion_tokens).toBe(30);
  });

  it("votes on calls of tools, runs them and gives their results back", async () => {
    const call = (city: string) => ({ calls: [["weather", JSON.stringify({ city })]] as const });
    const { client, requests } = clientOf([call("Paris"), call("Rome"), call("Paris"), ...Array(3).fill("It rains.")]);
    const cities: unknown[] = [];
    const runner = client.chat.completions.runTools({
      ...asked,
      tools: [
        {
          type: "function",
          function: {
            ...weatherTool.function,
            parse: JSON.parse,
            function: ({ city }: { city: string }) => {
              cities.push(city);
              return "rain";
            },
          },
        },
      ] as never,
    });
    expect(await runner.finalContent()).toBe("It rains.");
    expect(cities).toEqual(["Paris"]);
    expect(requests.at(-1)?.body.messages).toMatchObject([{ role: "user" }, { role: "assistant" }, { role: "tool" }]);
  });

  it("parses replies of a schema; replies that do not satisfy it are no candidates", async () => {
    const { client } = clientOf(['{"age": "old"}', '{"age": 36}', '{"age": 36}']);
    const format = zodResponseFormat(z.object({ age: z.number() }), "person");
    const completion = await client.chat.completions.parse({ ...asked, response_format: format });
    expect(completion.choices[0]?.message.parsed).toEqual({ age: 36 });
  });

  it("thinks in responses too, and goes on from one", async () => {
    const { client, requests } = clientOf(votes);
    const first = await client.responses.create({ model: "small", input: "2 + 2?" });
    expect(first.output_text).toBe("The answer is 4.");
    await client.responses.create({ model: "small", input: "Sure?", previous_response_id: first.id });
    expect(requests.at(-1)?.body.messages).toMatchObject([{ content: "2 + 2?" }, { role: "assistant" }, {}]);
    expect((await client.responses.retrieve(first.id)).id).toBe(first.id);
    const types: string[] = [];
    for await (const event of await client.responses.create({ model: "small", input: "2 + 2?", stream: true }))
      types.push(event.type);
    expect(types.at(-1)).toBe("response.completed");
  });

  it("takes how to think from a request, passes on what it does not know and refuses what it could not read", async () => {
    const { client, requests } = clientOf(votes);
    const own = { ...asked, ruminate: { options: { n: 1 } }, chat_provider_field: 1 } as typeof asked;
    const { choices } = await client.chat.completions.create(own);
    expect(choices).toMatchObject([{ ruminate: { candidates: 1 } }]);
    expect(requests[0]?.body).toMatchObject({ chat_provider_field: 1, max_tokens: 4096 });
    const old = { ...asked, functions: [{ name: "f" }] };
    await expect(client.chat.completions.create(old)).rejects.toThrow('"functions" cannot be passed on');
  });

  it("leaves everything else as it is", async () => {
    const { client, plain, requests } = clientOf(votes);
    for await (const { id } of client.models.list()) expect(id).toBe("m");
    expect(requests[0]?.url).toBe("http://upstream.test/v1/models");
    expect((await plain.chat.completions.create(asked)).choices[0]?.message.content).toBe(votes[0]);
  });

  it("fails with the server's own words, as the errors of the client", async () => {
    const create = (status: number, body: object = asked) =>
      clientOf([refusal(status, "no such thing")]).client.chat.completions.create(body as typeof asked);
    await expect(create(401)).rejects.toThrow(AuthenticationError);
    await expect(create(401)).rejects.toMatchObject({ status: 401, code: "the_code" });
    await expect(create(429)).rejects.toThrow(RateLimitError);
    await expect(create(401, { ...asked, stream: true })).rejects.toThrow(AuthenticationError);
    await expect(create(200, { ...asked, temperature: 9 })).rejects.toThrow(BadRequestError);
  });

  it("gives each of several requests the words of its own refusal", async () => {
    const { client } = clientOf([refusal(401, "this key is old"), refusal(401, "this key is blocked")]);
    const failures = await Promise.all([1, 2].map(() => client.chat.completions.create(asked).catch((error) => error)));
    expect(failures.map(({ message }) => message)).toEqual(["401 this key is old", "401 this key is blocked"]);
  });

  it("tries one failed sample again, not the whole request", async () => {
    const script = [refusal(503, "busy"), ...votes];
    const { client, requests } = clientOf(script, {}, 2);
    expect((await client.chat.completions.create(asked)).choices[0]?.message.content).toBe("The answer is 4.");
    expect(requests).toHaveLength(2);
    const always = clientOf([refusal(503, "busy")], {}, 1);
    await expect(always.client.chat.completions.create(asked)).rejects.toMatchObject({ status: 503 });
    expect(always.requests).toHaveLength(2);
  });

  it("ends its work when the request is aborted, before and in a stream", async () => {
    const { client, requests } = clientOf(votes);
    const signal = AbortSignal.abort();
    await expect(client.chat.completions.create(asked, { signal })).rejects.toThrow(APIUserAbortError);
    expect(requests).toHaveLength(0);
    const stream = await client.chat.completions.create({ ...asked, stream: true });
    let chunks = 0;
    for await (const _ of stream) if (++chunks === 1) stream.controller.abort();
    expect(chunks).toBeLessThan(5);
  });
});
