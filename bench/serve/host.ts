import { builtins } from "../../src/builtins.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { parseConfig } from "../../src/serve/config.ts";
import { startServer } from "../../src/serve/server.ts";

/**
 * The server as a process of its own in front of the upstream whose address is given, where a share is given too with
 * that much of its requests answered both ways; prints its address and, on each line it reads, its memory and processor
 * time.
 */
const [, , baseUrl = "", share] = process.argv;
const server = await startServer({
  config: parseConfig("bench", {
    port: 0,
    upstreams: { small: { name: baseUrl } },
    limits: { concurrency: 256, queue: 1024 },
    log: { requests: false },
    shadow: share === undefined ? undefined : { share: Number(share), perDay: {} },
  }),
  catalogue: builtins(),
  open: async () => openAiPolicy({ baseUrl, model: "test", parallel: 256 }),
  sandbox: { id: "none", run: () => Promise.reject(new Error("no programs here")), dispose: async () => {} },
});
process.stdout.write(`${server.baseUrl}\n`);
process.stdin.on("data", () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const facts = { rss: Math.round(rss / 1e6), heap: Math.round(heapUsed / 1e6), processor: (user + system) / 1e6 };
  process.stdout.write(`${JSON.stringify(facts)}\n`);
});
process.stdin.on("end", () => process.exit(0));
