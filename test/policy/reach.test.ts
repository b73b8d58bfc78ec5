import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, type Server } from "node:net";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Policy } from "../../src/core/policy.ts";
import { type ModelSpec, openPolicy } from "../../src/policy/open.ts";
import { withoutSecrets } from "../../src/runs/secrets.ts";
import { certificate, certificates, openssl, securedServer } from "../fakes/certificates.ts";
import { type FakeServerOptions, startFakeServer } from "../fakes/server.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { needsAll } from "../needs.ts";
import { requestOf } from "./requests.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map((close) => close()));
});

async function fake(options: FakeServerOptions = {}) {
  const server = await startFakeServer(options);
  open.push(() => server.close());
  return server;
}

async function opened(spec: ModelSpec): Promise<Policy> {
  const nowhere = () => Promise.reject(new Error("not here"));
  const policy = await openPolicy(spec, { openLocal: nowhere, openSimulated: nowhere });
  open.push(() => policy.dispose?.());
  return policy;
}

const listening = async (server: Server): Promise<number> => {
  open.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

/** A proxy that knows one server, by whatever name it is asked for. */
async function proxyTo(port: number) {
  const asked: string[] = [];
  const server = createServer((given: IncomingMessage, response) => {
    asked.push(`${given.url} ${given.headers["proxy-authorization"] ?? ""}`.trim());
    const path = new URL(given.url ?? "").pathname;
    const onward = request({ port, path, method: given.method, headers: given.headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(response);
    });
    given.pipe(onward);
  });
  server.on("connect", (given, socket) => {
    asked.push(`CONNECT ${given.url}`);
    const onward = connect(port, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on("error", () => {});
  });
  return { asked, address: `127.0.0.1:${await listening(server)}` };
}

const portOf = (baseUrl: string): number => Number(new URL(baseUrl).port);

describe("keys and headers", () => {
  it("OpenAI's key goes to OpenAI alone, unless it is named for another", async () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-openai-secret");
    const server = await fake();
    await (await opened(`${server.baseUrl}#test`)).sample(requestOf());
    vi.stubEnv("OPENAI_BASE_URL", server.baseUrl);
    await (await opened("openai:test")).sample(requestOf());
    await (await opened({ name: "openai:test", options: { apiKeyEnv: "OPENAI_API_KEY" } })).sample(requestOf());
    expect(server.headers.map(({ authorization }) => authorization)).toEqual([
      undefined,
      undefined,
      "Bearer sk-openai-secret",
    ]);
  });

  it("headers come from the environment where they say so, and are in no id and no error", async () => {
    vi.stubEnv("TEAM_KEY", "secret-team-key");
    const server = await fake({ script: ["500"] });
    const options = { headers: { "X-Key": `Key \${TEAM_KEY}`, "X-Team": "blue team" } };
    const policy = await opened({ name: server.baseUrl, model: "test", options });
    const failure = await policy.sample(requestOf()).catch((error: unknown) => error);
    await policy.sample(requestOf());
    expect(server.headers[1]).toMatchObject({ "x-key": "Key secret-team-key", "x-team": "blue team" });
    expect(`${policy.id} ${inspect(failure, { depth: 9 })}`).not.toMatch(/secret|blue/);
    const unset = { headers: { "x-key": `\${NOT_SET_HERE}` } };
    await expect(opened({ name: server.baseUrl, model: "test", options: unset })).rejects.toThrow(
      /x-key .* environment variable NOT_SET_HERE/,
    );
  });
});

describe("what is kept of an experiment", () => {
  it("has no query of an address and no header but what names the environment", () => {
    const policy = {
      name: "https://a.test/v1?key=secret,https://b.test/v1?key=secret#m",
      options: { headers: { "x-key": "secret", "x-from": `\${TEAM_KEY}` }, extraBody: { top_k: 3 } },
    };
    expect(withoutSecrets({ policies: [policy, "http://c.test/v1?secret"], roles: { judge: policy } })).toEqual({
      policies: [
        {
          name: "https://a.test/v1?[secret],https://b.test/v1?[secret]#m",
          options: { headers: { "x-key": "[secret]", "x-from": `\${TEAM_KEY}` }, extraBody: { top_k: 3 } },
        },
        "http://c.test/v1?[secret]",
      ],
      roles: { judge: expect.not.objectContaining({ name: policy.name }) },
    });
  });
});

describe("a proxy", () => {
  it("is taken from the environment, with its password, for http; NO_PROXY and this machine go past it", async () => {
    const server = await fake();
    const proxy = await proxyTo(portOf(server.baseUrl));
    vi.stubEnv("HTTP_PROXY", `http://me:pass-word@${proxy.address}`);
    vi.stubEnv("NO_PROXY", "direct.test");
    const policy = await opened("http://model.test/v1#test");
    expect(await policy.sample(requestOf())).toHaveLength(1);
    const credentials = `Basic ${Buffer.from("me:pass-word").toString("base64")}`;
    expect(proxy.asked.length).toBeGreaterThan(2);
    expect(proxy.asked).toContain(`http://model.test/v1/chat/completions ${credentials}`);
    expect(proxy.asked.every((line) => line.startsWith("http://model.test/") && line.endsWith(credentials))).toBe(true);
    const before = proxy.asked.length;
    await (await opened(`${server.baseUrl}#test`)).sample(requestOf());
    await expect(opened("http://direct.test/v1#test")).rejects.toThrow(/No server answers at http:\/\/direct\.test/);
    expect(proxy.asked).toHaveLength(before);
  });
});

describe("TLS on both sides", needsAll(openssl), () => {
  it("trusts the named authority and shows the named certificate, also through a proxy", async () => {
    const folder = temporaryFolder();
    certificates(folder);
    const file = (name: string) => join(folder, name);
    const read = (name: string) => readFileSync(file(name));
    const server = await fake();
    const secured = securedServer(folder, portOf(server.baseUrl));
    const port = await listening(secured);
    const name = `https://localhost:${port}/v1#test`;
    const ours = { ca: file("ca.pem"), cert: file("us.pem"), key: file("us.key") };
    const policy = await opened({ name, options: { tls: ours } });
    expect(await policy.sample(requestOf())).toHaveLength(1);
    await expect(opened({ name })).rejects.toThrow(/No server answers/);
    await expect(opened({ name, options: { tls: { ca: ours.ca } } })).rejects.toThrow(/No server answers/);
    await expect(opened({ name, options: { tls: { ca: file("none.pem") } } })).rejects.toThrow(/tls\.ca.*none\.pem/);

    const proxy = await proxyTo(port);
    vi.stubEnv("HTTPS_PROXY", `http://${proxy.address}`);
    certificate(folder, "model.test", "ca");
    secured.addContext("model.test", { key: read("model.test.key"), cert: read("model.test.pem"), ca: read("ca.pem") });
    const far = await opened({ name: "https://model.test/v1#test", options: { tls: ours } });
    expect(await far.sample(requestOf())).toHaveLength(1);
    expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT model.test:443"]));
  });
});

describe("several addresses of one model", () => {
  it("are one policy, that goes on while one of them answers", async () => {
    const [a, b] = [await fake({ ownedBy: "vllm" }), await fake({ ownedBy: "vllm" })];
    const policy = await opened(`${a.baseUrl},${b.baseUrl}#test`);
    const hosts = [a, b].map(({ baseUrl }) => new URL(baseUrl).host).sort();
    expect(policy.id).toMatch(new RegExp(`^${hosts.join("\\+")}/test@continue,revision=`));
    expect((await opened(`${b.baseUrl},${a.baseUrl}#test`)).id).toBe(policy.id);
    expect(policy.capabilities.parallel).toBe(32);
    const questions = Array.from({ length: 24 }, (_, i) =>
      requestOf({ messages: [{ role: "user", content: `${i}?` }] }),
    );
    for (const question of questions) await policy.sample(question);
    expect(Math.min(a.counts.requests, b.counts.requests)).toBeGreaterThan(3);
    await a.close();
    for (const question of questions) expect(await policy.sample(question)).toHaveLength(1);
  });

  it("may be gone at the start, but not all of them; and must be of one kind", async () => {
    const warnings: string[] = [];
    const warn = vi.spyOn(process, "emitWarning").mockImplementation((text) => void warnings.push(String(text)));
    open.push(() => warn.mockRestore());
    const [a, b, other] = [await fake(), await fake(), await fake({ ownedBy: "library" })];
    await a.close();
    const policy = await opened(`${a.baseUrl},${b.baseUrl}#test`);
    expect(await policy.sample(requestOf())).toHaveLength(1);
    expect(warnings.join()).toContain("No server answers");
    await expect(opened(`${b.baseUrl},${other.baseUrl}#test`)).rejects.toThrow(/serve one model in one way/);
    await b.close();
    await expect(opened(`${a.baseUrl},${b.baseUrl}#test`)).rejects.toThrow(/No server answers/);
  });
});
