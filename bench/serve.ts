import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import autocannon from "autocannon";

const messages = [{ role: "user", content: "How many pens are left?" }];

/**
 * What the server adds to best-of-4 on an upstream that takes 20 ms: 64 connections at a given rate, against the same request (n = 4) sent to the upstream itself.
 * SERVE_SECONDS (default 10) and SERVE_RATE (default 200 requests a second) change it.
 */
export async function serveBench(): Promise<{ name: string; figure: number; unit: string }[]> {
  const seconds = Number(process.env.SERVE_SECONDS ?? 10);
  const rate = Number(process.env.SERVE_RATE ?? 200);
  const [upstream, upstreamUrl] = await started("../test/fakes/serve.ts", JSON.stringify({ latencyMs: 20 }));
  const [host, hostUrl] = await started("serve/host.ts", upstreamUrl);
  try {
    const load = (url: string, body: object, duration: number) =>
      autocannon({
        url: `${url}/chat/completions`,
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ messages, ...body }),
        connections: 64,
        overallRate: rate,
        ignoreCoordinatedOmission: true, // its correction makes up samples at this low a rate
        duration,
      });
    const served = { model: "best-of-n/small", ruminate: { options: { n: 4 } } };
    await load(hostUrl, served, 3); // warm
    const bare = await load(upstreamUrl, { model: "test", n: 4 }, Math.min(seconds, 20));
    const before = await memory(host);
    const through = await load(hostUrl, served, seconds);
    const after = await memory(host);
    return [
      { name: "requests a second", figure: through.requests.average, unit: "" },
      { name: "latency added, p50", figure: through.latency.p50 - bare.latency.p50, unit: "ms (bar 5)" },
      { name: "latency added, p99", figure: through.latency.p99 - bare.latency.p99, unit: "ms (bar 25)" },
      { name: "upstream alone, p50", figure: bare.latency.p50, unit: "ms" },
      { name: "upstream alone, p99", figure: bare.latency.p99, unit: "ms" },
      { name: "errors and answers that are no success", figure: through.errors + through.non2xx, unit: "" },
      { name: "memory before", figure: before, unit: "MB" },
      { name: "memory after", figure: after, unit: "MB" },
    ];
  } finally {
    host.stdin?.end();
    upstream.stdin?.end();
  }
}

async function started(file: string, argument: string): Promise<[ChildProcess, string]> {
  const args = ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, file), argument];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return [child, chunk.toString().trim()];
}

async function memory(child: ChildProcess): Promise<number> {
  child.stdin?.write("\n");
  if (child.stdout === null) return 0;
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return Number(chunk.toString());
}
