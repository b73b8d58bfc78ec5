import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { type Answered, answeringServer, failing, saying } from "../fakes/answering.ts";
import { ask, eventsOf, type Serving, serving } from "./serving.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function behind(answer: (place: number) => Answered | Promise<Answered>, config: object = {}): Promise<Serving> {
  const upstream = await answeringServer((_, place) => answer(place));
  const small = { name: upstream.baseUrl, options: { seeds: true } }; // a request for each sample
  const server = await serving({ upstreams: { small }, upstream: { attempts: 1 }, ...config });
  open.push(server, upstream);
  return server;
}

/** Tokens by the metrics, and the request's line in the log. */
function accountOf({ service, logs }: Serving) {
  const text = service.parts.metrics.render();
  const tokens = (kind: string) =>
    Number(new RegExp(`ruminate_tokens_total\\{kind="${kind}",upstream="small"\\} (\\d+)`).exec(text)?.[1] ?? 0);
  const requests = [...text.matchAll(/^ruminate_requests_total\{.*\} (\d+)$/gm)].map(([, count]) => Number(count));
  const line = logs.findLast(({ event }) => event === "request");
  return {
    prompt: tokens("prompt"),
    completion: tokens("completion"),
    requests: requests.reduce((a, b) => a + b, 0),
    line,
  };
}

const four = "The answer is 4.";
const object = { response_format: { type: "json_object" } };

describe("the account of a request that failed", () => {
  it("has what replies cost that none could be delivered of", async () => {
    const server = await behind(() => saying("no object"));
    const reply = await server.chat({ model: "self-consistency(n=3)/small", messages: ask("hi"), ...object });
    expect(reply.status).toBe(422);
    expect(accountOf(server)).toMatchObject({
      prompt: 60,
      completion: 30,
      requests: 1,
      line: { status: 422, calls: 3, tokens: 90 },
    });
  });

  it("has what came before the upstream failed", async () => {
    const server = await behind((place) => (place < 2 ? saying(four) : failing(500, { message: "boom" })));
    const reply = await server.chat({ model: "self-consistency(n=3)/small", messages: ask("hi") });
    expect(reply.status).toBe(502);
    expect(accountOf(server)).toMatchObject({
      completion: 20,
      requests: 1,
      line: { status: 502, calls: 2, tokens: 60 },
    });
  });

  it.each([
    ["what came before", 1, { calls: 1, tokens: 30 }, 10],
    ["nothing where nothing is known", 0, { calls: null, tokens: null }, 0],
  ])("of a client that left, which is no shutdown, has %s", async (_, before, amounts, completion) => {
    const late = pause(20_000, null, { ref: false });
    let asked = 0;
    const server = await behind(async (place) => {
      asked = place + 1;
      if (place >= before) await late;
      return saying("no object");
    });
    const leave = new AbortController();
    const body = { model: "small", messages: ask("hi"), n: 2, ...object };
    const reply = server.chat(body, { signal: leave.signal }).catch((error: Error) => error.name);
    await expect.poll(() => asked, { timeout: 10_000 }).toBe(2);
    const arrived = () => /attempts_total\{.*outcome="done"\} (\d+)/.exec(server.service.parts.metrics.render())?.[1];
    await expect.poll(() => Number(arrived() ?? 0), { timeout: 10_000 }).toBe(before);
    await pause(50);
    leave.abort();
    expect(await reply).toBe("AbortError");
    await expect.poll(() => accountOf(server).line, { timeout: 10_000 }).toMatchObject({ status: 499, ...amounts });
    const { line, completion: counted } = accountOf(server);
    expect(String(line?.error)).toMatch(/client has left/);
    expect(String(line?.error)).not.toMatch(/shutting down/);
    expect(counted).toBe(completion);
  });
});

interface Choice {
  readonly index: number;
  readonly finish_reason: string;
  readonly message: { readonly content: string | null; readonly refusal: string | null };
  readonly ruminate: { readonly failure?: string };
}

describe("several choices of which one comes to nothing", () => {
  const oneBad = (place: number) => saying(place === 0 ? '{"a":"x"}' : "no object");

  it("are delivered, the one with its reason, and all of them are in the usage", async () => {
    const server = await behind(oneBad);
    const reply = await server.chat({ model: "small", messages: ask("hi"), n: 2, ...object });
    expect(reply.status).toBe(200);
    const { choices, usage } = (await reply.json()) as { choices: Choice[]; usage: { completion_tokens: number } };
    const [good, bad] = choices.toSorted(
      (a, b) => Number(a.message.content === null) - Number(b.message.content === null),
    );
    expect(choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(good?.message).toMatchObject({ content: '{"a":"x"}', refusal: null });
    expect(bad).toMatchObject({ finish_reason: "stop", message: { content: null } });
    expect(bad?.message.refusal).toMatch(/satisfies the response format/);
    expect(bad?.ruminate.failure).toBe(bad?.message.refusal);
    expect(usage.completion_tokens).toBe(20);
  });

  it("are streamed to their ends", async () => {
    const server = await behind(oneBad);
    const reply = await server.chat({ model: "small", messages: ask("hi"), n: 2, stream: true, ...object });
    const chunks = eventsOf(await reply.text()) as { choices?: { index: number; finish_reason: string | null }[] }[];
    const ended = chunks.flatMap(({ choices = [] }) => choices.filter((one) => one.finish_reason !== null));
    expect(ended.map(({ index }) => index)).toEqual([0, 1]);
  });

  it("fail where none is left", async () => {
    const server = await behind(() => saying("no object"));
    const reply = await server.chat({ model: "small", messages: ask("hi"), n: 2, ...object });
    expect(reply.status).toBe(422);
    expect(accountOf(server)).toMatchObject({ completion: 20, line: { calls: 2 } });
  });
});
