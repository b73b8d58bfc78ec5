import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";
import { generateProblem } from "../../src/policy/simulated/index.ts";
import { type FakeServer, startFakeServer } from "../fakes/server.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const main = join(import.meta.dirname, "../../src/cli/main.ts");
/** The machine may be busy. */
const patience = { timeout: 30_000 };
const started: ChildProcess[] = [];
const upstreams: FakeServer[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
  for (const upstream of upstreams.splice(0)) await upstream.close();
});

/** The command in a process of its own, as a shell starts it. */
function ruminate(...args: string[]) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args]);
  started.push(child);
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.err += text));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, said, ended };
}

async function serving(config: object) {
  const file = join(temporaryFolder(), "serve.yaml");
  writeFileSync(file, JSON.stringify(config)); // JSON is YAML
  const command = ruminate("serve", "--config", file, "--port", "0");
  await expect.poll(() => command.said.out + command.said.err, patience).toMatch(/at http\S+\/v1\n/);
  const baseUrl = /at (\S+)/.exec(command.said.out)?.[1] ?? "";
  const chat = (body: object) =>
    fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: [{ role: "user", content: "2 + 2?" }], ...body }),
    });
  return { ...command, baseUrl, chat };
}

async function slowUpstream(latencyMs: number) {
  const upstream = await startFakeServer({ latencyMs });
  upstreams.push(upstream);
  return upstream;
}

describe("ruminate serve, from a shell", () => {
  it("serves on a real port, finishes what is in work on SIGTERM and ends with 0", async () => {
    const upstream = await slowUpstream(1500);
    const { baseUrl, chat, child, said, ended } = await serving({
      upstreams: { small: { name: upstream.baseUrl, model: "test" } },
    });
    const models = (await (await fetch(`${baseUrl}/models`)).json()) as { data: { id: string }[] };
    expect(models.data.map(({ id }) => id)).toContain("self-consistency/small");
    const working = chat({ model: "small" });
    await expect.poll(() => upstream.active, patience).toBe(1);
    child.kill("SIGTERM");
    const response = await working;
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: "The answer is 4." } }] });
    expect(await ended).toBe(0);
    await expect(fetch(`${baseUrl}/models`)).rejects.toThrow();
    expect(said.out.split("\n").filter(Boolean)).toHaveLength(2); // the log is on standard error
    const lines = said.err.split("\n").filter((line) => line.startsWith("{"));
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ event: "request", status: 200 }]);
  }, 60_000);

  it("tells those in work that it is shutting down when the time to drain is over", async () => {
    const upstream = await slowUpstream(60_000);
    const { chat, child, ended } = await serving({
      upstreams: { small: { name: upstream.baseUrl, model: "test" } },
      limits: { drainSeconds: 0.2 },
    });
    const working = chat({ model: "small" });
    await expect.poll(() => upstream.active, patience).toBe(1);
    child.kill("SIGTERM");
    const response = await working;
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { type: "server_error" } });
    expect(await ended).toBe(0);
    await expect.poll(() => upstream.active, patience).toBe(0);
  }, 60_000);

  it("refuses other addresses without keys, and files that are not as they should be, with a sentence and code 2", async () => {
    const open = ruminate("serve", "--model", "simulated", "--host", "0.0.0.0", "--port", "0");
    const missing = ruminate("serve", "--config", "/nowhere/serve.yaml");
    expect([await open.ended, await missing.ended]).toEqual([2, 2]);
    expect(open.said.err).toContain("no key is asked for");
    expect(missing.said.err).toContain("/nowhere/serve.yaml");
    expect(open.said.out + missing.said.out).toBe("");
  }, 60_000);
});

describe("ruminate mcp, from a shell", () => {
  const connect = () => {
    const command = ruminate("mcp", "--model", "simulated");
    const lines = createInterface({ input: command.child.stdout })[Symbol.asyncIterator]();
    const { stdin } = command.child;
    let id = 0;
    const send = (message: object) => stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    const ask = async (method: string, params: object = {}) => {
      send({ id: ++id, method, params });
      const { value } = await lines.next();
      return JSON.parse(String(value)) as { id: number; result: Record<string, unknown> };
    };
    return { ...command, send, ask, stdin };
  };

  it("shakes hands, lists its tools, solves and ends with standard input", async () => {
    const { ask, send, stdin, ended, said } = connect();
    const client = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } };
    const hello = await ask("initialize", client);
    expect(hello.result).toMatchObject({ protocolVersion: "2025-06-18", serverInfo: { name: "ruminate" } });
    send({ method: "notifications/initialized" });
    const { result } = await ask("tools/list");
    expect((result.tools as { name: string }[]).map(({ name }) => name)).toEqual(["solve", "verify"]);
    const { text: question } = generateProblem(1, 0);
    const call = { name: "solve", arguments: { question, options: { n: 3 } } };
    const solved = await ask("tools/call", call);
    expect(solved.result.structuredContent).toMatchObject({ usage: { policy: { calls: 3 } } });
    stdin.end();
    expect(await ended).toBe(0);
    for (const line of said.out.split("\n").filter(Boolean)) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
  }, 60_000);

  it("ends on SIGTERM while its client keeps the line open", async () => {
    const { ask, child, ended } = connect();
    await ask("ping");
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  }, 60_000);
});
