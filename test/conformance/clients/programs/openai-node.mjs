import OpenAI from "openai";
import { zodFunction, zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { ANSWER, attempt, equal, failure, holds, image, leaving, long, question } from "./features.mjs";

const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: process.env.API_KEY, maxRetries: 0 });
const model = "thinker";
const user = (content) => ({ role: "user", content });
const messages = [user(question)];
const Count = z.object({ n: z.number(), city: z.string() });
const count = { n: 4, city: "Paris" };
const weather = zodFunction({
  name: "weather",
  description: "The weather",
  parameters: z.object({ city: z.string() }),
});

await attempt({
  models: async () => {
    const names = [];
    for await (const { id } of client.models.list()) names.push(id);
    holds(names.includes("thinker"), `thinker among ${names}`);
    equal((await client.models.retrieve("thinker")).id, "thinker");
  },
  reply: async () => {
    const completion = await client.chat.completions.create({
      model,
      messages,
      user: "u",
      metadata: { topic: "sums" },
    });
    equal(completion.choices[0].message.content, ANSWER);
    equal(completion.usage.completion_tokens, 30);
  },
  turns: async () => {
    const system = { role: "developer", content: "Be brief." };
    const first = await client.chat.completions.create({ model, messages: [system, ...messages] });
    const said = [system, ...messages, first.choices[0].message, user("Sure?")];
    const second = await client.chat.completions.create({ model, messages: said });
    equal(second.choices[0].message.content, ANSWER);
    const streamed = await client.chat.completions.stream({ model, messages: said }).finalChatCompletion();
    const third = [...said, streamed.choices[0].message, user("Quite?")];
    equal((await client.chat.completions.create({ model, messages: third })).choices[0].message.content, ANSWER);
  },
  stream: async () => {
    const options = { model, messages, stream_options: { include_usage: true } };
    const stream = await client.chat.completions.create({ ...options, stream: true });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const texts = chunks.flatMap(({ choices }) => choices[0]?.delta.content ?? []);
    equal(texts.join(""), ANSWER);
    holds(texts.length > 2, "it comes in pieces");
    equal(chunks.at(-1).usage.completion_tokens, 30);
    equal(await client.chat.completions.stream(options).finalContent(), ANSWER);
  },
  tools: async () => {
    const body = { model, messages: [user("Rain in Paris?")], tools: [weather] };
    const first = await client.chat.completions.create(body);
    const { message } = first.choices[0];
    equal(JSON.parse(message.tool_calls[0].function.arguments), { city: "Paris" });
    const results = message.tool_calls.map(({ id }) => ({ role: "tool", tool_call_id: id, content: "rain" }));
    const second = await client.chat.completions.create({ ...body, messages: [...body.messages, message, ...results] });
    equal(second.choices[0].message.content, ANSWER);
    const seen = [];
    const runner = client.chat.completions.runTools({
      ...{ model, messages: body.messages },
      tools: [
        {
          type: "function",
          function: {
            name: "weather",
            parameters: { type: "object", properties: { city: { type: "string" } } },
            parse: JSON.parse,
            function: ({ city }) => seen.push(city) && "rain",
          },
        },
      ],
    });
    equal(await runner.finalContent(), ANSWER);
    equal(seen, ["Paris"]);
  },
  "tools-stream": async () => {
    const body = { model, messages: [user("Rain in two cities?")], tools: [weather], parallel_tool_calls: true };
    const { message } = (await client.chat.completions.stream(body).finalChatCompletion()).choices[0];
    const cities = message.tool_calls.map((call) => call.function.parsed_arguments?.city);
    equal(cities, ["Paris", "Rome"]);
    const results = message.tool_calls.map(({ id }) => ({ role: "tool", tool_call_id: id, content: "rain" }));
    const after = { ...body, messages: [...body.messages, message, ...results] };
    equal(await client.chat.completions.stream(after).finalContent(), ANSWER);
  },
  structured: async () => {
    const body = { model, messages, response_format: zodResponseFormat(Count, "count") };
    const { message } = (await client.chat.completions.parse(body)).choices[0];
    equal(message.parsed, count);
    const object = { ...body, response_format: { type: "json_object" } };
    equal(JSON.parse((await client.chat.completions.create(object)).choices[0].message.content), { n: 4 });
  },
  "structured-stream": async () => {
    const body = { model, messages, response_format: zodResponseFormat(Count, "count") };
    const { message } = (await client.chat.completions.stream(body).finalChatCompletion()).choices[0];
    equal(message.parsed, count);
    const again = { ...body, messages: [...messages, message, user("Sure?")] };
    equal((await client.chat.completions.parse(again)).choices[0].message.parsed, count);
  },
  images: async () => {
    const content = [
      { type: "text", text: "How many?" },
      { type: "image_url", image_url: { url: image, detail: "low" } },
    ];
    const completion = await client.chat.completions.create({ model, messages: [user(content)] });
    equal(completion.choices[0].message.content, ANSWER);
  },
  choices: async () => {
    const body = { model, messages, n: 3, logprobs: true, top_logprobs: 0, seed: 1, temperature: 0.7 };
    const { choices } = await client.chat.completions.create(body);
    equal(
      choices.map(({ message }) => message.content),
      Array(3).fill(ANSWER),
    );
    equal(choices[0].logprobs.content.map(({ token }) => token).join(""), ANSWER);
  },
  length: async () => {
    const body = { model, messages: [user("Tell at length")], max_completion_tokens: 8 };
    equal((await client.chat.completions.create(body)).choices[0].finish_reason, "length");
    const failed = await failure(
      client.chat.completions.parse({ ...body, response_format: zodResponseFormat(Count, "count") }),
    );
    equal(failed.constructor.name, "LengthFinishReasonError");
  },
  responses: async () => {
    const first = await client.responses.create({ model, input: question, instructions: "Be brief." });
    equal(first.output_text, ANSWER);
    const second = await client.responses.create({ model, input: "Sure?", previous_response_id: first.id });
    equal(second.output_text, ANSWER);
    const input = [user(question), ...first.output, user("Sure?")];
    equal((await client.responses.create({ model, input, store: false })).output_text, ANSWER);
    const streamed = await client.responses.stream({ model, input }).finalResponse();
    equal(streamed.output_text, ANSWER);
    const third = [...input, ...streamed.output, user("Quite?")];
    equal((await client.responses.create({ model, input: third })).output_text, ANSWER);
    const parsed = await client.responses.parse({
      model,
      input: question,
      text: { format: zodTextFormat(Count, "count") },
    });
    equal(parsed.output_parsed, count);
    const tools = [{ type: "function", name: "weather", parameters: weather.function.parameters, strict: true }];
    const called = await client.responses.stream({ model, input: "Rain in two cities?", tools }).finalResponse();
    const calls = called.output.filter(({ type }) => type === "function_call");
    equal(
      calls.map(({ arguments: text }) => JSON.parse(text).city),
      ["Paris", "Rome"],
    );
    const outputs = calls.map(({ call_id }) => ({ type: "function_call_output", call_id, output: "rain" }));
    const after = { model, tools, input: [user("Rain in two cities?"), ...called.output, ...outputs] };
    equal((await client.responses.create(after)).output_text, ANSWER);
    const parts = calls.map(({ call_id }) => ({
      type: "function_call_output",
      call_id,
      output: [{ type: "input_text", text: "rain" }],
    }));
    equal(
      (await client.responses.create({ model, tools, input: parts, previous_response_id: called.id })).output_text,
      ANSWER,
    );
    equal((await client.responses.retrieve(first.id)).output_text ?? ANSWER, ANSWER);
    await client.responses.delete(first.id);
    equal((await failure(client.responses.retrieve(first.id))).status, 404);
  },
  settings: async () => {
    const body = { model: "self-consistency(n=5)/small", messages };
    const named = await client.chat.completions.create(body);
    equal(
      named.choices[0].ruminate.tally.reduce((sum, { votes }) => sum + votes, 0),
      5,
    );
    const ruminate = { strategy: "self-consistency", options: { n: 4 }, threshold: 0.5 };
    const fields = await client.chat.completions.create({ model: "small", messages, ruminate });
    equal(fields.choices[0].ruminate.abstained, false);
  },
  errors: async () => {
    const wrong = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: "wrong", maxRetries: 0 });
    const create = (more, by = client) => failure(by.chat.completions.create({ model, messages, ...more }));
    holds((await create({}, wrong)) instanceof OpenAI.AuthenticationError, "401 is AuthenticationError");
    holds((await create({ model: "nobody" })) instanceof OpenAI.NotFoundError, "404 is NotFoundError");
    const hot = await create({ temperature: 9 });
    holds(hot instanceof OpenAI.BadRequestError && hot.param === "temperature", "400 names the field");
    holds(
      (await failure(client.embeddings.create({ model, input: "a" }))) instanceof OpenAI.NotFoundError,
      "no embeddings",
    );
    const cut = { model, messages: [user("Talk nonsense")], response_format: zodResponseFormat(Count, "count") };
    const streamed = await failure(client.chat.completions.stream(cut).finalChatCompletion());
    holds(streamed instanceof OpenAI.APIError, `an error in a stream is one: ${streamed}`);
  },
  cancel: () =>
    leaving(async (asked) => {
      const leave = new AbortController();
      const pending = client.chat.completions.create({ model, messages: [user(long)] }, { signal: leave.signal });
      asked().then(() => leave.abort());
      holds((await failure(pending)) instanceof OpenAI.APIUserAbortError, "its own abort");
    }),
  "cancel-stream": () =>
    leaving(async (asked) => {
      const stream = await client.chat.completions.create({ model, messages: [user(long)], stream: true });
      asked().then(() => stream.controller.abort());
      for await (const _ of stream);
    }),
});
