import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { ChatOpenAI } from "@langchain/openai";
import { generateText, jsonSchema, streamText, tool } from "ai";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createRuminate } from "../../src/faces/ai-sdk.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { needs } from "../needs.ts";
import { type ScriptedUpstream, scriptedUpstream, weatherTool } from "./scripted-upstream.ts";
import { type Serving, serving } from "./serving.ts";

const run = promisify(execFile);
const votes = [{ content: "The answer is 4." }, { content: "The answer is 5." }, { content: "The answer is 4." }];
const weatherCall = [{ calls: [["weather", '{"city":"Paris"}']] as const }];
const question = [{ role: "user" as const, content: "2 + 2?" }];
const image = "data:image/png;base64,iVBORw0KGgo=";

let upstream: ScriptedUpstream;
let server: Serving;
beforeAll(async () => {
  upstream = await scriptedUpstream(votes);
  server = await serving(
    {
      upstreams: { small: { name: upstream.baseUrl } },
      models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 3 } } },
      keys: [{ name: "test", env: "CLIENT_KEY" }],
    },
    { env: { CLIENT_KEY: "client-key" } },
  );
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

async function answering<T>(script: ScriptedUpstream["script"], act: () => Promise<T>): Promise<T> {
  upstream.script = script;
  try {
    return await act();
  } finally {
    upstream.script = votes;
  }
}

describe("the openai package", () => {
  const client = () => new OpenAI({ baseURL: server.baseUrl, apiKey: "client-key", maxRetries: 0 });

  it("completes, with n choices, and lists models", async () => {
    const completion = await client().chat.completions.create({ model: "thinker", messages: question, n: 3 });
    expect(completion.choices.map(({ message }) => message.content)).toEqual(Array(3).fill("The answer is 4."));
    expect(completion.usage?.completion_tokens_details?.reasoning_tokens).toBe(60);
    const names: string[] = [];
    for await (const { id } of client().models.list()) names.push(id);
    expect(names).toContain("thinker");
  });

  it("streams, with usage", async () => {
    const stream = client().chat.completions.stream({
      model: "thinker",
      messages: question,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    stream.on("content", (piece) => pieces.push(piece));
    expect(await stream.finalContent()).toBe("The answer is 4.");
    expect(pieces.length).toBeGreaterThan(2);
    expect((await stream.totalUsage()).completion_tokens).toBe(30);
  });

  it("calls tools, streaming and not", async () => {
    const body = { model: "thinker", messages: question, tools: [weatherTool] as never };
    await answering(weatherCall, async () => {
      const completion = await client().chat.completions.create(body);
      expect(completion.choices[0]?.message.tool_calls).toMatchObject([
        { function: { name: "weather", arguments: '{"city":"Paris"}' } },
      ]);
      const streamed = await client().chat.completions.stream(body).finalMessage();
      expect(streamed.tool_calls).toMatchObject([{ function: { name: "weather", arguments: '{"city":"Paris"}' } }]);
    });
  });

  it("parses structured output, and passes images through", async () => {
    const schema = {
      type: "object",
      properties: { n: { type: "integer" } },
      required: ["n"],
      additionalProperties: false,
    };
    const completion = await answering([{ content: "4" }, { content: '{"n":4}' }], () =>
      client().chat.completions.parse({
        model: "thinker",
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "How many?" },
              { type: "image_url", image_url: { url: image } },
            ],
          },
        ],
        response_format: { type: "json_schema", json_schema: { name: "count", strict: true, schema } },
      }),
    );
    expect(completion.choices[0]?.message.parsed).toEqual({ n: 4 });
    expect(JSON.stringify(upstream.bodies.at(-1)?.messages)).toContain(image);
  });

  it("makes responses, streaming and not", async () => {
    const response = await client().responses.create({ model: "thinker", input: "2 + 2?" });
    expect(response.output_text).toBe("The answer is 4.");
    const streamed = await client().responses.stream({ model: "thinker", input: "2 + 2?" }).finalResponse();
    expect(streamed.output_text).toBe("The answer is 4.");
  });

  it("raises its own classes of error", async () => {
    const wrong = new OpenAI({ baseURL: server.baseUrl, apiKey: "wrong", maxRetries: 0 });
    await expect(wrong.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    const nobody = { model: "nobody", messages: question };
    await expect(client().chat.completions.create(nobody)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    const hot = { model: "thinker", messages: question, temperature: 9 };
    await expect(client().chat.completions.create(hot)).rejects.toMatchObject({ status: 400, param: "temperature" });
  });

  it("aborts", async () => {
    const leave = new AbortController();
    const pending = client().chat.completions.create(
      { model: "thinker", messages: question },
      { signal: leave.signal },
    );
    leave.abort();
    await expect(pending).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
  });
});

