import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { load } from "./serve/load.ts";

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
    const send = (url: string, body: object, duration: number) => load(url, { messages, ...body }, duration, rate, 64);
    const served = { model: "best-of-n/small", ruminate: { options: { n: 4 } } };
    await send(hostUrl, served, 3); // warm
    const bare = await send(upstreamUrl, { model: "test", n: 4 }, Math.min(seconds, 20));
    const before = await memory(host);
    const through = await send(hostUrl, served, seconds);
    const after = await memory(host);
    return [
      { name: "requests a second", figure: through.perSecond, unit: "" },
      { name: "latency added, p50", figure: through.p50 - bare.p50, unit: "ms (bar 5)" },
      { name: "latency added, p99", figure: through.p99 - bare.p99, unit: "ms (bar 25)" },
      { name: "upstream alone, p50", figure: bare.p50, unit: "ms" },
      { name: "upstream alone, p99", figure: bare.p99, unit: "ms" },
      { name: "errors and answers that are no success", figure: through.failed, unit: "" },
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
