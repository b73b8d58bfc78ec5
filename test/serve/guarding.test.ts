import { createHash } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import { reachingOptions } from "../../src/serve/plan.ts";
import { type FakeServer, startFakeServer } from "../fakes/server.ts";
import { ask, type Serving, serving } from "./serving.ts";

const hashOf = (key: string) => createHash("sha256").update(key).digest("hex");
const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

let upstream: FakeServer;
let server: Serving;
beforeAll(async () => {
  upstream = await startFakeServer({ answer: () => `The answer is 4. ${"word ".repeat(150)}` });
  server = await serving({
    upstreams: { small: { name: upstream.baseUrl } },
    models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 3 } } },
    verifiers: ["judge", "ensemble", "lean", "served"],
    keys: [
      { name: "tight", sha256: hashOf("tight"), budget: { tokens: 1000 } },
      { name: "daily", sha256: hashOf("daily"), perDay: { tokens: 1500 } },
      { name: "plain", sha256: hashOf("plain"), strategies: ["chain-of-thought", "cascade", "ensemble", "route"] },
      { name: "small", sha256: hashOf("small"), bodyBytes: 2000 },
      { name: "free", sha256: hashOf("free") },
    ],
  });
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

/** What the upstream counted while `act` ran. */
async function billed(act: () => Promise<unknown>): Promise<number> {
  const tokens = () => upstream.counts.promptTokens + upstream.counts.completionTokens;
  const before = tokens();
  await act();
  return tokens() - before;
}

const errorOf = async (response: Response) =>
  ((await response.json()) as { error?: { message: string; param: string | null; code: string | null } }).error;

describe("a key's budget", () => {
  const questions = ["2 + 2?", "١٢٣٤ ".repeat(40), "🙂".repeat(30), "xqzjk vwpfg ".repeat(20)];
  it.each(questions.flatMap((text) => [1, 3, 8].map((n) => [text.slice(0, 12), n, text] as const)))(
    "of a request holds all of its choices: %s, n = %i",
    async (_, n, text) => {
      const spent = await billed(async () => {
        const response = await server.chat({ model: "thinker", messages: ask(text), n }, bearer("tight"));
        expect([200, 400]).toContain(response.status);
        await response.text();
      });
      expect(spent).toBeLessThanOrEqual(1000);
    },
  );

  it("holds all prompts of a list", async () => {
    const spent = await billed(async () => {
      const prompt = Array.from({ length: 8 }, (_, i) => `${i} + 2?`);
      await (await server.post("completions", { model: "thinker", prompt }, bearer("tight"))).text();
    });
    expect(spent).toBeLessThanOrEqual(1000);
  });

  it("counts what tools and formats add to the prompt", async () => {
    const description = "a long tale ".repeat(500);
    const tools = [{ type: "function", function: { name: "f", description, parameters: {} } }];
    const response = await server.chat({ model: "thinker", messages: ask("2?"), tools }, bearer("tight"));
    expect(response.status).toBe(400);
    expect((await errorOf(response))?.code).toBe("budget_exceeded");
  });

  it("of a day holds all requests, those at the same time included", async () => {
    const spent = await billed(async () => {
      const all = Array.from({ length: 12 }, () =>
        server.chat({ model: "thinker", messages: ask("3?"), n: 2 }, bearer("daily")),
      );
      for (const response of await Promise.all(all)) await response.text();
    });
    expect(spent).toBeLessThanOrEqual(1500);
  });
});