describe("LangChain's ChatOpenAI", () => {
  const model = () =>
    new ChatOpenAI({
      model: "thinker",
      apiKey: "client-key",
      configuration: { baseURL: server.baseUrl },
      maxRetries: 0,
    });

  it("invokes, streams, calls tools and gives structured output", async () => {
    const message = await model().invoke("2 + 2?");
    expect(message.content).toBe("The answer is 4.");
    expect(message.usage_metadata?.total_tokens).toBe(50);
    let text = "";
    for await (const chunk of await model().stream("2 + 2?")) text += String(chunk.content);
    expect(text).toBe("The answer is 4.");
    const called = await answering(weatherCall, () => model().bindTools([weatherTool]).invoke("Weather?"));
    expect(called.tool_calls).toMatchObject([{ name: "weather", args: { city: "Paris" } }]);
    const structured = model().withStructuredOutput(z.object({ n: z.number() }), { method: "jsonSchema" });
    expect(await answering([{ content: '{"n":4}' }], () => structured.invoke("How many?"))).toEqual({ n: 4 });
  });
});

describe("the AI SDK", () => {
  const weather = tool({
    description: "The weather",
    inputSchema: jsonSchema<{ city: string }>({ type: "object", properties: { city: { type: "string" } } }),
  });

  it("works against the server by its OpenAI-compatible provider", async () => {
    const provider = createOpenAICompatible({
      name: "ruminate",
      baseURL: server.baseUrl,
      apiKey: "client-key",
      includeUsage: true,
    });
    const { text, usage } = await generateText({ model: provider("thinker"), prompt: "2 + 2?", maxRetries: 0 });
    expect([text, usage.totalTokens]).toEqual(["The answer is 4.", 50]);
    const streamed = streamText({ model: provider("thinker"), prompt: "2 + 2?", maxRetries: 0 });
    expect(await streamed.text).toBe("The answer is 4.");
    expect(await streamed.reasoningText).toContain("3 candidates");
    const { toolCalls } = await answering(weatherCall, () =>
      generateText({ model: provider("thinker"), prompt: "Weather?", tools: { weather }, maxRetries: 0 }),
    );
    expect(toolCalls).toMatchObject([{ toolName: "weather", input: { city: "Paris" } }]);
  });

  it("works in process by the provider of its own", async () => {
    const ruminate = createRuminate({ policy: scriptedPolicy(votes.map(({ content }) => content)) });
    const result = await generateText({
      model: ruminate("self-consistency", { n: 3 }),
      prompt: "2 + 2?",
      maxRetries: 0,
    });
    expect(result.text).toBe("The answer is 4.");
    expect(result.providerMetadata?.ruminate).toMatchObject({ answer: "4", support: 2 / 3 });

    const policy = openAiPolicy({ baseUrl: upstream.baseUrl, model: "test" });
    const thinker = createRuminate({ policy })("self-consistency", { n: 3 });
    const streamed = streamText({ model: thinker, prompt: "2 + 2?", maxRetries: 0 });
    expect(await streamed.text).toBe("The answer is 4.");
    expect(await streamed.reasoningText).toContain("3 candidates");
    const { toolCalls } = await answering(weatherCall, () =>
      generateText({ model: thinker, prompt: "Weather?", tools: { weather }, maxRetries: 0 }),
    );
    expect(toolCalls).toMatchObject([{ toolName: "weather", input: { city: "Paris" } }]);
  });
});

describe("curl", () => {
  it("completes and streams", needs("curl"), async () => {
    const args = (body: object) => [
      "-sN",
      `${server.baseUrl}/chat/completions`,
      "-H",
      "Authorization: Bearer client-key",
      "-H",
      "Content-Type: application/json",
      "-d",
      JSON.stringify(body),
    ];
    const whole = await run("curl", args({ model: "thinker", messages: question }));
    expect(JSON.parse(whole.stdout)).toMatchObject({ choices: [{ message: { content: "The answer is 4." } }] });
    const streamed = await run("curl", args({ model: "thinker", messages: question, stream: true }));
    expect(streamed.stdout.trim().endsWith("data: [DONE]")).toBe(true);
  });
});

const PYTHON = `
import sys
from openai import OpenAI
client = OpenAI(base_url=sys.argv[1], api_key="client-key", max_retries=0)
question = [{"role": "user", "content": "2 + 2?"}]
print(client.chat.completions.create(model="thinker", messages=question, n=2).choices[1].message.content)
stream = client.chat.completions.create(model="thinker", messages=question, stream=True)
print("".join(c.choices[0].delta.content or "" for c in stream if c.choices))
print(client.responses.create(model="thinker", input="2 + 2?").output_text)
`;

describe("the Python openai package", () => {
  it("completes, streams and responds", needs("openai"), async () => {
    const { stdout } = await run("python3", ["-c", PYTHON, server.baseUrl]);
    expect(stdout.trim().split("\n")).toEqual(Array(3).fill("The answer is 4."));
  });
});
