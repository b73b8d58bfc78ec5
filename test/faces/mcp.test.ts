import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Policy } from "../../src/core/policy.ts";
import { openMcp } from "../../src/faces/mcp/server.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { noSandbox } from "../serve/serving.ts";

function connect(policy: Policy, runs?: string) {
  const lines: string[] = [];
  const parts = { catalogue: builtins(), policy, sandbox: noSandbox, version: "1", runs };
  const connection = openMcp(parts, (line) => lines.push(line));
  return {
    ...connection,
    send: (message: object) => connection.receive(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`),
    replies: () =>
      lines.map(
        (line) =>
          JSON.parse(line) as { id?: number; method?: string; result?: Record<string, unknown>; error?: object },
      ),
  };
}
const call = (id: number, name: string, args: object, meta?: object) => ({
  id,
  method: "tools/call",
  params: { name, arguments: args, ...(meta && { _meta: meta }) },
});

describe("the MCP server", () => {
  it("says hello in the client's version and lists its tools with their schemas", () => {
    const client = connect(scriptedPolicy([]));
    client.send({ id: 1, method: "initialize", params: { protocolVersion: "2025-03-26", capabilities: {} } });
    client.send({ method: "notifications/initialized" });
    client.send({ id: 2, method: "tools/list" });
    const [hello, list] = client.replies();
    expect(hello?.result).toMatchObject({ protocolVersion: "2025-03-26", serverInfo: { name: "ruminate" } });
    expect(list?.result).toMatchObject({
      tools: [
        { name: "solve", inputSchema: { type: "object", required: ["question"] } },
        { name: "verify", inputSchema: { type: "object", required: ["question", "solution"] } },
      ],
    });
    expect(client.replies()).toHaveLength(2);
  });

  it("solves, with progress where it is asked for", async () => {
    const client = connect(scriptedPolicy(["The answer is 4.", "The answer is 5.", "The answer is 4."]));
    client.send(call(1, "solve", { question: "2 + 2?", options: { n: 3 } }, { progressToken: "p" }));
    await client.idle();
    const replies = client.replies();
    expect(replies.filter(({ method }) => method === "notifications/progress")).toHaveLength(3);
    expect(replies.at(-1)?.result).toMatchObject({
      structuredContent: { answer: "4", support: 2 / 3, usage: { policy: { calls: 3 } } },
    });
  });

  it("verifies a solution with the verifier that is named", async () => {
    const client = connect(scriptedPolicy(["Rating: 8"]));
    client.send(
      call(1, "verify", { question: "2 + 2?", solution: "2 + 2 = 4. The answer is 4.", options: { by: "rating" } }),
    );
    await client.idle();
    expect(client.replies()[0]?.result).toMatchObject({
      structuredContent: { score: 0.8, answer: "4", verifier: "judge" },
    });
  });

  it("reads messages that come in pieces and answers bad ones with the code of their fault", async () => {
    const client = connect(scriptedPolicy([]));
    for (const piece of ['{"jsonrpc":"2.0","id":1,', '"method":"ping"}\n{nonsense\n[]\n', '{"id":2}\n'])
      client.receive(piece);
    client.send({ id: 3, method: "dance" });
    client.send(call(4, "cook", {}));
    client.send(call(5, "solve", { question: "x", strategy: "magic" }));
    client.send(call(6, "solve", {}));
    await client.idle();
    expect(client.replies().map(({ result, error }) => (error as { code?: number })?.code ?? result)).toEqual([
      {},
      -32700,
      -32600,
      -32600,
      -32601,
      -32602,
      expect.objectContaining({ isError: true }),
      expect.objectContaining({ isError: true }),
    ]);
  });

  it("offers the strategies and the runs of its folder to be read, and nothing beside them", () => {
    const runs = temporaryFolder();
    mkdirSync(join(runs, "first run"));
    writeFileSync(join(runs, "first run", "summary.json"), '{"name":"first run"}');
    mkdirSync(join(runs, "unfinished"));
    const client = connect(scriptedPolicy([]), runs);
    const read = (id: number, uri: string) => client.send({ id, method: "resources/read", params: { uri } });
    client.send({ id: 1, method: "resources/list" });
    read(2, "ruminate://strategies");
    read(3, "ruminate://runs/first%20run");
    read(4, "ruminate://runs/../first%20run");
    const [list, strategies, run, other] = client.replies();
    const { resources = [] } = (list?.result ?? {}) as { readonly resources?: readonly { readonly uri: string }[] };
    const uris = resources.map(({ uri }) => uri);
    expect(uris).toEqual(["ruminate://strategies", "ruminate://runs/first%20run"]);
    expect(JSON.stringify(strategies?.result)).toContain("self-consistency: ");
    expect(run?.result).toMatchObject({ contents: [{ mimeType: "application/json", text: '{"name":"first run"}' }] });
    expect(other?.error).toMatchObject({ code: -32002 });
  });

  it("stops at once when a call is cancelled, and does not answer it", async () => {
    let stopped = false;
    const hanging: Policy = {
      ...scriptedPolicy([]),
      sample: (_request, options) =>
        new Promise((_, reject) => {
          options?.signal?.addEventListener("abort", () => {
            stopped = true;
            reject(options.signal?.reason);
          });
        }),
    };
    const client = connect(hanging);
    client.send(call(1, "solve", { question: "2 + 2?" }));
    await new Promise((resolve) => setImmediate(resolve));
    client.send({ method: "notifications/cancelled", params: { requestId: 1 } });
    await client.idle();
    expect(stopped).toBe(true);
    expect(client.replies()).toEqual([]);
  });
});
