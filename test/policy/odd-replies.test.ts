import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { Policy, Sample, SampleRequest } from "../../src/core/policy.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { recordingOf } from "../fakes/recordings.ts";
import { inShapeOf, reshaped, valuesOf } from "../fakes/shapes.ts";
import { requestOf } from "./requests.ts";

interface Raw {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const open: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** A server that sends these bytes whatever it is asked. */
async function sending({ status = 200, headers = {}, body }: Raw): Promise<Policy> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const policy = openAiPolicy({ baseUrl, model: "m", onNote: () => undefined });
  open.push(
    () => policy.dispose?.(),
    async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  );
  return policy;
}

const usage = { prompt_tokens: 12, completion_tokens: 4 };
const TEXT = "The answer is 4.";
const VLLM = "vllm-0.32.0";
const sound = inShapeOf(VLLM, "01-plain", {
  choices: [{ message: { content: TEXT }, finish_reason: "stop" }],
  usage: { ...usage, total_tokens: 16 },
}) as { choices: object[] };
/** vLLM's reply as recorded, with what is odd. */
const reply = (choice: object, more: object = { usage }) => ({
  ...sound,
  choices: [{ ...sound.choices[0], ...choice }],
  usage: undefined,
  ...more,
});
const counted = (tokens: unknown) => reply({}, { usage: tokens });
const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const [, piece] = valuesOf(recordingOf(VLLM, "10-stream"));
const delta = (content: string, finish: string | null = null) =>
  event(reshaped(VLLM, "stream", piece, { choices: [{ delta: { content }, finish_reason: finish }] }) as object);

const sampleOf = async (raw: Raw, request: Partial<SampleRequest> = {}): Promise<Sample> =>
  (await (await sending(raw)).sample(requestOf(request)))[0] as Sample;

const streamOf = async (raw: Raw): Promise<Sample> =>
  (await (await sending(raw)).sample(requestOf(), { onText: () => undefined }))[0] as Sample;

const failureOf = (call: Promise<Sample>): Promise<unknown> =>
  call.then(
    () => new Error("there was no failure"),
    (error: unknown) => error,
  );

describe("a server that does not stream", () => {
  it("answers a request for a stream in one piece, which is shown and taken as it is", async () => {
    const shown: string[] = [];
    const policy = await sending({ body: reply({}) });
    const [sample] = await policy.sample(requestOf(), { onText: (_, text) => shown.push(text) });
    expect(sample).toMatchObject({ text: TEXT, finish: "stop", completionTokens: 4 });
    expect(shown.join("")).toBe(TEXT);
  });

  it("is asked once more where it refuses a stop text for what it says, not again and again", async () => {
    const policy = await sending({
      status: 400,
      body: { error: { message: "stop: each text must be at most 1 long" } },
    });
    await expect(policy.sample(requestOf({ stop: ["\nStep 2", "# Step 2"] }))).rejects.toThrow("answered 400");
  });
});

