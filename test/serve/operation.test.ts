import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { InvalidFileError } from "../../src/core/errors.ts";
import { checkExposure, parseConfig } from "../../src/serve/config.ts";
import { refusals } from "../fakes/replies.ts";
import { type FakeServer, type FakeServerOptions, startFakeServer } from "../fakes/server.ts";
import { ask, eventsOf, type Serving, serving } from "./serving.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function pair(fake: FakeServerOptions, config: object = {}): Promise<{ upstream: FakeServer; server: Serving }> {
  const upstream = await startFakeServer(fake);
  open.push(upstream);
  const server = await serving({ upstreams: { small: { name: upstream.baseUrl } }, ...config });
  open.push(server);
  return { upstream, server };
}

const sha256 = (key: string) => createHash("sha256").update(key).digest("hex");
const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
const small = { model: "small", messages: ask("2 + 2?") };

describe("/ready", () => {
  it("says whether every upstream answers, and no names where keys are needed", async () => {
    const { upstream, server } = await pair({});
    const root = server.baseUrl.replace("/v1", "");
    const ready = async (at = root) => {
      const response = await fetch(`${at}/ready`);
      return [response.status, await response.json()];
    };
    expect(await ready()).toEqual([200, { status: "ready", upstreams: { small: true } }]);
    expect((await fetch(`${root}/healthz`)).status).toBe(200);
    const upstreams = { small: { name: upstream.baseUrl }, gone: { name: "http://127.0.0.1:9/v1" }, own: "simulated" };
    const both = await serving({ upstreams });
    open.push(both);
    const waiting = { status: "waiting for upstreams", upstreams: { small: true, gone: false, own: true } };
    expect(await ready(both.baseUrl.replace("/v1", ""))).toEqual([503, waiting]);
    const keyed = await serving({ upstreams, keys: [{ name: "one", sha256: sha256("secret") }] });
    open.push(keyed);
    expect(await ready(keyed.baseUrl.replace("/v1", ""))).toEqual([503, { status: "waiting for upstreams" }]);
  });
});

describe("keys", () => {
  const keys = [
    { name: "one", sha256: sha256("secret-1"), strategies: ["chain-of-thought"] },
    { name: "two", env: "TEST_KEY", models: ["small"], perDay: { calls: 2 } },
    { name: "slow", sha256: sha256("secret-3"), requestsPerMinute: 1 },
  ];

  it("are asked for on every path but /health, and never by the first bytes alone", async () => {
    const upstream = await startFakeServer();
    open.push(upstream);
    const server = await serving(
      { upstreams: { small: { name: upstream.baseUrl } }, keys },
      { env: { TEST_KEY: "secret-2" } },
    );
    open.push(server);
    for (const authorization of [
      "",
      "Bearer",
      "Bearer secret-",
      "Bearer secret-12",
      "Basic secret-1",
      sha256("secret-1"),
    ]) {
      const response = await server.chat(small, { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: "invalid_api_key", type: "authentication_error" } });
    }
    expect((await fetch(`${server.baseUrl}/models`)).status).toBe(401);
    expect((await fetch(`${server.baseUrl.replace("/v1", "")}/metrics`)).status).toBe(401);
    expect((await fetch(`${server.baseUrl.replace("/v1", "")}/health`)).status).toBe(200);
    expect(upstream.counts.requests).toBe(0);

    expect((await server.chat(small, as("secret-1"))).status).toBe(200);
    expect((await server.chat({ ...small, model: "best-of-n/small" }, as("secret-1"))).status).toBe(403);
    expect((await server.chat({ ...small, ruminate: { strategy: "best-of-n" } }, as("secret-1"))).status).toBe(403);
    expect((await server.chat({ ...small, model: "chain-of-thought/small" }, as("secret-2"))).status).toBe(403);

    expect((await server.chat(small, as("secret-2"))).status).toBe(200);
    expect((await server.chat(small, as("secret-2"))).status).toBe(200);
    const spent = await server.chat(small, as("secret-2"));
    expect(spent.status).toBe(429);
    expect(await spent.json()).toMatchObject({ error: { code: "budget_exceeded", type: "insufficient_quota" } });

    expect((await server.chat(small, as("secret-3"))).status).toBe(200);
    const hurried = await server.chat(small, as("secret-3"));
    expect(hurried.status).toBe(429);
    expect(Number(hurried.headers.get("retry-after"))).toBeGreaterThan(50);
    const logged = JSON.stringify(server.logs);
    expect(logged).not.toContain("secret-");
    expect(logged).not.toContain("2 + 2");
  });

  it("must be there before anyone but this machine is served", () => {
    const config = (host: string, given: object[] = []) =>
      parseConfig("serve.yaml", { upstreams: { small: "simulated" }, host, keys: given });
    expect(() => checkExposure("serve.yaml", config("0.0.0.0"))).toThrow(InvalidFileError);
    expect(() => checkExposure("serve.yaml", config("0.0.0.0", [keys[0] ?? {}]))).not.toThrow();
    expect(() => checkExposure("serve.yaml", config("127.0.0.1"))).not.toThrow();
  });
});