describe("allow-lists", () => {
  it.each([
    ["cascade", { stages: ["chain-of-thought", "best-of-n"] }],
    ["ensemble", { members: ["chain-of-thought", { name: "mcts" }] }],
    ["route", { probe: "self-consistency", members: ["chain-of-thought"], bounds: [] }],
    ["route", { probe: "chain-of-thought", members: ["mcts"], bounds: [] }],
    ["cascade", { stages: [{ name: "cascade", options: { stages: ["best-of-n"] } }] }],
    ["cascade", {}],
  ])("see the members of %s %j", async (strategy, options) => {
    const body = { model: "small", messages: ask("2?"), ruminate: { strategy, options } };
    const response = await server.chat(body, bearer("plain"));
    expect(response.status).toBe(403);
    expect((await errorOf(response))?.code).toBe("strategy_not_allowed");
  });

  it("let allowed members through", async () => {
    const ruminate = { strategy: "cascade", options: { stages: ["chain-of-thought"], least: 1 } };
    const response = await server.chat({ model: "small", messages: ask("2?"), ruminate }, bearer("plain"));
    expect(response.status).toBe(200);
  });

  it("name a model that plays no part here", async () => {
    const stages = [{ name: "chain-of-thought", model: "judge" }];
    const body = { model: "small", messages: ask("2?"), ruminate: { strategy: "cascade", options: { stages } } };
    const response = await server.chat(body, bearer("plain"));
    expect([response.status, (await errorOf(response))?.message]).toEqual([
      400,
      'There is no model "judge" beside this one here.',
    ]);
  });

  it.each([
    [{ name: "ensemble", options: { of: ["judge", "oracle"] } }, "not offered"],
    [{ name: "ensemble", options: { of: [{ name: "ensemble", options: { of: ["oracle"] } }] } }, "not offered"],
    [{ name: "lean", options: { command: "/bin/sh" } }, "set up"],
    [{ name: "served", options: { preset: "x", url: "http://169.254.169.254" } }, "set up"],
    [{ name: "ensemble", options: { of: [{ name: "served", options: { url: "http://10.0.0.1" } }] } }, "set up"],
  ])("see the members of verifiers, and where they read: %j", async (outcome, sentence) => {
    const body = { model: "thinker", messages: ask("2?"), ruminate: { verifiers: { outcome } } };
    const response = await server.chat(body, bearer("free"));
    expect(response.status).toBe(400);
    expect((await errorOf(response))?.message).toContain(sentence);
  });

  it("know every option of a verifier that reaches out of the process", () => {
    const reaching = /\b(files?|address|server|folder|program|environment variable|headers?|certificate)\b|\(PEM\)/i;
    const harmless = new Set(["model", "contextTokens", "parallel", "timeoutMs", "by"]);
    const unknown = builtins().verifiers.all.flatMap(({ name, options }) => {
      const shape = (z.toJSONSchema(options, { io: "input", unrepresentable: "any" }).properties ?? {}) as Record<
        string,
        { readonly description?: string }
      >;
      const names = Object.entries(shape).filter(([key, { description = "" }]) =>
        reaching.test(`${key} ${description}`),
      );
      return names.map(([key]) => `${name}.${key}`).filter((one) => !harmless.has(one.split(".")[1] ?? ""));
    });
    expect(unknown.filter((one) => !reachingOptions.has(one.split(".")[1] ?? ""))).toEqual([]);
    expect(unknown.length).toBeGreaterThan(5);
  });
});

describe("bodies", () => {
  it("have the key's own limit", async () => {
    const body = { model: "thinker", messages: ask("x".repeat(3000)) };
    expect((await server.chat(body, bearer("small"))).status).toBe(413);
    expect((await server.chat(body, bearer("free"))).status).toBe(200);
  });
});