describe("a reply with a text is a sample, whatever else of it is odd", () => {
  const plain = { text: TEXT, finish: "stop" };
  it.each<[string, unknown, object]>([
    ["no usage", reply({}, {}), { ...plain, estimated: true, completionTokens: 4 }],
    ["usage null", counted(null), { ...plain, estimated: true }],
    ["usage empty", counted({}), { ...plain, estimated: true }],
    ["usage 0 and 0 beside a text", counted({ prompt_tokens: 0, completion_tokens: 0 }), { estimated: true }],
    ["fractional usage", counted({ prompt_tokens: 12.5, completion_tokens: 3.7 }), { estimated: true }],
    ["negative usage", counted({ prompt_tokens: 12, completion_tokens: -1 }), { estimated: true }],
    ["usage in words", counted({ prompt_tokens: "12", completion_tokens: "4" }), { estimated: true }],
    ["no count of the completion", counted({ prompt_tokens: 12 }), { estimated: true, promptTokens: 12 }],
    [
      "more cached than there is",
      counted({ ...usage, prompt_tokens_details: { cached_tokens: 99 } }),
      { estimated: true, promptTokens: 12, cachedPromptTokens: 12 },
    ],
    ["prompt_tokens_details null", counted({ ...usage, prompt_tokens_details: null }), { completionTokens: 4 }],
    ["no index", reply({ index: undefined }), plain],
    ["no role, no object, no id", { choices: [{ message: { content: TEXT }, finish_reason: "stop" }] }, plain],
    ["a text in parts", reply({ message: { content: [{ type: "text", text: TEXT }] } }), plain],
    ["a text of /completions", { choices: [{ text: TEXT, finish_reason: "stop" }], usage }, plain],
    ["logprobs null", reply({ logprobs: null }), plain],
    ["log-probabilities without content", reply({ logprobs: { content: null } }), plain],
    ["tool_calls null", reply({ message: { content: TEXT, tool_calls: null } }), plain],
    ["a null error beside a text", { ...reply({}), error: null }, plain],
    ["no finish_reason", reply({ finish_reason: undefined }), { ...plain, ending: "none given" }],
    ["an empty text and no token", reply({ message: { content: "" } }), { text: "", finish: "stop" }],
  ])("%s", async (_, body, expected) => {
    expect(await sampleOf({ body })).toMatchObject(expected);
  });

  it("compressed though nobody asked for it", async () => {
    const text = JSON.stringify(reply({}));
    for (const [encoding, body] of [
      ["gzip", gzipSync(text)],
      ["deflate", deflateSync(text)],
      ["br", brotliCompressSync(text)],
    ] as const) {
      expect(await sampleOf({ body, headers: { "content-encoding": encoding } })).toMatchObject(plain);
    }
    const stream = gzipSync(delta(TEXT) + delta("", "stop"));
    expect(await streamOf({ body: stream, headers: { "content-encoding": "gzip" } })).toMatchObject(plain);
  });

  it("begun with a byte-order mark", async () => {
    expect(await sampleOf({ body: `\uFEFF${JSON.stringify(reply({}))}` })).toMatchObject(plain);
    expect(await streamOf({ body: `\uFEFF${delta(TEXT, "stop")}` })).toMatchObject(plain);
  });

  it("streamed without a last blank line, without [DONE], with comments, with carriage returns", async () => {
    expect(await streamOf({ body: (delta(TEXT) + delta("", "stop")).trimEnd() })).toMatchObject(plain);
    expect(await streamOf({ body: `: hello\n\n${delta(TEXT, "stop")}` })).toMatchObject(plain);
    expect(await streamOf({ body: delta(TEXT, "stop").replaceAll("\n", "\r\n") })).toMatchObject(plain);
  });
});

/**
 * The words are those of vLLM (`stop`, `length`, `abort`, `error`: FinishReason), OpenAI and Azure (`tool_calls`,
 * `content_filter`, the `refusal` of a message: API reference), TGI (`eos_token`, `stop_sequence`: FinishReason),
 * Anthropic (`end_turn`, `refusal`: stop_reason) and Gemini (`STOP`, `MAX_TOKENS`, `SAFETY`: FinishReason).
 */
describe("the end of a text is what the server's word for it means", () => {
  it.each([
    ["stop", "stop"],
    ["end_turn", "stop"],
    ["eos_token", "stop"],
    ["stop_sequence", "stop"],
    ["tool_calls", "stop"],
    ["STOP", "stop"],
    ["length", "length"],
    ["MAX_TOKENS", "length"],
    ["content_filter", "refused"],
    ["refusal", "refused"],
    ["SAFETY", "refused"],
    ["something_new", "unknown"],
  ])("%s: %s", async (reason, finish) => {
    const sample = await sampleOf({ body: reply({ finish_reason: reason }) });
    expect(sample.finish).toBe(finish);
    if (finish === "refused" || finish === "unknown") expect(sample.ending).toBe(reason);
  });

  it("a refusal in place of a text is a refusal", async () => {
    const message = { role: "assistant", content: null, refusal: "I cannot help with that." };
    expect(await sampleOf({ body: reply({ message }) })).toMatchObject({ text: "", finish: "refused" });
  });

  it.each(["abort", "error"])("%s is a failure that another attempt may get over", async (reason) => {
    const failure = await failureOf(sampleOf({ body: reply({ finish_reason: reason }) }));
    expect(failure).toMatchObject({ name: "ModelCallError", kind: "server", retryable: true });
    expect(String(failure)).toContain(reason);
  });
});

