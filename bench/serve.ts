import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Load, load, quantile } from "./serve/load.ts";

const messages = [{ role: "user", content: "How many pens are left?" }];

interface HostFacts {
  readonly rss: number;
  /** In use after a collection. */
  readonly heap: number;
  /** Processor seconds so far. */
  readonly processor: number;
}

/**
 * What the server adds to best-of-4 on an upstream that takes 20 ms: 64 connections at a given rate, against the same
 * request (n = 4) sent to the upstream itself. Both are asked in turns, as the machine's speed drifts. SERVE_SECONDS
 * (default 10) and SERVE_RATE (default 200 requests a second) change it.
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
    const slices = Math.max(2, Math.min(20, Math.round(seconds / 10)));
    const [bare, through]: [Load[], Load[]] = [[], []];
    const facts: HostFacts[] = [await factsOf(host)];
    for (let slice = 0; slice < slices; slice++) {
      bare.push(await send(upstreamUrl, { model: "test", n: 4 }, Math.max(2, seconds / slices / 5)));
      through.push(await send(hostUrl, served, seconds / slices));
      facts.push(await factsOf(host));
    }
    return figures(together(bare), together(through), facts);
  } finally {
    host.stdin?.end();
    upstream.stdin?.end();
  }
}

function figures(bare: Load, through: Load, facts: readonly HostFacts[]) {
  const [first, middle, last] = [facts[0], facts[Math.floor(facts.length / 2)], facts.at(-1)];
  const worked = (last?.processor ?? 0) - (first?.processor ?? 0);
  const [p50, p99] = [0.5, 0.99].map((share) => quantile(through.times, share) - quantile(bare.times, share));
  return [
    { name: "requests", figure: through.times.length, unit: "" },
    { name: "requests a second", figure: through.perSecond, unit: "" },
    { name: "latency added, p50", figure: p50 ?? 0, unit: "ms (bar 5)" },
    { name: "latency added, p99", figure: p99 ?? 0, unit: "ms (bar 25)" },
    { name: "upstream alone, p50", figure: quantile(bare.times, 0.5), unit: "ms" },
    { name: "upstream alone, p99", figure: quantile(bare.times, 0.99), unit: "ms" },
    { name: "processor time a request", figure: (worked * 1000) / through.times.length, unit: "ms" },
    { name: "errors and answers that are no success", figure: through.failed, unit: "" },
    { name: "memory at the start", figure: first?.rss ?? 0, unit: `MB, ${first?.heap} in use` },
    { name: "memory in the middle", figure: middle?.rss ?? 0, unit: `MB, ${middle?.heap} in use` },
    { name: "memory at the end", figure: last?.rss ?? 0, unit: `MB, ${last?.heap} in use` },
  ];
}

function together(loads: readonly Load[]): Load {
  return {
    times: loads.flatMap(({ times }) => times).sort((a, b) => a - b),
    perSecond: loads.reduce((sum, { perSecond }) => sum + perSecond, 0) / loads.length,
    failed: loads.reduce((sum, { failed }) => sum + failed, 0),
  };
}

export async function started(file: string, ...given: readonly string[]): Promise<[ChildProcess, string]> {
  const args = ["--disable-warning=ExperimentalWarning", "--expose-gc", join(import.meta.dirname, file), ...given];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return [child, chunk.toString().trim()];
}

export async function factsOf(child: ChildProcess): Promise<HostFacts> {
  if (child.stdout === null) throw new TypeError("the host has no output");
  child.stdin?.write("\n");
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return JSON.parse(chunk.toString()) as HostFacts;
}
