import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { builtins } from "../../src/builtins.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { parseConfig } from "../../src/serve/config.ts";
import { startServer } from "../../src/serve/server.ts";
import { sweepConfig } from "../../test/serve/sweep-config.ts";
import { secretOf, sweepKeys } from "../../test/serve/sweep-requests.ts";

/**
 * As a process of its own: the servers that are swept (with keys, and without), in front of the upstream whose address
 * is given, or with "idle" a server that does nothing. Prints the addresses as JSON; ends with its input, and then
 * prints its errors and its memory.
 */
const [baseUrl = ""] = process.argv.slice(2);
const errors: string[] = [];

async function swept(keys: readonly object[]): Promise<string> {
  const server = await startServer({
    config: parseConfig("sweep", { port: 0, ...sweepConfig(baseUrl), keys }),
    catalogue: builtins(),
    open: async () => openAiPolicy({ baseUrl, model: "test", parallel: 64 }),
    sandbox: { id: "none", run: () => Promise.reject(new Error("no programs here")), dispose: async () => {} },
    env: Object.fromEntries(sweepKeys.map(({ name, env }) => [env, secretOf(name)])),
    log: (entry) => {
      if (entry.level === "error") errors.push(JSON.stringify(entry).slice(0, 500));
    },
  });
  return server.baseUrl;
}

async function idle(): Promise<string> {
  const server = createServer((_, response) => response.end('{"status":"ok"}'));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const urls = baseUrl === "idle" ? [await idle()] : [await swept(sweepKeys), await swept([])];
process.stdout.write(`${JSON.stringify(urls)}\n`);
process.stdin.on("data", () => {});
process.stdin.on("end", () => {
  const { rss } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({ errors, megabytes: Math.round(rss / 1e6) })}\n`, () => process.exit(0));
});
