import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import * as ai from "ai";
import { z } from "zod";
import { ANSWER, absent, attempt, equal, failure, holds, image, leaving, long, question } from "./features.mjs";

const { generateText, streamText, tool, stepCountIs, Output, APICallError } = ai;
const { BASE_URL: baseURL, API_KEY: apiKey } = process.env;
const options = { name: "ruminate", baseURL, apiKey, includeUsage: true, supportsStructuredOutputs: true };
const provider = createOpenAICompatible(options);
const openai = createOpenAI({ baseURL, apiKey });
const model = provider("thinker");
const once = { maxRetries: 0 };
const user = (content) => ({ role: "user", content });
const Count = z.object({ n: z.number(), city: z.string() });
const count = { n: 4, city: "Paris" };
const weather = tool({
  description: "The weather",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `rain in ${city}`,
});
// Version 5 calls it experimental.
const objectOf = (schema) => {
  const output = Output.object({ schema });
  return { output, experimental_output: output };
};
const outputIn = (result) => result.output ?? result.experimental_output;
const messagesOf = async (result) => (await result.response).messages ?? (await result.responseMessages);

await attempt({
  models: () => absent("it has no list of models"),
  reply: async () => {
    const { text, usage } = await generateText({ model, prompt: question, system: "Be brief.", ...once });
    equal([text, usage.outputTokens], [ANSWER, 30]);
    equal((await generateText({ model: openai.chat("thinker"), prompt: question, ...once })).text, ANSWER);
  },
  turns: async () => {
    const first = await generateText({ model, messages: [user(question)], ...once });
    const said = [user(question), ...(await messagesOf(first)), user("Sure?")];
    const streamed = streamText({ model, messages: said, ...once });
    equal(await streamed.text, ANSWER);
    const after = [...said, ...(await messagesOf(streamed)), user("Quite?")];
    holds(JSON.stringify(after).includes("candidates"), "its turns keep the reasoning");
    equal((await generateText({ model, messages: after, ...once })).text, ANSWER);
    equal((await generateText({ model: openai.chat("thinker"), messages: after, ...once })).text, ANSWER);
  },
  stream: async () => {
    for (const one of [model, openai.chat("thinker")]) {
      const streamed = streamText({ model: one, prompt: question, ...once });
      const pieces = [];
      for await (const piece of streamed.textStream) pieces.push(piece);
      equal(pieces.join(""), ANSWER);
      holds(pieces.length > 2, "it comes in pieces");
      equal((await streamed.usage).outputTokens, 30);
    }
  },
  tools: async () => {
    for (const one of [model, openai.chat("thinker")]) {
      const rounds = { model: one, prompt: "Rain in Paris?", tools: { weather }, stopWhen: stepCountIs(3), ...once };
      const { text, steps } = await generateText(rounds);
      equal(text, ANSWER);
      equal(steps[0].toolCalls[0].input, { city: "Paris" });
    }
  },
  "tools-stream": async () => {
    for (const one of [model, openai.chat("thinker")]) {
      const asked = {
        model: one,
        prompt: "Rain in two cities?",
        tools: { weather },
        stopWhen: stepCountIs(3),
        ...once,
      };
      const streamed = streamText(asked);
      equal(await streamed.text, ANSWER);
      const [first] = await streamed.steps;
      equal(
        first.toolCalls.map(({ input }) => input.city),
        ["Paris", "Rome"],
      );
    }
  },
  structured: async () => {
    for (const one of [model, openai.chat("thinker")]) {
      equal(outputIn(await generateText({ model: one, prompt: question, ...objectOf(Count), ...once })), count);
      if (ai.generateObject)
        equal((await ai.generateObject({ model: one, schema: Count, prompt: question, ...once })).object, count);
    }
  },
  "structured-stream": async () => {
    for (const one of [model, openai.chat("thinker")]) {
      const streamed = streamText({ model: one, prompt: question, ...objectOf(Count), ...once });
      const partial = streamed.partialOutputStream ?? streamed.experimental_partialOutputStream;
      let last;
      for await (const value of partial) last = value;
      equal(last, count);
    }
  },
  images: async () => {
    const content = [
      { type: "text", text: "How many?" },
      { type: "image", image },
    ];
    for (const one of [model, openai("thinker")]) {
      equal((await generateText({ model: one, messages: [user(content)], ...once })).text, ANSWER);
    }
  },
  choices: async () => {
    const chat = { openai: { logprobs: true } };
    const { providerMetadata } = await generateText({
      ...{ model: openai.chat("thinker"), prompt: question, seed: 1, temperature: 0.7, ...once },
      providerOptions: chat,
    });
    equal(providerMetadata.openai.logprobs.map(({ token }) => token).join(""), ANSWER);
  },
  length: async () => {
    const asked = { model, prompt: "Tell at length", maxOutputTokens: 8, ...once };
    equal((await generateText(asked)).finishReason, "length");
    equal(await streamText(asked).finishReason, "length");
  },
  responses: async () => {
    const one = openai.responses("thinker");
    const first = await generateText({ model: one, messages: [user(question)], system: "Be brief.", ...once });
    equal(first.text, ANSWER);
    const said = [user(question), ...(await messagesOf(first)), user("Sure?")];
    const streamed = streamText({ model: one, messages: said, ...once });
    equal(await streamed.text, ANSWER);
    const after = [...said, ...(await messagesOf(streamed)), user("Quite?")];
    equal((await generateText({ model: one, messages: after, ...once })).text, ANSWER);
    const unstored = { openai: { store: false, include: ["reasoning.encrypted_content"], reasoningSummary: "auto" } };
    equal((await generateText({ model: one, messages: after, providerOptions: unstored, ...once })).text, ANSWER);
    const rounds = { model: one, tools: { weather }, stopWhen: stepCountIs(3), ...once };
    const called = await generateText({ ...rounds, prompt: "Rain in two cities?" });
    equal([called.text, called.steps[0].toolCalls.length], [ANSWER, 2]);
    equal(await streamText({ ...rounds, prompt: "Rain in two cities?" }).text, ANSWER);
    equal(await streamText({ ...rounds, prompt: "Rain in two cities?", providerOptions: unstored }).text, ANSWER);
    const picture = tool({
      inputSchema: z.object({ city: z.string() }),
      execute: async () => "png",
      toModelOutput: () => ({
        type: "content",
        value: [{ type: "text", text: "rain" }],
      }),
    });
    equal((await generateText({ ...rounds, tools: { picture }, prompt: "A picture of Paris?" })).text, ANSWER);
    equal(outputIn(await generateText({ model: one, prompt: question, ...objectOf(Count), ...once })), count);
    const previous = { openai: { previousResponseId: first.response.id } };
    equal((await generateText({ model: one, prompt: "Sure?", providerOptions: previous, ...once })).text, ANSWER);
  },
  settings: async () => {
    const ruminate = { strategy: "self-consistency", options: { n: 4 } };
    const include = { responseBody: true };
    const { response } = await generateText({
      ...{ model: provider("small"), prompt: question, include, ...once },
      providerOptions: { ruminate: { ruminate } },
    });
    const votes = (body) => body.choices[0].ruminate.tally.reduce((sum, row) => sum + row.votes, 0);
    equal(votes(response.body), 4);
    const named = await generateText({
      model: provider("self-consistency(n=5)/small"),
      prompt: question,
      include,
      ...once,
    });
    equal(votes(named.response.body), 5);
    equal(
      await streamText({ model, prompt: question, ...once }).reasoningText.then((text) => text.split("\n")[0]),
      "1 candidate: 4 ×1",
    );
  },
  errors: async () => {
    const wrong = createOpenAICompatible({ ...options, apiKey: "wrong" });
    const denied = await failure(generateText({ model: wrong("thinker"), prompt: question, ...once }));
    holds(APICallError.isInstance(denied) && denied.statusCode === 401, `401 is an APICallError: ${denied}`);
    holds(!denied.isRetryable, "it is not tried again");
    const hot = await failure(generateText({ model, prompt: question, temperature: 9, ...once }));
    holds(hot.message.includes("temperature"), `the sentence reaches the caller: ${hot.message}`);
    const asked = { model, prompt: "Talk nonsense", ...objectOf(Count), ...once };
    const none = await failure(generateText(asked).then(outputIn));
    holds(APICallError.isInstance(none) && none.statusCode === 422, `no object is said so: ${none}`);
    const seen = [];
    const failing = streamText({ ...asked, onError: ({ error }) => seen.push(error) });
    await failing.consumeStream();
    holds(
      JSON.stringify(seen.map((error) => error?.message ?? error)).includes("satisfies the response format"),
      `an error in a stream is one: ${JSON.stringify(seen)}`,
    );
  },
  cancel: () =>
    leaving(async (asked) => {
      const leave = new AbortController();
      asked().then(() => leave.abort());
      const failed = await failure(generateText({ model, prompt: long, abortSignal: leave.signal, ...once }));
      equal(failed.name, "AbortError");
    }),
  "cancel-stream": () =>
    leaving(async (asked) => {
      const leave = new AbortController();
      asked().then(() => leave.abort());
      const kinds = [];
      for await (const { type } of streamText({ model, prompt: long, abortSignal: leave.signal, ...once }).fullStream)
        kinds.push(type);
      holds(kinds.includes("abort"), `it says abort: ${kinds}`);
    }),
});