describe("a configuration", () => {
  it.each([
    [{}, '"upstreams" must be record'],
    [{ upstreams: {} }, '"upstreams" must name at least one upstream'],
    [{ upstreams: { a: "simulated" }, prot: 1 }, '"prot" is not known here'],
    [{ upstreams: { a: "simulated" }, models: { x: { upstream: "b" } } }, '"models.x.upstream" must be one of'],
    [{ upstreams: { a: "simulated" }, keys: [{ name: "k" }] }, '"keys[0]" must have either sha256 or env'],
  ])("%j is refused by field", (given, sentence) => {
    expect(() => parseConfig("serve.yaml", given)).toThrow(sentence);
  });
});

describe("backpressure", () => {
  it("serves by priority, and sends away with Retry-After whom the queue has no room for", async () => {
    const { upstream, server } = await pair(
      { latencyMs: 500 },
      {
        limits: { concurrency: 1, queue: 2 },
        keys: [
          { name: "low", sha256: sha256("low") },
          { name: "high", sha256: sha256("high"), priority: 5 },
        ],
      },
    );
    const order: string[] = [];
    const send = async (key: string, name: string) => {
      const response = await server.chat({ ...small, messages: ask(name) }, as(key));
      order.push(`${name} ${response.status}`);
      return response;
    };
    const first = send("low", "first");
    await until(() => upstream.active === 1);
    const second = send("low", "second");
    await until(() => server.service.admission.waiting === 1);
    const third = send("high", "third");
    await until(() => server.service.admission.waiting === 2);
    const fourth = await send("low", "fourth");
    expect(fourth.status).toBe(429);
    expect(fourth.headers.get("retry-after")).toBe("2");
    await Promise.all([first, second, third]);
    expect(order).toEqual(["fourth 429", "first 200", "third 200", "second 200"]);
  });

  it("limits the requests of a key at a time", async () => {
    const { upstream, server } = await pair(
      { latencyMs: 50 },
      { keys: [{ name: "one", sha256: sha256("k"), concurrency: 1 }] },
    );
    const first = server.chat(small, as("k"));
    await until(() => upstream.active === 1);
    expect((await server.chat(small, as("k"))).status).toBe(429);
    expect((await first).status).toBe(200);
    expect((await server.chat(small, as("k"))).status).toBe(200);
  });
});

describe("a client that hangs up", () => {
  it.each([false, true])("ends all work at the upstream at once (streamed: %s)", async (stream) => {
    const { upstream, server } = await pair({ latencyMs: 20_000 });
    const leave = new AbortController();
    const request = server
      .chat({ ...small, model: "self-consistency/small", stream }, { signal: leave.signal })
      .then((response) => response.text())
      .catch((error: unknown) => error);
    await until(() => upstream.active === 1);
    leave.abort();
    await request;
    await until(() => upstream.active === 0, 100);
    await until(() => server.service.admission.working === 0);
    expect(upstream.counts.aborted).toBe(1);
  });

  it("leaves the queue", async () => {
    const { upstream, server } = await pair({ latencyMs: 100 }, { limits: { concurrency: 1 } });
    const first = server.chat(small);
    await until(() => upstream.active === 1);
    const leave = new AbortController();
    const second = server.chat(small, { signal: leave.signal }).catch((error: unknown) => error);
    await until(() => server.service.admission.waiting === 1);
    leave.abort();
    await second;
    await until(() => server.service.admission.waiting === 0);
    expect((await first).status).toBe(200);
    expect(upstream.counts.requests).toBe(1);
  });
});

describe("a stream in which nothing happens", () => {
  it("is kept alive by comments, which are no events", async () => {
    const { server } = await pair({ latencyMs: 400 }, { heartbeatSeconds: 0.05 });
    const text = await (await server.chat({ ...small, stream: true })).text();
    expect(text.match(/^: still thinking$/gm)?.length).toBeGreaterThan(1);
    expect(eventsOf(text).at(-1)).toBe("[DONE]");
  });
});

describe("time and budget", () => {
  it("returns the best so far when the time of a request is over", async () => {
    let calls = 0;
    const answer = () => `The answer is ${++calls}.`;
    const { server } = await pair({ latencyMs: 150, answer }, { limits: { requestSeconds: 0.4 } });
    const options = { options: { n: 50 }, stop: { rule: "confident", value: 1 } };
    const response = await server.chat({ ...small, model: "self-consistency/small", ruminate: options });
    const body = (await response.json()) as { choices: { ruminate: { stopped: string; candidates: number } }[] };
    expect(response.status).toBe(200);
    expect(body.choices[0]?.ruminate.stopped).toBe("time");
    expect(body.choices[0]?.ruminate.candidates).toBeGreaterThan(0);
  });

  it("fails as a time-out where there is nothing yet", async () => {
    const { server } = await pair({ latencyMs: 5000 }, { limits: { requestSeconds: 0.1 } });
    const response = await server.chat(small);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { code: "timeout" } });
  });

  it("says that a budget has no room for one reply, without naming flags of the command", async () => {
    const { server } = await pair({});
    const response = await server.chat({ ...small, ruminate: { budget: { tokens: 5 } } });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { message: string; code: string } };
    expect(error.code).toBe("budget_exceeded");
    expect(error.message).not.toContain("--");
  });
});