/**
 * Errors in the words of OpenRouter (in a 200 and in a choice: API reference, errors), Ollama (`{"error": "…"}`:
 * server/routes.go), llama.cpp (`exceed_context_size_error`, recorded), vLLM before 0.10 (`object: "error"`:
 * ErrorResponse) and OpenAI (`insufficient_quota`: API guide, error codes).
 */
describe("an error is that error, wherever it stands", () => {
  const failed = (body: unknown) => failureOf(sampleOf({ body }));

  it.each<[string, unknown, object]>([
    ["in a 200", { error: { message: "Overloaded", code: 503 } }, { status: 503, retryable: true, kind: "server" }],
    ["in words", { error: "model requires more memory" }, { status: null, retryable: false, kind: "request" }],
    [
      "of the request",
      { error: { message: "no such model", code: 404 } },
      { status: 404, retryable: false, kind: "request" },
    ],
    ["of a rate", { error: { message: "slow down", code: 429 } }, { status: 429, retryable: true, kind: "rate" }],
    [
      "of the context",
      { error: { message: "too long", type: "exceed_context_size_error", code: 400 } },
      { status: 400, retryable: false, kind: "context" },
    ],
    [
      "as an object of its own",
      { object: "error", message: "internal error", type: "InternalServerError", code: 500 },
      { status: 500, retryable: true },
    ],
    ["in a choice", { choices: [{ error: { message: "upstream", code: 502 } }] }, { status: 502, retryable: true }],
  ])("%s", async (_, body, expected) => {
    expect(await failed(body)).toMatchObject({ name: "ModelCallError", ...expected });
  });

  it("in an event of a stream, after text came", async () => {
    const body = delta("The ans") + event({ error: { message: "out of memory", code: 500 } });
    const failure = await failureOf(streamOf({ body }));
    expect(failure).toMatchObject({ status: 500, retryable: true, kind: "server" });
    expect(String(failure)).toContain("out of memory");
  });

  it("of a quota is not tried again, though its status is 429", async () => {
    const error = {
      message: "You exceeded your current quota",
      type: "insufficient_quota",
      code: "insufficient_quota",
    };
    expect(await failureOf(sampleOf({ status: 429, body: { error } }))).toMatchObject({
      status: 429,
      kind: "quota",
      retryable: false,
    });
  });

  it("a redirect is named and not followed", async () => {
    const failure = await failureOf(
      sampleOf({ status: 308, headers: { location: "https://elsewhere/v1/chat/completions" }, body: "" }),
    );
    expect(failure).toMatchObject({ status: 308, retryable: false });
    expect(String(failure)).toContain("https://elsewhere/v1/chat/completions");
  });

  it.each<[string, string]>([
    ["HTML", "<html>Bad gateway</html>"],
    ["nothing", ""],
    ["half of it", '{"choices":[{"mess'],
    ["no choices", '{"choices":[]}'],
    ["a choice without text", '{"choices":[{"index":0}]}'],
  ])("%s with status 200 is a reply that cannot be read, to be asked for again", async (_, body) => {
    expect(await failed(body)).toMatchObject({ kind: "server", retryable: true });
  });

  it("a stream that was cut is no text", async () => {
    expect(await failureOf(streamOf({ body: delta("The ans") }))).toMatchObject({ retryable: true });
  });
});
