import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChatBody, type FakeServer, startFakeServer } from "../fakes/server.ts";
import { ask, eventsOf, type Serving, serving } from "./serving.ts";

const answers = ["The answer is 4.", "The answer is 5.", "It is 4, so the answer is 4."];
let upstream: FakeServer;
let server: Serving;

beforeAll(async () => {
  upstream = await startFakeServer({ answer: (_body: ChatBody, index) => answers[index % answers.length] ?? "" });
  server = await serving({
    upstreams: { small: { name: upstream.baseUrl } },
    images: "public",
    models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 3 } } },
  });
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

interface Completion {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly {
    readonly message: { readonly role: string; readonly content: string };
    readonly finish_reason: string;
    readonly ruminate: { readonly answer: string; readonly support: number; readonly runnerUp: unknown };
  }[];
  readonly usage: Record<string, unknown> & { readonly total_tokens: number };
}

describe("chat completions", () => {
  it("delivers the picked candidate's whole text with the vote behind it", async () => {
    const response = await server.chat({ model: "thinker", messages: ask("2 + 2?") });
    expect(response.status).toBe(200);
    const body = (await response.json()) as Completion;
    expect(body.model).toBe("thinker");
    expect(body.choices[0]).toMatchObject({
      message: { role: "assistant", content: "The answer is 4." },
      finish_reason: "stop",
      ruminate: {
        strategy: "self-consistency",
        answer: "4",
        support: 2 / 3,
        runnerUp: { answer: "5", support: 1 / 3 },
        abstained: false,
      },
    });
  });

  it("reports as usage exactly what the upstream counted", async () => {
    const before = { ...upstream.counts };
    const body = (await (await server.chat({ model: "thinker", messages: ask("2 + 2?") })).json()) as Completion;
    const { promptTokens, completionTokens } = upstream.counts;
    expect(body.usage).toMatchObject({
      prompt_tokens: promptTokens - before.promptTokens,
      completion_tokens: completionTokens - before.completionTokens,
      total_tokens: promptTokens - before.promptTokens + completionTokens - before.completionTokens,
      completion_tokens_details: { reasoning_tokens: completionTokens - before.completionTokens - 4 },
      ruminate: { calls: 3, policy: { calls: 3 } },
    });
  });

  it("sends the conversation to the upstream just as it came", async () => {
    const messages = [
      { role: "system", content: "You are terse." },
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Hi." },
      {
        role: "user",
        content: [
          { type: "text", text: "What is on it?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
        ],
      },
    ];
    const response = await server.chat({ model: "self-consistency/small", messages, ruminate: { options: { n: 2 } } });
    expect(response.status).toBe(200);
    expect(upstream.bodies.at(-1)).toMatchObject({ messages, n: 2 });
  });

  it("streams progress as reasoning, the reply in pieces, the usage and an end", async () => {
    const response = await server.chat({
      model: "thinker",
      messages: ask("2 + 2?"),
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const events = eventsOf(await response.text()) as {
      choices: { delta: { content?: string; reasoning_content?: string }; finish_reason: string | null }[];
      usage?: { total_tokens: number } | null;
    }[];
    expect(events.at(-1)).toBe("[DONE]");
    const chunks = events.slice(0, -1);
    const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
    expect(deltas.map(({ content }) => content ?? "").join("")).toBe("The answer is 4.");
    expect(deltas.filter(({ content }) => content).length).toBeGreaterThan(2);
    expect(deltas.map(({ reasoning_content }) => reasoning_content ?? "").join("")).toContain(
      "3 candidates: 4 ×2, 5 ×1",
    );
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
  });

  it("gives n choices, each with a vote of its own", async () => {
    const body = (await (await server.chat({ model: "thinker", messages: ask("2 + 2?"), n: 3 })).json()) as Completion;
    expect(body.choices.map(({ message }) => message.content)).toEqual(Array(3).fill("The answer is 4."));
    expect(body.usage.ruminate).toMatchObject({ calls: 9 });
  });

  it("marks a reply whose support is below the caller's threshold", async () => {
    const response = await server.chat({ model: "thinker", messages: ask("2 + 2?"), ruminate: { threshold: 0.9 } });
    expect(await response.json()).toMatchObject({ choices: [{ ruminate: { abstained: true, support: 2 / 3 } }] });
  });

  it("tells the probability behind the support where it was calibrated for just this way of thinking, and trusts that", async () => {
    const calibrated = await serving({
      upstreams: { small: { name: upstream.baseUrl } },
      models: {
        thinker: {
          upstream: "small",
          strategy: "self-consistency",
          options: { n: 3 },
          calibration: {
            method: "isotonic",
            points: [
              [0, 0],
              [1, 0.6],
            ],
          },
        },
      },
    });
    const evidence = async (ruminate: object) => {
      const response = await calibrated.chat({ model: "thinker", messages: ask("2 + 2?"), ruminate });
      return ((await response.json()) as { choices: { ruminate: object }[] }).choices[0]?.ruminate;
    };
    const sure = { support: 2 / 3, probability: expect.closeTo(0.4) };
    expect(await evidence({ threshold: 0.5 })).toMatchObject({ ...sure, abstained: true });
    expect(await evidence({ threshold: 0.3 })).toMatchObject({ ...sure, abstained: false });
    const other = { options: { temperature: 1 }, threshold: 0.5 };
    expect(await evidence(other)).toMatchObject({ support: 2 / 3, probability: null, abstained: false });
    await calibrated.close();
  });

  it("asks with the system text of the answer's kind where one is named", async () => {
    await server.chat({ model: "thinker", messages: ask("2 + 2?"), ruminate: { answer: "math" } });
    expect(upstream.bodies.at(-1)?.messages[0]).toMatchObject({
      role: "system",
      content: expect.stringContaining("boxed"),
    });
  });

  it("passes stop texts, top_p and penalties on, and takes the temperature for the strategy's own", async () => {
    const settings = { stop: ["\n\n"], top_p: 0.9, presence_penalty: 0.5, temperature: 0.3 };
    await server.chat({ model: "thinker", messages: ask("2 + 2?"), ...settings, max_tokens: 77 });
    expect(upstream.bodies.at(-1)).toMatchObject({ ...settings, max_tokens: 77, n: 3 });
  });

  it("returns log-probabilities of the picked reply", async () => {
    const body = { model: "thinker", messages: ask("2 + 2?"), logprobs: true, top_logprobs: 2 };
    const { choices } = (await (await server.chat(body)).json()) as {
      choices: { logprobs: { content: { token: string; top_logprobs: unknown[] }[] } }[];
    };
    const content = choices[0]?.logprobs.content ?? [];
    expect(content.map(({ token }) => token).join("")).toBe("The answer is 4.");
    expect(content[0]?.top_logprobs).toHaveLength(2);
  });

  it("says a program's answer after the program", async () => {
    const program = "```python\ndef solution():\n    return 18\n```";
    const coder = await startFakeServer({ answer: () => program });
    const served = await serving({ upstreams: { coder: { name: coder.baseUrl } } });
    const response = await served.chat({ model: "program-aided/coder", messages: ask("6 × 3?") });
    const body = (await response.json()) as Completion;
    await served.close();
    await coder.close();
    expect(body.choices[0]?.message.content).toMatch(/^```python[\s\S]*The answer is 18\.$/);
  });
});

describe("what cannot be honoured", () => {
  it.each([
    [{ model: "nobody/small" }, 404, "model", "does not exist"],
    [{ model: "self-consistancy/small" }, 404, "model", 'Did you mean "self-consistency/small"?'],
    [{ messages: [] }, 400, "messages", "must"],
    [{ messages: [{ role: "king", content: "x" }] }, 400, "messages[0].role", "must"],
    [{ temperature: "hot" }, 400, "temperature", "must be number"],
    [{ ruminate: { options: { n: 0 } } }, 400, "ruminate.options", '"n" must be at least 1, got 0'],
    [{ ruminate: { strategy: "magic" } }, 400, "ruminate.strategy", "Unknown strategy"],
    [{ ruminate: { budgets: 1 } }, 400, "ruminate.budgets", "is not known here"],
    [{ ruminate: { options: { n: 100_000 } } }, 400, "ruminate.options", "100000 calls"],
    [{ ruminate: { verifiers: { outcome: "oracle" } } }, 400, "ruminate.verifiers.outcome", "not offered here"],
    [{ n: 99 }, 400, "n", "at most 8"],
    [{ wish: true }, 400, "wish", "is not known here"],
    [{ top_logprobs: 3 }, 400, "top_logprobs", "needs"],
    [{ model: "program-aided/small", stop: "x" }, 400, "stop", "cannot honour"],
    [
      { model: "program-aided/small", messages: [{ role: "system", content: "x" }, ...ask("y")] },
      400,
      "messages",
      "writes its own prompts",
    ],
    [
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "http://169.254.169.254/" } }] }] },
      400,
      "messages[0].content[0].image_url.url",
      "https",
    ],
    [
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://10.0.0.1/x.png" } }] }] },
      400,
      "messages[0].content[0].image_url.url",
      "public name",
    ],
  ])("%j is refused with a sentence", async (part, status, param, sentence) => {
    const before = upstream.counts.requests;
    const response = await server.chat({ model: "thinker", messages: ask("2 + 2?"), ...part });
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: { message: string; param: string } };
    expect(error.message).toContain(sentence);
    expect(error.param).toBe(param);
    expect(upstream.counts.requests).toBe(before);
  });

  it.each([
    ["not JSON", "{", "application/json", 400],
    ["a list", "[]", "application/json", 400],
    ["an empty body", "", "application/json", 400],
    ["another content type", "{}", "text/plain", 415],
    ["a deep body", `${'{"a":'.repeat(100)}1${"}".repeat(100)}`, "application/json", 400],
    ["a prototype key", '{"__proto__": {"admin": true}}', "application/json", 400],
    ["a large body", JSON.stringify({ model: "x".repeat(5_000_000) }), "application/json", 413],
  ])("%s is refused", async (_, body, type, status) => {
    const response = await server.post("chat/completions", body, { headers: { "content-type": type } });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: { message: expect.any(String), type: "invalid_request_error" },
    });
  });

  it("answers other paths, and models that are none, in the same shape", async () => {
    for (const path of ["models/none", "nothing", "../../etc/passwd"]) {
      const response = await fetch(`${server.baseUrl}/${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
    }
  });
});

describe("the other routes", () => {
  it("lists configured names, upstreams and every strategy on every upstream", async () => {
    const { data } = (await (await fetch(`${server.baseUrl}/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(["thinker", "small", "best-of-n/small"]));
    expect((await fetch(`${server.baseUrl}/models/best-of-n/small`)).status).toBe(200);
  });

  it("says that it is well, and counts", async () => {
    const root = server.baseUrl.replace("/v1", "");
    expect((await fetch(`${root}/health`)).status).toBe(200);
    const metrics = await (await fetch(`${root}/metrics`)).text();
    expect(metrics).toMatch(
      /ruminate_requests_total\{endpoint="chat",strategy="self-consistency",upstream="small",status="200"\} \d+/,
    );
    expect(metrics).toContain("ruminate_request_seconds_bucket");
  });
});