describe("bodies that are being read", () => {
  it("of one key together have a limit, and come free when a client leaves", async () => {
    const own = await serving({
      upstreams: { small: { name: upstream.baseUrl } },
      limits: { bodyBytes: 10_000, readingBytes: 15_000 },
    });
    const { hostname, port } = new URL(own.baseUrl);
    const slow = connect(Number(port), hostname);
    slow.on("error", () => {});
    slow.write("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
    slow.write(`Content-Length: 9500\r\n\r\n${" ".repeat(9000)}`);
    const caller = own.service.keys.callerOf(null);
    await expect.poll(() => caller.reading, { timeout: 10_000 }).toBe(9000);
    const ask9 = () => own.chat({ model: "small", messages: ask("x".repeat(8000)) });
    const refused = await ask9();
    expect(refused.status).toBe(429);
    await refused.text();
    slow.destroy();
    await expect.poll(() => caller.reading, { timeout: 10_000 }).toBe(0);
    expect((await ask9()).status).toBe(200);
    await own.close();
  }, 30_000);
});

describe("what is passed on", () => {
  const part = (value: object) => ({ messages: [{ role: "user", content: [{ type: "text", text: "?" }, value] }] });
  const http = "http://169.254.169.254/latest";
  it.each<[object, string]>([
    [part({ type: "image_url", image_url: { url: "https://example.com/a.png" } }), "data:"],
    [part({ type: "image_url", image_url: { url: "data:image/png;base64,AAAA", fetch: http } }), "fetch"],
    [part({ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" }, url: http }), "url"],
    [part({ type: "text", text: "x", image_url: { url: http } }), "image_url"],
    [part({ type: "video_url", video_url: { url: http } }), "one of"],
    [part({ type: "file", file: { file_data: http } }), "base64"],
    [part({ type: "file", file: { file_data: "data:text/plain,hello" } }), "base64"],
    [part({ type: "file", file: { file_id: "file-1" } }), "file_data"],
    [part({ type: "file", file: { file_data: "AAAA", file_url: http } }), "file_url"],
    [part({ type: "input_audio", input_audio: { data: http, format: "wav" } }), "base64"],
    [part({ type: "input_audio", input_audio: { data: "AAAA", format: "wav", url: http } }), "url"],
    [{ messages: [{ role: "assistant", content: "x", audio: { id: "a" } }, ...ask("y")] }, "audio"],
    [{ messages: [{ role: "assistant", content: "x", image: http }, ...ask("y")] }, "image"],
    [{ tools: [{ type: "function", function: { name: "f", parameters: { $ref: http } } }] }, "refers"],
    [
      { tools: [{ type: "function", function: { name: "f", parameters: { a: [{ $ref: "file:///etc/passwd" }] } } }] },
      "refers",
    ],
    [{ tools: [{ type: "function", function: { name: "f" }, server_url: http }] }, "server_url"],
    [{ tools: [{ type: "mcp", server_url: http }] }, "tools[0]"],
    [{ response_format: { type: "json_schema", json_schema: { schema: { $ref: http } } } }, "refers"],
    [{ chat_template_kwargs: { a: { b: 1 } } }, "chat_template_kwargs"],
    [{ logit_bias: { "../x": 1 } }, "logit_bias"],
  ])("%j is refused by name", async (more, word) => {
    const before = upstream.counts.requests;
    const response = await server.chat({ model: "thinker", messages: ask("2?"), ...more }, bearer("free"));
    const error = await errorOf(response);
    expect(response.status).toBe(400);
    expect(`${error?.param} ${error?.message}`).toContain(word);
    expect(upstream.counts.requests).toBe(before);
  });

  it.each([
    { messages: [{ role: "user", content: "x", name: null }] },
    {
      messages: [
        { role: "assistant", content: "x", reasoning_content: "hm", tool_calls: null, refusal: null, annotations: [] },
        ...ask("y"),
      ],
    },
    {
      messages: [
        {
          role: "user",
          content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "low" } }],
        },
      ],
    },
    {
      messages: [
        {
          role: "user",
          content: [{ type: "file", file: { file_data: "data:application/pdf;base64,AAAA", filename: "a.pdf" } }],
        },
      ],
    },
    { messages: [{ role: "user", content: [{ type: "input_audio", input_audio: { data: "AAAA", format: "mp3" } }] }] },
  ])("%j is taken", async (body) => {
    expect((await server.chat({ model: "thinker", ...body }, bearer("free"))).status).toBe(200);
  });
});

describe("what is passed on of /v1/responses", () => {
  const http = "http://169.254.169.254/latest";
  it.each<[object, string]>([
    [{ type: "input_file", file_url: http }, "file_url"],
    [{ type: "input_file", file_data: "AAAA", file_url: http }, "file_url"],
    [{ type: "input_file", file_data: http }, "base64"],
    [{ type: "input_image", image_url: http }, "data:"],
    [{ type: "input_image", image_url: "data:image/png;base64,AAAA", file_id: "f" }, "file_id"],
    [{ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }, "one of"],
  ])("%j is refused by name", async (part, word) => {
    const before = upstream.counts.requests;
    const body = { model: "thinker", input: [{ role: "user", content: [{ type: "input_text", text: "?" }, part] }] };
    const response = await server.post("responses", body, bearer("free"));
    const error = await errorOf(response);
    expect(response.status).toBe(400);
    expect(`${error?.param} ${error?.message}`).toContain(word);
    expect(upstream.counts.requests).toBe(before);
  });
});

describe("a server without keys", () => {
  let open: Serving;
  beforeAll(async () => {
    open = await serving({ upstreams: { small: { name: upstream.baseUrl } }, hosts: ["proxy.example"] });
  });
  afterAll(() => open.close());

  const statusOf = (headers: Record<string, string>, path = "models") =>
    new Promise<number>((resolve, reject) => {
      const sent = httpRequest(`${open.baseUrl}/${path}`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on("error", reject);
      sent.end();
    });

  it.each([
    ["localhost:8420", undefined, 200],
    ["127.0.0.1", undefined, 200],
    ["[::1]:80", undefined, 200],
    ["LOCALHOST.", undefined, 200],
    ["proxy.example", undefined, 200],
    ["127.0.0.1", "http://localhost:3000", 200],
    ["evil.example", undefined, 403],
    ["127.0.0.1.evil.example", undefined, 403],
    ["localhost@evil.example", undefined, 400],
    ["169.254.169.254", undefined, 403],
    ["127.0.0.1", "https://evil.example", 403],
    ["127.0.0.1", "null", 403],
    ["127.0.0.1", "file://", 403],
  ])("asked as %s from %s answers %i", async (host, origin, status) => {
    expect(await statusOf({ host, ...(origin !== undefined && { origin }) })).toBe(status);
  });

  it("with keys may have any name", async () => {
    const response = await fetch(`${server.baseUrl}/models`, bearer("free"));
    expect(response.status).toBe(200);
  });
});

describe("a schema that takes for ever", () => {
  const nested = (depth: number) => {
    const $defs: Record<string, object> = { d0: { type: "string" } };
    for (let i = 1; i <= depth; i++)
      $defs[`d${i}`] = { anyOf: [{ $ref: `#/$defs/d${i - 1}` }, { $ref: `#/$defs/d${i - 1}` }] };
    return { $defs, $ref: `#/$defs/d${depth}` };
  };
  it.each<[string, object]>([
    ["by its pattern", { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } }],
    ["by its references", nested(40)],
  ])(
    "%s keeps nobody else waiting",
    async (_, schema) => {
      const patient = await startFakeServer({ answer: () => JSON.stringify({ a: `${"a".repeat(40)}!` }) });
      const own = await serving({ upstreams: { small: { name: patient.baseUrl } } });
      const response_format = { type: "json_schema", json_schema: { name: "x", schema } };
      const body = {
        model: "self-consistency/small",
        messages: ask("2?"),
        ruminate: { options: { n: 8 } },
        response_format,
      };
      const times: number[] = [];
      let over = false;
      const looking = (async () => {
        while (!over) {
          const began = performance.now();
          await (await fetch(own.baseUrl.replace("/v1", "/health"))).text();
          times.push(performance.now() - began);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })();
      const replies = await Promise.all([own.chat(body), own.chat(body)]);
      over = true;
      await looking;
      expect(replies.map(({ status }) => status)).toEqual(expect.arrayContaining([expect.toBeOneOf([400, 422])]));
      // A check takes half a second until it is given up, several times: that would be the usual time of an answer.
      expect(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]).toBeLessThan(250);
      await own.close();
      await patient.close();
    },
    30_000,
  );
});
