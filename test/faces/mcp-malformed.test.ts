import fc from "fast-check";
import { expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { openMcp } from "../../src/faces/mcp/server.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { noSandbox } from "../serve/serving.ts";

interface Reply {
  readonly jsonrpc: string;
  readonly id?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

async function repliesTo(pieces: readonly string[]): Promise<Reply[]> {
  const lines: string[] = [];
  const parts = { catalogue: builtins(), policy: scriptedPolicy([]), sandbox: noSandbox, version: "1" };
  const connection = openMcp(parts, (line) => lines.push(line));
  for (const piece of pieces) connection.receive(piece);
  await connection.close();
  return lines.map((line) => JSON.parse(line) as Reply);
}

const said = (replies: readonly Reply[]) =>
  replies.every(({ jsonrpc, error }) => jsonrpc === "2.0" && (error === undefined || error.message.length < 1000));
const failed = (replies: readonly Reply[]) => replies.filter(({ error }) => error?.code === -32603);

const call = (params: unknown) => `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params })}\n`;

it.each([
  call({ name: "solve", arguments: null, _meta: null }),
  call({ name: "solve", arguments: {}, _meta: "x" }),
  call({ name: "verify", arguments: { question: 1, solution: [] }, _meta: { progressToken: {} } }),
  call({ name: "constructor" }),
  call({ name: "solve", arguments: { question: "", strategy: "constructor" } }),
  call({ name: "solve", arguments: { question: "2?", options: { __proto__: 1 }, strategy: "x".repeat(5000) } }),
  call({ name: "solve", arguments: { question: "2?", options: { n: 1e12 } } }),
  call([]),
  call(null),
  "null\n[]\n0\n{}\n",
  '{"id":1,"method":"toString"}\n{"id":{},"method":"ping"}\n{"id":null,"method":"initialize","params":7}\n',
  '{"method":"notifications/cancelled","params":{"requestId":{"a":1}}}\n',
  `${"x".repeat(5_000_000)}\n`,
  "\u0000\n\uFEFF{}\n",
])("number %# of what is no request gets a sentence and never fails the server", async (text) => {
  const replies = await repliesTo([text]);
  expect(said(replies)).toBe(true);
  expect(failed(replies)).toEqual([]);
});

it("nor does anything else, in whatever pieces", async () => {
  const message = fc.record(
    {
      id: fc.oneof(fc.integer(), fc.string(), fc.jsonValue({ maxDepth: 1 })),
      method: fc.oneof(
        fc.constantFrom("initialize", "ping", "tools/list", "tools/call"),
        fc.jsonValue({ maxDepth: 1 }),
      ),
      params: fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.record({
          name: fc.constantFrom("solve", "verify"),
          arguments: fc.jsonValue({ maxDepth: 3 }),
          _meta: fc.jsonValue({ maxDepth: 2 }),
        }),
      ),
    },
    { requiredKeys: [] },
  );
  const line = fc.oneof(
    message.map((one) => JSON.stringify(one)),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), async (lines, size) => {
      const text = `${lines.join("\n")}\n`;
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.slice(i * size, (i + 1) * size),
      );
      const replies = await repliesTo(pieces);
      return said(replies) && failed(replies).length === 0;
    }),
    { numRuns: 150 },
  );
});
