import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent } from "langchain";
import { z } from "zod";
import { ANSWER, absent, attempt, equal, failure, holds, image, leaving, long, question } from "./features.mjs";

const { BASE_URL: baseURL, API_KEY: apiKey } = process.env;
const made = (more) => new ChatOpenAI({ model: "thinker", apiKey, configuration: { baseURL }, maxRetries: 0, ...more });
const model = made();
const user = (content) => new HumanMessage(content);
const Count = z.object({ n: z.number(), city: z.string() });
const count = { n: 4, city: "Paris" };
const weather = tool(async ({ city }) => `rain in ${city}`, {
  name: "weather",
  description: "The weather",
  schema: z.object({ city: z.string() }),
});
const joined = async (stream) => {
  let whole;
  for await (const chunk of await stream) whole = whole === undefined ? chunk : whole.concat(chunk);
  return whole;
};
const results = (message) => message.tool_calls.map(({ id }) => new ToolMessage({ tool_call_id: id, content: "rain" }));

await attempt({
  models: () => absent("it has no list of models"),
  reply: async () => {
    const message = await model.invoke([new SystemMessage("Be brief."), user(question)]);
    equal([message.content, message.usage_metadata.output_tokens], [ANSWER, 30]);
    equal(
      (await model.batch([question, question])).map(({ content }) => content),
      [ANSWER, ANSWER],
    );
  },
  turns: async () => {
    const first = await model.invoke([user(question)]);
    const streamed = await joined(model.stream([user(question), first, user("Sure?")]));
    const said = [user(question), first, user("Sure?"), streamed, user("Quite?")];
    equal((await model.invoke(said)).content, ANSWER);
    const copied = new AIMessage({ content: streamed.content, additional_kwargs: streamed.additional_kwargs });
    equal((await model.invoke([user(question), copied, user("Quite?")])).content, ANSWER);
  },
  stream: async () => {
    const pieces = [];
    for await (const chunk of await model.stream(question)) if (chunk.content !== "") pieces.push(chunk.content);
    equal(pieces.join(""), ANSWER);
    holds(pieces.length > 2, "it comes in pieces");
    equal((await joined(model.stream(question))).usage_metadata.output_tokens, 30);
  },
  tools: async () => {
    const bound = model.bindTools([weather]);
    const asked = user("Rain in Paris?");
    const first = await bound.invoke([asked]);
    equal(
      first.tool_calls.map(({ name, args }) => [name, args]),
      [["weather", { city: "Paris" }]],
    );
    equal((await bound.invoke([asked, first, ...results(first)])).content, ANSWER);
    const agent = createAgent({ model, tools: [weather] });
    equal((await agent.invoke({ messages: [asked] })).messages.at(-1).content, ANSWER);
  },
  "tools-stream": async () => {
    const bound = model.bindTools([weather], { parallel_tool_calls: true });
    const asked = user("Rain in two cities?");
    const first = await joined(bound.stream([asked]));
    equal(
      first.tool_calls.map(({ args }) => args.city),
      ["Paris", "Rome"],
    );
    equal((await joined(bound.stream([asked, first, ...results(first)]))).content, ANSWER);
  },
  structured: async () => {
    for (const method of ["jsonSchema", "functionCalling"]) {
      equal(await model.withStructuredOutput(Count, { method }).invoke(question), count);
    }
    equal(
      await model
        .withStructuredOutput(z.object({ n: z.number() }), { method: "jsonMode" })
        .invoke("JSON, please: how many?"),
      { n: 4 },
    );
    const agent = createAgent({ model, tools: [], responseFormat: Count });
    equal((await agent.invoke({ messages: [user(question)] })).structuredResponse, count);
  },
  "structured-stream": async () => {
    let last;
    for await (const value of await model.withStructuredOutput(Count, { method: "jsonSchema" }).stream(question))
      last = value;
    equal(last, count);
  },
  images: async () => {
    const content = [
      { type: "text", text: "How many?" },
      { type: "image_url", image_url: { url: image } },
    ];
    equal((await model.invoke([user(content)])).content, ANSWER);
    const [, data] = image.split(",");
    const standard = { type: "image", source_type: "base64", mime_type: "image/png", data };
    equal((await model.invoke([user([content[0], standard])])).content, ANSWER);
  },
  choices: async () => {
    const { generations } = await made({ n: 3, logprobs: true, temperature: 0.7 }).generate([[user(question)]]);
    equal(
      generations[0].map(({ text }) => text),
      Array(3).fill(ANSWER),
    );
    const { content } =
      generations[0][0].message.response_metadata.logprobs ?? generations[0][0].generationInfo.logprobs;
    equal(content.map(({ token }) => token).join(""), ANSWER);
  },
  length: async () => {
    const message = await made({ maxTokens: 8 }).invoke("Tell at length");
    equal(message.response_metadata.finish_reason, "length");
  },
  responses: async () => {
    const one = made({ useResponsesApi: true });
    const first = await one.invoke([user(question)]);
    equal(first.text, ANSWER);
    const streamed = await joined(one.stream([user(question), first, user("Sure?")]));
    equal(streamed.text, ANSWER);
    equal((await one.invoke([user(question), first, user("Sure?"), streamed, user("Quite?")])).text, ANSWER);
    const kept = one.withConfig({ previous_response_id: first.response_metadata.id });
    equal((await kept.invoke("Sure?")).text, ANSWER);
    const bound = one.bindTools([weather]);
    const asked = user("Rain in two cities?");
    for (const called of [await bound.invoke([asked]), await joined(bound.stream([asked]))]) {
      equal(
        called.tool_calls.map(({ args }) => args.city),
        ["Paris", "Rome"],
      );
      equal((await bound.invoke([asked, called, ...results(called)])).text, ANSWER);
    }
    equal(await one.withStructuredOutput(Count, { method: "jsonSchema" }).invoke(question), count);
    const agent = createAgent({ model: one, tools: [weather] });
    equal((await agent.invoke({ messages: [asked] })).messages.at(-1).text, ANSWER);
  },
  settings: async () => {
    const ruminate = { strategy: "self-consistency", options: { n: 4 } };
    const asked = made({ model: "small", modelKwargs: { ruminate }, __includeRawResponse: true });
    const message = await asked.invoke(question);
    const [choice] = message.additional_kwargs.__raw_response.choices;
    equal(
      choice.ruminate.tally.reduce((sum, { votes }) => sum + votes, 0),
      4,
    );
    equal((await made({ model: "self-consistency(n=5)/small" }).invoke(question)).usage_metadata.output_tokens, 50);
  },
  errors: async () => {
    const denied = await failure(made({ apiKey: "wrong" }).invoke(question));
    equal([denied.status, denied.lc_error_code], [401, "MODEL_AUTHENTICATION"]);
    const nobody = await failure(made({ model: "nobody" }).invoke(question));
    equal([nobody.status, nobody.lc_error_code], [404, "MODEL_NOT_FOUND"]);
    const hot = await failure(made({ temperature: 9 }).invoke(question));
    holds(hot.message.includes("temperature"), `the sentence reaches the caller: ${hot.message}`);
    const structured = model.withStructuredOutput(Count, { method: "jsonSchema" });
    equal((await failure(structured.invoke("Talk nonsense"))).status, 422);
  },
  cancel: () =>
    leaving(async (asked) => {
      const leave = new AbortController();
      asked().then(() => leave.abort());
      const failed = await failure(model.invoke(long, { signal: leave.signal }));
      holds(/abort/i.test(`${failed.name} ${failed.message}`), `an abort: ${failed}`);
    }),
  "cancel-stream": () =>
    leaving(async (asked) => {
      const leave = new AbortController();
      asked().then(() => leave.abort());
      const failed = await failure(joined(model.stream(long, { signal: leave.signal })));
      holds(/abort/i.test(`${failed.name} ${failed.message}`), `an abort: ${failed}`);
    }),
});
