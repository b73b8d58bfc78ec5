import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { openMcp } from "../../src/faces/mcp/server.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { tries } from "../conformance/clients/inspector.ts";
import { recordings } from "../conformance/clients/serving.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { noSandbox } from "../serve/serving.ts";

interface Recorded {
  readonly what: string;
  readonly sent: readonly { readonly id?: number; readonly method: string }[];
}

const lines = readFileSync(join(recordings, "mcp-inspector.jsonl"), "utf8").trim().split("\n");
const recorded = lines.map((line) => JSON.parse(line) as Recorded);

it.each(recorded)("MCP inspector: $what", async ({ what, sent }) => {
  const runs = temporaryFolder();
  mkdirSync(join(runs, "demo"));
  writeFileSync(join(runs, "demo", "summary.json"), '{"name": "demo"}');
  const replies: string[] = [];
  const parts = { catalogue: builtins(), policy: simulatedPolicy(), sandbox: noSandbox, version: "1", runs };
  const connection = openMcp(parts, (line) => replies.push(line));
  for (const message of sent) connection.receive(`${JSON.stringify(message)}\n`);
  await connection.idle();
  const answered = replies.map((line) => JSON.parse(line) as { id?: number; result?: object });
  const asked = sent.flatMap(({ id }) => id ?? []);
  expect(answered.flatMap(({ id, result }) => (result === undefined ? [] : (id ?? [])))).toEqual(asked);
  const { prints = "" } = tries.find((one) => one.what === what) ?? {};
  if (asked.length > 1) expect(replies.join("").replaceAll("\\", "")).toContain(prints);
});
