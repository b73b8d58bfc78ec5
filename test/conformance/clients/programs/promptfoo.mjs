import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ANSWER, absent, attempt, equal, holds, image, leaving, long, question } from "./features.mjs";

// It keeps its results in a folder of its own, and tells nobody what it does.
process.env.PROMPTFOO_CONFIG_DIR = mkdtempSync(join(tmpdir(), "promptfoo-"));
Object.assign(process.env, {
  PROMPTFOO_DISABLE_TELEMETRY: "1",
  PROMPTFOO_DISABLE_UPDATE: "1",
  PROMPTFOO_DISABLE_REMOTE_GENERATION: "true",
  PROMPTFOO_CACHE_ENABLED: "false",
  PROMPTFOO_REQUEST_BACKOFF_MS: "1",
  LOG_LEVEL: "error",
});
const { default: promptfoo } = await import("promptfoo");
const { BASE_URL: apiBaseUrl, API_KEY: apiKey } = process.env;

/** The one result of one prompt. */
async function evaluated(prompt, config = {}, { id = "openai:chat:thinker", ...more } = {}, assert = []) {
  const providers = [{ id, config: { apiBaseUrl, apiKey, maxRetries: 0, ...config } }];
  const suite = { prompts: [prompt], providers, tests: [{ assert }], writeLatestResults: false, ...more };
  const { results } = await promptfoo.evaluate(suite, { cache: false, showProgressBar: false, maxConcurrency: 1 });
  return results[0];
}

const chat = (...turns) => JSON.stringify(turns.map(([role, content]) => ({ role, content })));
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const weather = { type: "function", function: { name: "weather", parameters } };
const schema = {
  type: "object",
  properties: { n: { type: "number" }, city: { type: "string" } },
  required: ["n", "city"],
  additionalProperties: false,
};
const format = { type: "json_schema", json_schema: { name: "count", strict: true, schema } };
const count = { n: 4, city: "Paris" };

await attempt({
  models: () => absent("it has no list of models"),
  reply: async () => {
    const { response, success } = await evaluated(question, {}, {}, [{ type: "contains", value: "4" }]);
    equal([response.output, response.tokenUsage.completion, success], [ANSWER, 30, true]);
  },
  turns: async () => {
    const { response } = await evaluated(question);
    const said = chat(["system", "Be brief."], ["user", question], ["assistant", response.output], ["user", "Sure?"]);
    equal((await evaluated(said)).response.output, ANSWER);
  },
  stream: () => absent("it asks for whole replies"),
  tools: async () => {
    const { response } = await evaluated("Rain in Paris?", { tools: [weather], tool_choice: "auto" });
    equal(JSON.parse(response.output[0].function.arguments), { city: "Paris" });
    const turns = [
      { role: "user", content: "Rain in Paris?" },
      { role: "assistant", content: null, tool_calls: response.output },
      { role: "tool", tool_call_id: response.output[0].id, content: "rain" },
    ];
    equal((await evaluated(JSON.stringify(turns), { tools: [weather] })).response.output, ANSWER);
  },
  "tools-stream": () => absent("it asks for whole replies"),
  structured: async () => {
    equal((await evaluated(question, { response_format: format })).response.output, count);
    equal((await evaluated(question, { response_format: { type: "json_object" } })).response.output, '{"n":4}');
  },
  "structured-stream": () => absent("it asks for whole replies"),
  images: async () => {
    const content = [
      { type: "text", text: "How many?" },
      { type: "image_url", image_url: { url: image } },
    ];
    equal((await evaluated(JSON.stringify([{ role: "user", content }]))).response.output, ANSWER);
  },
  choices: async () => {
    const { response } = await evaluated(question, { passthrough: { logprobs: true }, temperature: 0.7, seed: 1 });
    equal(response.output, ANSWER);
    return "it reads one choice";
  },
  length: async () => {
    equal((await evaluated("Tell at length", { max_tokens: 8 })).response.finishReason, "length");
  },
  responses: async () => {
    const other = { id: "openai:responses:thinker" };
    const { response } = await evaluated(question, { instructions: "Be brief." }, other);
    equal(response.output, ANSWER);
    const tools = [{ type: "function", ...weather.function }];
    const called = await evaluated("Rain in Paris?", { tools }, other);
    holds(JSON.stringify(called.response.output).includes("Paris"), `a call: ${JSON.stringify(called.response)}`);
    const next = await evaluated(
      "Sure?",
      { previous_response_id: response.raw?.id ?? response.metadata?.responseId },
      other,
    );
    equal(next.response.output, ANSWER);
    const object = await evaluated(question, { response_format: format }, other);
    equal(object.response.output, count);
  },
  settings: async () => {
    const ruminate = { strategy: "self-consistency", options: { n: 4 } };
    const asked = await evaluated(question, { passthrough: { ruminate } }, { id: "openai:chat:small" });
    equal(asked.response.tokenUsage.completion, 40);
    const named = await evaluated(question, {}, { id: "openai:chat:self-consistency(n=5)/small" });
    equal(named.response.tokenUsage.completion, 50);
    return "it keeps no evidence of a reply";
  },
  errors: async () => {
    const denied = await evaluated(question, { apiKey: "wrong" });
    holds(denied.error?.includes("401"), `401 is said: ${denied.error}`);
    const hot = await evaluated(question, { temperature: 9 });
    holds(hot.error?.includes('"temperature"'), `the sentence reaches the results: ${hot.error}`);
    const none = await evaluated("Talk nonsense", { response_format: format });
    holds(none.error?.includes("satisfies the response format"), `no object is said so: ${none.error}`);
  },
  cancel: () =>
    leaving(async (asked) => {
      const leave = new AbortController();
      asked().then(() => leave.abort());
      const providers = [{ id: "openai:chat:thinker", config: { apiBaseUrl, apiKey, maxRetries: 0 } }];
      const suite = { prompts: [long], providers, tests: [{ assert: [] }], writeLatestResults: false };
      const options = { cache: false, showProgressBar: false, abortSignal: leave.signal };
      await promptfoo.evaluate(suite, options).catch(() => {});
    }),
  "cancel-stream": () => absent("it asks for whole replies"),
});
