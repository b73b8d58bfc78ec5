import { createHash } from "node:crypto";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anything, corpus, faultOfReply, type HostileRequest } from "./hostile.ts";
import { type ScriptedUpstream, scriptedUpstream } from "./scripted-upstream.ts";
import { type Serving, serving } from "./serving.ts";

let upstream: ScriptedUpstream;
let server: Serving;
beforeAll(async () => {
  upstream = await scriptedUpstream([{ content: '{"answer": 4}' }]);
  server = await serving({
    upstreams: { small: { name: upstream.baseUrl } },
    models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 2 } } },
    keys: [{ name: "k", sha256: createHash("sha256").update("k").digest("hex") }],
  });
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

const send = async ({ path, body, headers }: HostileRequest, key: string | null) => {
  const authorization: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${server.baseUrl}/${path}`, {
    method: "POST",
    body,
    headers: { ...headers, ...authorization },
  });
  return { status: response.status, text: await response.text() };
};

describe("hostile requests", () => {
  it.each(corpus.map((request, index) => [index, request] as const))(
    "number %i of the corpus gets a 4xx and a sentence",
    async (_, request) => {
      const { status, text } = await send(request, "k");
      expect(faultOfReply(status, text)).toBeNull();
      expect(status).toBeGreaterThanOrEqual(400);
      expect((await send(request, null)).status, "without a key").toBeOneOf([401, 404]);
    },
  );

  it("of any make are never the server's fault", async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (request) => {
        const { status, text } = await send(request, "k");
        const fault = faultOfReply(status, text);
        if (fault !== null) throw new Error(`${fault}: ${text.slice(0, 300)}`);
      }),
      { numRuns: 400 },
    );
    expect(server.logs.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("of 50 MB are sent away before they are read", async () => {
    const body = JSON.stringify({ model: "thinker", messages: [{ role: "user", content: "x".repeat(50_000_000) }] });
    const outcome = await send(
      { path: "chat/completions", body, headers: { "content-type": "application/json" } },
      "k",
    ).catch(() => null);
    if (outcome !== null) expect(outcome.status).toBe(413);
    expect((await fetch(`${server.baseUrl.replace("/v1", "")}/health`)).status).toBe(200);
  });

  it.each([
    ["two lengths", "Content-Length: 2\r\nContent-Length: 30\r\n\r\n{}"],
    [
      "a length beside chunks",
      "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/models HTTP/1.1\r\n\r\n",
    ],
    ["an odd encoding", "Transfer-Encoding: xchunked\r\n\r\n{}"],
    ["a folded header", "X-A: b\r\n c: d\r\nAuthorization\r\n : Bearer k\r\n\r\n"],
    ["two keys", "Authorization: Bearer wrong\r\nAuthorization: Bearer k\r\nContent-Length: 2\r\n\r\n{}"],
  ])("with %s do not get past the door", async (_, rest) => {
    const { hostname, port } = new URL(server.baseUrl);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.end(`POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${rest}`),
      );
      let got = "";
      socket.on("data", (data) => {
        got += String(data);
      });
      socket.on("close", () => resolve(got));
      socket.on("error", reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 4(00|01) /);
    expect(answer).not.toContain('"object":"list"');
  });
});