describe("a shutdown", () => {
  it("finishes what is in work and lets nobody else in", async () => {
    const { upstream, server } = await pair({ latencyMs: 100 });
    const working = server.chat(small);
    await until(() => upstream.active === 1);
    const closed = server.close();
    expect((await working).status).toBe(200);
    await closed;
    await expect(server.chat(small)).rejects.toThrow();
  });

  it("returns the best so far from work that does not end in time", async () => {
    let calls = 0;
    const { upstream, server } = await pair(
      { latencyMs: 40, answer: () => `The answer is ${++calls}.` },
      { limits: { drainSeconds: 0.1 } },
    );
    const ruminate = { options: { n: 200 }, stop: { rule: "confident", value: 1 } };
    const working = server.chat({ ...small, model: "self-consistency/small", ruminate });
    await until(() => upstream.counts.completions >= 2);
    await server.close();
    const response = await working;
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ choices: [{ ruminate: { stopped: "aborted" } }] });
  });
});

describe("upstreams that fail", () => {
  it("fail over to the next, and are left alone while their circuit is open", async () => {
    const broken = await startFakeServer({ faults: { rate: 1, seed: 1, kinds: ["500"] } });
    const sound = await startFakeServer();
    open.push(broken, sound);
    const server = await serving({
      upstreams: { both: [{ name: broken.baseUrl }, { name: sound.baseUrl }] },
      upstream: { breakAfter: 3, coolSeconds: 60 },
    });
    open.push(server);
    for (let i = 0; i < 10; i++) expect((await server.chat({ ...small, model: "both" })).status).toBe(200);
    expect(broken.counts.requests).toBe(3);
    expect(sound.counts.requests).toBe(10);
  });

  it("answer in OpenAI's shape when they are gone, and serve again when they are back", async () => {
    const { upstream, server } = await pair(
      {},
      { upstream: { attempts: 2, baseMs: 5, breakAfter: 2, coolSeconds: 0.05 }, limits: { requestSeconds: 5 } },
    );
    const port = Number(new URL(upstream.baseUrl).port);
    await upstream.close();
    const gone = await server.chat(small);
    expect(gone.status).toBe(502);
    const { error } = (await gone.json()) as { error: { message: string } };
    expect(error.message).not.toContain("127.0.0.1");
    const back = await startFakeServer({ port });
    open.push(back);
    await until(async () => (await server.chat(small)).status === 200);
  });

  it("that refuse the request make it the client's fault, in their words but without addresses", async () => {
    const picky = createServer((request, response) => {
      request.resume();
      response.writeHead(400, { "content-type": "application/json" });
      response.end(JSON.stringify(refusals.request("Too many images, see http://inner:8000/limits").body));
    });
    await new Promise<void>((resolve) => picky.listen(0, "127.0.0.1", resolve));
    const { port } = picky.address() as AddressInfo;
    const server = await serving({ upstreams: { small: { name: `http://127.0.0.1:${port}/v1` } } });
    open.push({ close: async () => void picky.close() }, server);
    const response = await server.chat(small);
    const error = {
      message: "The upstream model refuses this request: Too many images, see [address].",
      code: "upstream_refused",
    };
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error });
    expect(eventsOf(await (await server.chat({ ...small, stream: true })).text()).at(-1)).toMatchObject({ error });
  });

  it("and fail one request in five still leave every request answered or failed in time, none twice", async () => {
    const { upstream, server } = await pair(
      { faults: { rate: 0.2, seed: "serve" }, answer: ({ messages }) => `The answer is ${messages[0]?.content}.` },
      { upstream: { attempts: 6, baseMs: 5, timeoutSeconds: 0.3, breakAfter: 50 }, limits: { requestSeconds: 10 } },
    );
    const numbers = Array.from({ length: 100 }, (_, i) => i + 1000);
    const replies = await Promise.all(
      numbers.map(async (number) => {
        const body = { model: "best-of-n/small", messages: ask(String(number)), ruminate: { options: { n: 2 } } };
        const response = await server.chat(body);
        const reply = (await response.json()) as { choices?: { message: { content: string } }[]; error?: object };
        return { number, status: response.status, content: reply.choices?.[0]?.message.content, error: reply.error };
      }),
    );
    for (const { number, status, content, error } of replies) {
      if (status === 200) expect(content).toBe(`The answer is ${number}.`);
      else expect(error).toMatchObject({ message: expect.any(String) });
    }
    expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThan(90);
    expect(Object.values(upstream.counts.faults).filter((count) => count > 0).length).toBeGreaterThan(3);
  });
});

async function until(condition: () => boolean | Promise<boolean>, atMostMs = 5000): Promise<void> {
  const end = performance.now() + atMostMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not so within ${atMostMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
